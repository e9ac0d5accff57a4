// SPDX-License-Identifier: Apache-2.0
#include "trusted_proxies.h"

#include <gtest/gtest.h>

namespace hostapp {
namespace {

TrustedProxies proxiesOf(const std::vector<std::string>& words) {
  const auto proxies = TrustedProxies::parse(words);
  EXPECT_TRUE(proxies);
  return proxies.value_or(TrustedProxies());
}

// SEC-HT-16
TEST(TrustedProxiesClientOf, BelievesNobodyUnlessToldTo) {
  EXPECT_EQ(proxiesOf({}).clientOf("127.0.0.1", {"203.0.113.7"}), "127.0.0.1");
  EXPECT_EQ(proxiesOf({"10.0.0.1"}).clientOf("10.0.0.2", {"203.0.113.7"}), "10.0.0.2");
  EXPECT_EQ(proxiesOf({"10.0.0.1"}).clientOf("10.0.0.1", {}), "10.0.0.1");
  EXPECT_EQ(proxiesOf({"10.0.0.1"}).clientOf("10.0.0.1", {"203.0.113.7"}), "203.0.113.7");
}

TEST(TrustedProxiesAreTrusted, KnowsWhomItWasTold) {
  EXPECT_FALSE(proxiesOf({}).areTrusted("127.0.0.1"));
  EXPECT_TRUE(proxiesOf({"10.0.0.0/8"}).areTrusted("10.1.2.3"));
  EXPECT_FALSE(proxiesOf({"10.0.0.0/8"}).areTrusted("11.1.2.3"));
  EXPECT_FALSE(proxiesOf({"10.0.0.0/8"}).areTrusted("no address"));
}

// SEC-HT-16: what the client wrote itself stands to the left of what the first trusted proxy added.
TEST(TrustedProxiesClientOf, StopsAtTheFirstAddressThatNoTrustedProxyVouchesFor) {
  const auto proxies = proxiesOf({"10.0.0.0/8", "::1"});
  EXPECT_EQ(proxies.clientOf("::1", {"192.0.2.66, 203.0.113.7"}), "203.0.113.7");
  EXPECT_EQ(proxies.clientOf("::1", {"192.0.2.66, 203.0.113.7 ,10.1.2.3,\t10.0.0.9"}), "203.0.113.7");
  EXPECT_EQ(proxies.clientOf("::1", {"192.0.2.66", "203.0.113.7", "10.1.2.3"}), "203.0.113.7") << "lines are one list";
  EXPECT_EQ(proxies.clientOf("::1", {"10.0.0.8, 10.0.0.9"}), "10.0.0.8") << "a client inside the trusted network";
}

TEST(TrustedProxiesClientOf, StopsAtWhatIsNoAddress) {
  const auto proxies = proxiesOf({"10.0.0.1"});
  for (const std::string bad : {"", " ", "unknown", "203.0.113.7:4711", "[2001:db8::1]", "203.0.113.007", "1.2.3",
                                "203.0.113.7\r\nX: y", "203.0.113.7,", "<script>"}) {
    EXPECT_EQ(proxies.clientOf("10.0.0.1", {"192.0.2.66," + bad}), "10.0.0.1") << bad;
  }
  EXPECT_EQ(proxies.clientOf("10.0.0.1", {std::string("203.0.113.7\0", 12)}), "10.0.0.1");
  EXPECT_EQ(proxies.clientOf("10.0.0.1", {"2001:DB8::1"}), "2001:DB8::1");
}

TEST(TrustedProxiesClientOf, ComparesWholePrefixes) {
  const auto proxies = proxiesOf({"192.0.2.128/25", "2001:db8:1::/48"});
  EXPECT_EQ(proxies.clientOf("192.0.2.129", {"203.0.113.7"}), "203.0.113.7");
  EXPECT_EQ(proxies.clientOf("192.0.2.127", {"203.0.113.7"}), "192.0.2.127");
  EXPECT_EQ(proxies.clientOf("::ffff:192.0.2.200", {"203.0.113.7"}), "203.0.113.7") << "a peer on a dual-stack socket";
  EXPECT_EQ(proxies.clientOf("2001:db8:1:ffff::5", {"203.0.113.7"}), "203.0.113.7");
  EXPECT_EQ(proxies.clientOf("2001:db8:2::5", {"203.0.113.7"}), "2001:db8:2::5");
}

TEST(TrustedProxiesParse, RefusesWhatIsNeitherAddressNorNetwork) {
  for (const char* bad : {"", "proxy.internal", "10.0.0.1/33", "::1/129", "10.0.0.1/", "10.0.0.1/x", "10.0.0.1/-1",
                          "10.0.0/8", "192.0.2.1:80", "*", "10.0.0.1/8/8"}) {
    EXPECT_FALSE(TrustedProxies::parse({"127.0.0.1", bad})) << bad;
  }
}

}  // namespace
}  // namespace hostapp
