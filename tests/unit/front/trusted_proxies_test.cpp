// SPDX-License-Identifier: Apache-2.0
#include "sso/front/trusted_proxies.h"

#include <gtest/gtest.h>

namespace sso::front::test {
namespace {

TrustedProxies proxiesOf(const std::vector<std::string>& words) {
  const auto proxies = TrustedProxies::parse(words);
  EXPECT_TRUE(proxies);
  return proxies.value_or(TrustedProxies());
}

/// The client when X-Forwarded-For comes in these lines.
std::string clientOf(const TrustedProxies& proxies, const std::string& peer, const std::vector<std::string>& lines) {
  std::vector<Field> fields;
  for (const auto& line : lines) fields.push_back({"X-Forwarded-For", line});
  return proxies.clientOf(peer, fields).address;
}

/// The client when Forwarded comes in these lines.
TrustedProxies::Client forwarded(const std::string& peer, const std::vector<std::string>& lines) {
  std::vector<Field> fields;
  for (const auto& line : lines) fields.push_back({"forwarded", line});
  return proxiesOf({"10.0.0.0/8", "2001:db8:1::/48"}).clientOf(peer, fields);
}

// SEC-HT-16
TEST(TrustedProxiesClientOf, BelievesNobodyUnlessToldTo) {
  EXPECT_EQ(clientOf(proxiesOf({}), "127.0.0.1", {"203.0.113.7"}), "127.0.0.1");
  EXPECT_EQ(clientOf(proxiesOf({"10.0.0.1"}), "10.0.0.2", {"203.0.113.7"}), "10.0.0.2");
  EXPECT_EQ(clientOf(proxiesOf({"10.0.0.1"}), "10.0.0.1", {}), "10.0.0.1");
  EXPECT_EQ(clientOf(proxiesOf({"10.0.0.1"}), "10.0.0.1", {"203.0.113.7"}), "203.0.113.7");
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
  EXPECT_EQ(clientOf(proxies, "::1", {"192.0.2.66, 203.0.113.7"}), "203.0.113.7");
  EXPECT_EQ(clientOf(proxies, "::1", {"192.0.2.66, 203.0.113.7 ,10.1.2.3,\t10.0.0.9"}), "203.0.113.7");
  EXPECT_EQ(clientOf(proxies, "::1", {"192.0.2.66", "203.0.113.7", "10.1.2.3"}), "203.0.113.7") << "lines are one list";
  EXPECT_EQ(clientOf(proxies, "::1", {"10.0.0.8, 10.0.0.9"}), "10.0.0.8") << "a client inside the trusted network";
}

TEST(TrustedProxiesClientOf, StopsAtWhatIsNoAddress) {
  const auto proxies = proxiesOf({"10.0.0.1"});
  for (const std::string bad : {"", " ", "unknown", "203.0.113.7:4711", "[2001:db8::1]", "203.0.113.007", "1.2.3",
                                "203.0.113.7\r\nX: y", "203.0.113.7,", "<script>"}) {
    EXPECT_EQ(clientOf(proxies, "10.0.0.1", {"192.0.2.66," + bad}), "10.0.0.1") << bad;
  }
  EXPECT_EQ(clientOf(proxies, "10.0.0.1", {std::string("203.0.113.7\0", 12)}), "10.0.0.1");
  EXPECT_EQ(clientOf(proxies, "10.0.0.1", {"2001:DB8::1"}), "2001:DB8::1");
}

TEST(TrustedProxiesClientOf, ComparesWholePrefixes) {
  const auto proxies = proxiesOf({"192.0.2.128/25", "2001:db8:1::/48"});
  EXPECT_EQ(clientOf(proxies, "192.0.2.129", {"203.0.113.7"}), "203.0.113.7");
  EXPECT_EQ(clientOf(proxies, "192.0.2.127", {"203.0.113.7"}), "192.0.2.127");
  EXPECT_EQ(clientOf(proxies, "::ffff:192.0.2.200", {"203.0.113.7"}), "203.0.113.7") << "a peer on a dual-stack socket";
  EXPECT_EQ(clientOf(proxies, "2001:db8:1:ffff::5", {"203.0.113.7"}), "203.0.113.7");
  EXPECT_EQ(clientOf(proxies, "2001:db8:2::5", {"203.0.113.7"}), "2001:db8:2::5");
}

TEST(TrustedProxiesParse, RefusesWhatIsNeitherAddressNorNetwork) {
  for (const char* bad : {"", "proxy.internal", "10.0.0.1/33", "::1/129", "10.0.0.1/", "10.0.0.1/x", "10.0.0.1/-1",
                          "10.0.0/8", "192.0.2.1:80", "*", "10.0.0.1/8/8"}) {
    EXPECT_FALSE(TrustedProxies::parse({"127.0.0.1", bad})) << bad;
  }
}

// RFC 7239 4: the element that the peer itself added is the last one.
TEST(TrustedProxiesForwarded, IsReadFromTheRight) {
  EXPECT_EQ(forwarded("10.0.0.1", {"for=192.0.2.66, for=203.0.113.7;proto=https;by=10.0.0.1"}).address, "203.0.113.7");
  EXPECT_EQ(forwarded("10.0.0.1", {"for=192.0.2.66", "For=203.0.113.7", "for=10.1.2.3"}).address, "203.0.113.7");
  EXPECT_EQ(forwarded("192.0.2.1", {"for=203.0.113.7"}).address, "192.0.2.1") << "from anybody";
  EXPECT_EQ(forwarded("10.0.0.1", {"for=203.0.113.7 ; proto=http , , for=10.0.0.2"}).address, "203.0.113.7");
}

// RFC 7239 6
TEST(TrustedProxiesForwarded, NamesAddressesInAllTheirSpellings) {
  EXPECT_EQ(forwarded("10.0.0.1", {"for=\"[2001:db8:cafe::17]:4711\""}).address, "2001:db8:cafe::17");
  EXPECT_EQ(forwarded("10.0.0.1", {"for=\"[2001:db8:cafe::17]\""}).address, "2001:db8:cafe::17");
  EXPECT_EQ(forwarded("10.0.0.1", {"for=\"203.0.113.7:4711\""}).address, "203.0.113.7");
  EXPECT_EQ(forwarded("10.0.0.1", {"for=\"203.0.113.\\7\""}).address, "203.0.113.7") << "a quoted pair";
  EXPECT_EQ(forwarded("2001:db8:1::9", {"host=\"a,for=192.0.2.66\";for=203.0.113.7"}).address, "203.0.113.7");
}

TEST(TrustedProxiesForwarded, StopsAtWhatIsNoAddress) {
  for (const std::string bad : {"unknown", "_hidden", "\"_gazonk:80\"", "[2001:db8::1]", "\"[2001:db8::1\"",
                                "\"2001:db8::1\"", "\"[203.0.113.7]\"", "\"[2001:db8::1]x\"", "203.0.113.007", "\"\"",
                                "\"203.0.113.7", "\"203.0.113.7\\", "203.0.113.7;for=192.0.2.1", ""}) {
    EXPECT_EQ(forwarded("10.0.0.1", {"for=192.0.2.66,for=" + bad}).address, "10.0.0.1") << bad;
  }
}

// What cannot be read anywhere cannot be counted from the right either.
TEST(TrustedProxiesForwarded, SaysNothingWhenItIsMalformed) {
  for (const char* bad : {"for =203.0.113.7", "for= 203.0.113.7", "203.0.113.7", "=203.0.113.7",
                          "for=1.2.3.4 for=203.0.113.7", "for=\"x, for=203.0.113.7", "@=1, for=203.0.113.7",
                          "=1, for=203.0.113.7", "for=203.0.113.7;proto=https;proto=http"}) {
    const auto client = forwarded("10.0.0.1", {bad});
    EXPECT_EQ(client.address, "10.0.0.1") << bad;
    EXPECT_FALSE(client.secure) << bad;
  }
}

TEST(TrustedProxiesClientOf, LearnsOfHttpsFromTheNearestProxyAlone) {
  EXPECT_EQ(forwarded("10.0.0.1", {"for=203.0.113.7;proto=http, for=10.0.0.2;proto=HTTPS"}).secure, true);
  EXPECT_EQ(forwarded("10.0.0.1", {"for=203.0.113.7;proto=https, for=10.0.0.2;proto=http"}).secure, false);
  EXPECT_EQ(forwarded("10.0.0.1", {"for=203.0.113.7;proto=https, for=10.0.0.2"}).secure, std::nullopt);
  EXPECT_EQ(forwarded("192.0.2.1", {"proto=https"}).secure, std::nullopt);
  const auto proxies = proxiesOf({"10.0.0.1"});
  EXPECT_EQ(proxies.clientOf("10.0.0.1", {{"X-Forwarded-Proto", "http"}, {"x-forwarded-proto", " https"}}).secure,
            true);
  EXPECT_EQ(proxies.clientOf("10.0.0.1", {{"X-Forwarded-Proto", "https, gopher"}}).secure, false);
  EXPECT_EQ(proxies.clientOf("10.0.0.1", {{"X-Forwarded-Proto", "http, gopher, https"}}).secure, true);
  EXPECT_EQ(proxies.clientOf("10.0.0.2", {{"X-Forwarded-Proto", "https"}}).secure, std::nullopt);
}

// SEC-HT-16: a proxy that writes one of them hands the client's own copy of the other on.
TEST(TrustedProxiesClientOf, BelievesNeitherFieldWhenTheyDisagree) {
  const auto proxies = proxiesOf({"10.0.0.1"});
  const Field theirs{"X-Forwarded-For", "203.0.113.7"};
  EXPECT_EQ(proxies.clientOf("10.0.0.1", {theirs, {"Forwarded", "for=192.0.2.66"}}).address, "10.0.0.1");
  EXPECT_EQ(proxies.clientOf("10.0.0.1", {theirs, {"Forwarded", "garbage"}}).address, "10.0.0.1");
  EXPECT_EQ(proxies.clientOf("10.0.0.1", {theirs, {"Forwarded", "for=\"203.0.113.7:99\""}}).address, "203.0.113.7");
  EXPECT_EQ(proxies.clientOf("10.0.0.1", {theirs, {"Forwarded", "for=203.0.113.7;proto=https"}}).secure, std::nullopt)
      << "nobody but the client may have said so";
  const Field plain{"X-Forwarded-Proto", "http"};
  EXPECT_EQ(proxies.clientOf("10.0.0.1", {plain, {"Forwarded", "for=192.0.2.66"}}).address, "10.0.0.1");
  EXPECT_EQ(proxies.clientOf("10.0.0.1", {plain, {"Forwarded", "proto=https;for=192.0.2.66"}}).secure, false);
  const auto client = proxies.clientOf(
      "10.0.0.1", {theirs, {"X-Forwarded-Proto", "https"}, {"Forwarded", "for=203.0.113.7;proto=http"}});
  EXPECT_EQ(client.secure, false);
  EXPECT_EQ(client.address, "10.0.0.1");
}

TEST(TrustedProxiesIsForwardingField, KnowsThemAll) {
  for (const char* name : {"Forwarded", "FORWARDED", "x-forwarded-for", "X-Forwarded-Host", "X-Real-Ip"}) {
    EXPECT_TRUE(TrustedProxies::isForwardingField(name)) << name;
  }
  for (const char* name : {"Forward", "X-Forwarded", "Forwarded-For", "Host", ""}) {
    EXPECT_FALSE(TrustedProxies::isForwardingField(name)) << name;
  }
}

}  // namespace
}  // namespace sso::front::test
