// SPDX-License-Identifier: Apache-2.0
#include "session_rules.h"

#include <gtest/gtest.h>

namespace hostapp {
namespace {

constexpr std::int64_t kStart = 1'700'000'000;
constexpr SessionTimes kFresh{kStart, kStart, kStart + 12 * 3600};
const SessionRules kRules;

SessionTimes seenAt(std::int64_t at) { return {kStart, at, kStart + 12 * 3600}; }

TEST(JudgeSession, LetsAFreshSessionLive) { EXPECT_EQ(judgeSession(kFresh, kStart, kRules), SessionVerdict::kLive); }

// SEC-SE-07
TEST(JudgeSession, EndsAfterThirtyIdleMinutes) {
  EXPECT_EQ(judgeSession(kFresh, kStart + 30 * 60 - 1, kRules), SessionVerdict::kLiveNote);
  EXPECT_EQ(judgeSession(kFresh, kStart + 30 * 60, kRules), SessionVerdict::kEnded);
}

// SEC-SE-07
TEST(JudgeSession, EndsAfterTwelveHoursHoweverBusy) {
  const std::int64_t end = kStart + 12 * 3600;
  EXPECT_EQ(judgeSession(seenAt(end - 5), end - 1, kRules), SessionVerdict::kLive);
  EXPECT_EQ(judgeSession(seenAt(end - 5), end, kRules), SessionVerdict::kEnded);
  EXPECT_EQ(judgeSession({kStart, end - 5, end + 999'999}, end, kRules), SessionVerdict::kEnded)
      << "a longer expiry in the row does not help";
}

// SEC-SE-07: clock set back.
TEST(JudgeSession, EndsWhenTheClockWentBack) {
  EXPECT_EQ(judgeSession(seenAt(kStart + 600), kStart + 480, kRules), SessionVerdict::kLive) << "skew of two instances";
  EXPECT_EQ(judgeSession(seenAt(kStart + 600), kStart + 479, kRules), SessionVerdict::kEnded);
}

TEST(JudgeSession, NotesAVisitOnceAMinute) {
  EXPECT_EQ(judgeSession(kFresh, kStart + 59, kRules), SessionVerdict::kLive);
  EXPECT_EQ(judgeSession(kFresh, kStart + 60, kRules), SessionVerdict::kLiveNote);
}

}  // namespace
}  // namespace hostapp
