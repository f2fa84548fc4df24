// SPDX-License-Identifier: Apache-2.0
//
// Where may a webhook point? A server that posts to any address that it is told would reach what
// only it can reach (docs/adr/0086), so the url is checked when it is given, and the address that
// it leads to whenever it is connected to.

#ifndef KIZUNA_SERVER_ALERTS_ADDRESS_H_
#define KIZUNA_SERVER_ALERTS_ADDRESS_H_

#include <sys/socket.h>

#include <string>

#include "absl/strings/string_view.h"

namespace kizuna::alerts {

// Why alerts cannot be posted to the url, and what can be done; empty: they can. `https` to any
// host, `http` to `localhost`, 127.0.0.0/8 or [::1] alone; no user name, password or fragment.
std::string UrlFault(absl::string_view url);

// Whether a connection to the address may be opened. `plain`: without TLS, so to a loopback address
// alone. With TLS to all but link-local (where clouds keep their metadata), multicast and
// unspecified addresses.
bool MayConnect(const sockaddr& address, bool plain);

}  // namespace kizuna::alerts

#endif  // KIZUNA_SERVER_ALERTS_ADDRESS_H_
