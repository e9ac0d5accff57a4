// SPDX-License-Identifier: Apache-2.0
#include "rate_limiter.h"

#include <gtest/gtest.h>

#include "sign_in_limits.h"
#include "support/fake_clock.h"

namespace hostapp {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

struct RateLimiterTest : testing::Test {
  std::shared_ptr<sso::test::FakeClock> clock = std::make_shared<sso::test::FakeClock>();
};

TEST_F(RateLimiterTest, RefusesTheOneAboveTheLimit) {
  RateLimiter limiter({3, seconds(60)}, clock);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(limiter.take("a"));
  const auto wait = limiter.take("a");
  ASSERT_TRUE(wait);
  EXPECT_GE(wait->count(), 1);
  EXPECT_LE(wait->count(), 120);
  EXPECT_FALSE(limiter.take("b")) << "another key has its own count";
}

TEST_F(RateLimiterTest, LetsGoOnAfterTheTimeItNamed) {
  RateLimiter limiter({3, seconds(60)}, clock);
  for (int round = 0; round < 5; ++round) {
    while (!limiter.take("a")) {
    }
    const auto wait = limiter.take("a");
    ASSERT_TRUE(wait);
    clock->advance(*wait);
    EXPECT_FALSE(limiter.take("a")) << "round " << round << ", waited " << wait->count();
  }
}

TEST_F(RateLimiterTest, CountsAcrossTheBorderOfWindows) {
  RateLimiter limiter({4, seconds(60)}, clock);
  clock->advance(seconds(60 - 1000 % 60) + seconds(59));  // just before a border
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(limiter.take("a"));
  clock->advance(seconds(2));
  EXPECT_TRUE(limiter.take("a")) << "a new window must not be a new budget";
}

TEST_F(RateLimiterTest, IsNotLiftedByAWallClockThatJumps) {
  RateLimiter limiter({1, seconds(60)}, clock);
  EXPECT_FALSE(limiter.take("a"));
  clock->jumpTo(1'800'000'000);
  EXPECT_TRUE(limiter.take("a"));
}

TEST_F(RateLimiterTest, KeepsItsMemoryBounded) {
  RateLimiter limiter({1, seconds(60)}, clock, 100);
  EXPECT_FALSE(limiter.take("kept"));
  for (int i = 0; i < 1000; ++i) {
    limiter.take("flood " + std::to_string(i));
    EXPECT_TRUE(limiter.take("kept")) << "a key in use is not the one that is forgotten";
  }
  EXPECT_EQ(limiter.size(), 100U);
}

TEST_F(RateLimiterTest, ForgetsAfterASuccess) {
  RateLimiter limiter({1, seconds(60)}, clock);
  EXPECT_FALSE(limiter.take("a"));
  limiter.forget("a");
  EXPECT_FALSE(limiter.take("a"));
}

TEST_F(RateLimiterTest, SignInLimitsStopGuessingFromOneNetwork) {
  SignInLimits limits(clock);
  int tries = 0;
  while (tries < 1000 && !limits.tryPassword("ada@example.com", "198.51.100.7")) {
    limits.passwordWasWrong("ada@example.com");
    ++tries;
  }
  EXPECT_EQ(tries, 8);
  // SECURITY: nobody is locked out by somebody elsewhere who knows the address.
  EXPECT_FALSE(limits.tryPassword("ada@example.com", "203.0.113.9"));
  EXPECT_FALSE(limits.tryPassword("sam@example.com", "198.51.100.7"));
}

TEST_F(RateLimiterTest, SignInLimitsStopTryingManyAccounts) {
  SignInLimits limits(clock);
  int tries = 0;
  while (tries < 1000 && !limits.tryPassword("user" + std::to_string(tries) + "@example.com", "198.51.100.7")) ++tries;
  EXPECT_EQ(tries, 60);
}

TEST_F(RateLimiterTest, SignInLimitsCountAnIpv6NetworkAsOne) {
  SignInLimits limits(clock);
  int tries = 0;
  while (tries < 1000 && !limits.tryPassword("ada@example.com", "2001:db8::" + std::to_string(tries + 1))) ++tries;
  EXPECT_EQ(tries, 8);
}

TEST_F(RateLimiterTest, SignInLimitsTightenUnderADistributedAttackAndLeaveTheOwnerATry) {
  SignInLimits limits(clock);
  for (int i = 0; i < 60; ++i) {
    (void)limits.tryPassword("ada@example.com", "198.51.100." + std::to_string(i));
    limits.passwordWasWrong("ada@example.com");
  }
  int tries = 0;
  while (tries < 1000 && !limits.tryPassword("ada@example.com", "203.0.113.9")) ++tries;
  EXPECT_EQ(tries, 2);
}

}  // namespace
}  // namespace hostapp
