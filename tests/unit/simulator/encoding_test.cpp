// SPDX-License-Identifier: Apache-2.0
#include "simulator/src/encoding.h"

#include <gtest/gtest.h>

#include "simulator/src/expiring_map.h"

namespace scalekit_simulator {
namespace {

TEST(Base64Url, RoundTripsTheVectorsOfRfc4648) {
  for (const auto& [bytes, text] : std::initializer_list<std::pair<const char*, const char*>>{
           {"", ""}, {"f", "Zg"}, {"fo", "Zm8"}, {"foo", "Zm9v"}, {"foob", "Zm9vYg"}, {"foobar", "Zm9vYmFy"}}) {
    EXPECT_EQ(text, base64Url(bytes));
    EXPECT_EQ(bytes, base64UrlDecode(text));
  }
  EXPECT_EQ("_-8", base64Url("\xff\xef"));
}

TEST(Base64Url, HasOneSpellingForEachValue) {
  for (const char* bad : {"Z", "Zg=", "Zg==", "Zh", "Zm9=", "a+b/", "Zm 8", "Zm9v\n"})
    EXPECT_FALSE(base64UrlDecode(bad)) << bad;
}

TEST(FromRfc3339, ReadsTimesOfEveryOffset) {
  EXPECT_EQ(1'704'067'200, fromRfc3339("2024-01-01T00:00:00Z"));
  EXPECT_EQ(1'704'067'200, fromRfc3339("2024-01-01t05:30:00.123456789+05:30"));
  EXPECT_EQ(1'704'067'200, fromRfc3339("2023-12-31T16:00:00-08:00"));
  EXPECT_EQ(951'782'400, fromRfc3339("2000-02-29T00:00:00Z"));
  EXPECT_EQ(-62'135'596'800, fromRfc3339("0001-01-01T00:00:00Z"));
  EXPECT_EQ("2024-01-01T00:00:00Z", rfc3339(1'704'067'200));
}

TEST(FromRfc3339, RefusesWhatIsNoTime) {
  for (const char* bad :
       {"", "2024-01-01", "2024-01-01T00:00:00", "2024-01-01 00:00:00Z", "2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z",
        "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z", "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00+24:00",
        "2024-01-01T00:00:00.1234567890Z", "99999-01-01T00:00:00Z", "now"}) {
    EXPECT_FALSE(fromRfc3339(bad)) << bad;
  }
}

TEST(RandomUuid, HasTheFormOfVersionFourAndNeverRepeats) {
  const std::string one = randomUuid();
  ASSERT_EQ(36U, one.size());
  EXPECT_EQ('4', one[14]);
  EXPECT_NE(std::string::npos, std::string("89ab").find(one[19]));
  EXPECT_NE(one, randomUuid());
}

TEST(PercentDecode, RefusesBrokenEscapes) {
  EXPECT_EQ("a b", percentDecode("a%20b", false));
  EXPECT_EQ("a b+", percentDecode("a+b%2B", true));
  for (const char* bad : {"%", "%2", "%zz", "a%2"}) EXPECT_FALSE(percentDecode(bad, true)) << bad;
}

TEST(IsValidUtf8, RefusesOverlongSurrogatesAndCutSequences) {
  EXPECT_TRUE(isValidUtf8("Zo\xC3\xAB \xF0\x9F\x98\x80"));
  for (const char* bad : {"\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xC3", "\xFF", "\x80"}) {
    EXPECT_FALSE(isValidUtf8(bad));
  }
}

TEST(UuidOf, IsStableAndWellFormed) {
  EXPECT_EQ(uuidOf("conn_1;a@b.example"), uuidOf("conn_1;a@b.example"));
  EXPECT_NE(uuidOf("conn_1;a@b.example"), uuidOf("conn_2;a@b.example"));
  const std::string uuid = uuidOf("x");
  ASSERT_EQ(36U, uuid.size());
  EXPECT_EQ('8', uuid[14]);
}

TEST(ExpiringMap, ForgetsTheOldestWhenFullAndTheExpiredAtOnce) {
  using Instant = ExpiringMap<int>::Instant;
  const Instant t0{std::chrono::seconds(100)};
  ExpiringMap<int> map(2);
  map.put("a", 1, t0 + std::chrono::seconds(10));
  map.put("b", 2, t0 + std::chrono::seconds(10));
  map.put("c", 3, t0 + std::chrono::seconds(20));
  EXPECT_EQ(nullptr, map.find("a", t0));
  EXPECT_NE(nullptr, map.find("b", t0 + std::chrono::seconds(9)));
  EXPECT_EQ(nullptr, map.find("b", t0 + std::chrono::seconds(10)));
  map.sweep(t0 + std::chrono::seconds(15));
  EXPECT_EQ(1U, map.size());
}

}  // namespace
}  // namespace scalekit_simulator
