// SPDX-License-Identifier: Apache-2.0
// SEC-CF-11: a clock that is off is named before anybody wonders why no token is believed.
#include "oidc/clock_check.h"

#include <gtest/gtest.h>

#include "support/captured_log.h"

namespace sso::test {
namespace {

constexpr std::int64_t kAt = 784'111'777;  // RFC 9110 5.6.7's own example

TEST(ParseHttpDate, ReadsTheExampleOfTheSpecification) {
  const auto at = detail::parseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT");
  ASSERT_TRUE(at);
  EXPECT_EQ(toEpochSeconds(*at), kAt);
  EXPECT_EQ(toEpochSeconds(*detail::parseHttpDate("Thu, 29 Feb 2024 00:00:00 GMT")), 1'709'164'800);
}

TEST(ParseHttpDate, TakesNoOtherForm) {
  for (const char* text :
       {"", "now", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 GMT ", " Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37",
        "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nuv 1994 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 06 Nov -994 08:49:37 GMT"}) {
    EXPECT_FALSE(detail::parseHttpDate(text)) << text;
  }
}

/// The log after an answer with this Date, read by a clock that is so many seconds ahead of it.
std::string logOf(const std::string& date, std::int64_t ahead) {
  CapturedLog log;
  const HttpResponse answer{200, {{"date", date}}, ""};
  detail::warnOfClockDifference(answer, fromEpochSeconds(kAt + ahead), log);
  return log.text();
}

TEST(WarnOfClockDifference, IsSilentWithinFiveMinutes) {
  for (const std::int64_t ahead : {-300, -1, 0, 60, 300}) {
    EXPECT_EQ(logOf("Sun, 06 Nov 1994 08:49:37 GMT", ahead), "") << ahead;
  }
}

TEST(WarnOfClockDifference, NamesAnythingMore) {
  for (const std::int64_t ahead : {-7200, -301, 301, 7200}) {
    const auto log = logOf("Sun, 06 Nov 1994 08:49:37 GMT", ahead);
    EXPECT_NE(log.find("clock.differs"), std::string::npos) << ahead;
    EXPECT_NE(log.find("seconds_ahead_of_provider=" + std::to_string(ahead)), std::string::npos) << log;
  }
}

TEST(WarnOfClockDifference, MakesNothingOfAnAnswerWithoutATime) {
  EXPECT_EQ(logOf("", 7200), "");
  EXPECT_EQ(logOf("yesterday", 7200), "");
}

}  // namespace
}  // namespace sso::test
