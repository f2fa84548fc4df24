// SPDX-License-Identifier: Apache-2.0
//
// How is a leak told? The same in the list of leaks and in the timeline.

#ifndef KIZUNA_SERVER_SERVICES_LEAKS_H_
#define KIZUNA_SERVER_SERVICES_LEAKS_H_

#include "kizuna/v1/reservation.pb.h"
#include "server/ledger/ledger.h"

namespace kizuna::server {

void LeakToWire(const ledger::Leak& from, v1::Leak* out);

}  // namespace kizuna::server

#endif  // KIZUNA_SERVER_SERVICES_LEAKS_H_
