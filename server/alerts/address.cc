// SPDX-License-Identifier: Apache-2.0

#include "server/alerts/address.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstdint>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace kizuna::alerts {
namespace {

// A part of the url as libcurl reads it, so that what is checked is what is connected to; empty:
// there is none.
std::string PartOf(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return "";
  const std::unique_ptr<char, void (*)(void*)> owned(text, curl_free);
  return text;
}

bool IsLoopbackName(absl::string_view host) {
  in_addr v4{};
  const std::string text(host);
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24 == 127;
  return absl::EqualsIgnoreCase(host, "localhost") || host == "[::1]";
}

bool MayConnectV4(uint32_t address, bool plain) {
  if (plain) return address >> 24 == 127;
  const bool link_local = address >> 16 == 0xa9fe;  // 169.254.0.0/16
  const bool multicast_or_reserved = address >> 28 >= 0xe;
  const bool unspecified = address >> 24 == 0;
  return !link_local && !multicast_or_reserved && !unspecified;
}

}  // namespace

std::string UrlFault(absl::string_view url) {
  const bool printable =
      std::all_of(url.begin(), url.end(), [](unsigned char c) { return c > 0x20 && c < 0x7f; });
  const std::unique_ptr<CURLU, void (*)(CURLU*)> parsed(curl_url(), curl_url_cleanup);
  if (!printable || parsed == nullptr ||
      curl_url_set(parsed.get(), CURLUPART_URL, std::string(url).c_str(), 0) != CURLUE_OK) {
    return "is not a url; write it as https://HOST/PATH";
  }
  const std::string scheme = PartOf(parsed.get(), CURLUPART_SCHEME);
  if (!PartOf(parsed.get(), CURLUPART_USER).empty() ||
      !PartOf(parsed.get(), CURLUPART_PASSWORD).empty()) {
    return "has a user name or password; the signature says who it is from, so leave them out";
  }
  if (!PartOf(parsed.get(), CURLUPART_FRAGMENT).empty()) {
    return "has a fragment, which no receiver is sent; leave it out";
  }
  if (scheme == "https") return "";
  if (scheme == "http" && IsLoopbackName(PartOf(parsed.get(), CURLUPART_HOST))) return "";
  return "must be https, or http to localhost, 127.0.0.1 or [::1]: alerts name customers, so they "
         "do not travel in the clear";
}

bool MayConnect(const sockaddr& address, bool plain) {
  if (address.sa_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    return MayConnectV4(ntohl(v4.sin_addr.s_addr), plain);
  }
  if (address.sa_family != AF_INET6) return false;
  const in6_addr& v6 = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
  if (IN6_IS_ADDR_V4MAPPED(&v6)) {
    uint32_t v4 = 0;
    for (int i = 12; i < 16; ++i) v4 = v4 << 8 | v6.s6_addr[i];
    return MayConnectV4(v4, plain);
  }
  if (plain) return IN6_IS_ADDR_LOOPBACK(&v6);
  return !IN6_IS_ADDR_LINKLOCAL(&v6) && !IN6_IS_ADDR_MULTICAST(&v6) &&
         !IN6_IS_ADDR_UNSPECIFIED(&v6);
}

}  // namespace kizuna::alerts
