// SPDX-License-Identifier: Apache-2.0
//
// Where may alerts be posted, how are they signed, and how long is a receiver left alone?

#include "server/alerts/address.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <string>

#include "server/alerts/sender.h"
#include "server/alerts/signature.h"

namespace kizuna::alerts {
namespace {

TEST(UrlTest, HttpsAnywhereAndHttpToThisMachine) {
  for (const char* url : {"https://hooks.example.com/kizuna", "https://10.1.2.3:8443/x?y=z",
                          "HTTPS://A.example/", "http://localhost:8080/", "http://127.0.0.1/",
                          "http://127.9.9.9:1/x", "http://[::1]:8080/"}) {
    EXPECT_EQ(UrlFault(url), "") << url;
  }
}

TEST(UrlTest, RefusesWhateverElse) {
  for (const char* url :
       {"", "hooks.example.com", "ftp://a.example/", "file:///etc/passwd", "gopher://127.0.0.1/",
        "http://hooks.example.com/", "http://10.0.0.1/", "http://127.0.0.1.a.example/",
        "http://128.0.0.1/", "http://localhost.a.example/", "http://[::2]/", "http://0/",
        "https://user@a.example/", "https://user:word@a.example/", "https://a.example/#x",
        "https://a.example/ x", "https://a.example/\r\nX: y", "https://", "https://a:99999/"}) {
    EXPECT_NE(UrlFault(url), "") << url;
  }
}

bool May(const std::string& address, bool plain) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  if (inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1) {
    return MayConnect(reinterpret_cast<const sockaddr&>(v4), plain);
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  EXPECT_EQ(inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr), 1) << address;
  return MayConnect(reinterpret_cast<const sockaddr&>(v6), plain);
}

TEST(ConnectTest, WithoutTlsToTheLoopbackAlone) {
  for (const char* address : {"127.0.0.1", "127.255.0.1", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_TRUE(May(address, true)) << address;
  }
  for (const char* address : {"126.255.255.255", "128.0.0.1", "10.0.0.1", "::", "::2",
                              "::ffff:10.0.0.1", "fe80::1", "2001:db8::1"}) {
    EXPECT_FALSE(May(address, true)) << address;
  }
}

TEST(ConnectTest, WithTlsToAllButLinkLocalAndNobodys) {
  for (const char* address : {"93.184.216.34", "10.0.0.1", "169.253.255.255", "169.255.0.0",
                              "2001:db8::1", "fd00::1", "127.0.0.1"}) {
    EXPECT_TRUE(May(address, false)) << address;
  }
  for (const char* address :
       {"169.254.0.0", "169.254.169.254", "169.254.255.255", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::ffff:169.254.169.254", "fe80::1", "ff02::1", "::"}) {
    EXPECT_FALSE(May(address, false)) << address;
  }
}

TEST(SignatureTest, IsWhatAnotherProgramComputes) {
  EXPECT_EQ(SignatureOf("secret-secret-16", 1700000000, "{}"),
            "t=1700000000,v1=1e90ede544640b565decc9712e3b08cbaee207bc3a885da19d18e2f314d94e17");
}

TEST(BackoffTest, DoublesUpToTheMost) {
  EXPECT_EQ(BackoffAfter(1), absl::Milliseconds(500));
  EXPECT_EQ(BackoffAfter(2), absl::Seconds(1));
  EXPECT_EQ(BackoffAfter(7), absl::Seconds(32));
  EXPECT_EQ(BackoffAfter(8), absl::Minutes(1));
  EXPECT_EQ(BackoffAfter(1'000'000), absl::Minutes(1));
}

}  // namespace
}  // namespace kizuna::alerts
