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
  const auto now = sso::toEpochSeconds(clock->now());
  clock->advance(seconds(60 - now % 60) + seconds(59));  // just before a border
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
  RateLimiter limiter({1, seconds(60)}, clock, {}, 100);
  EXPECT_FALSE(limiter.take("kept"));
  for (int i = 0; i < 1000; ++i) {
    limiter.take("flood " + std::to_string(i));
    EXPECT_TRUE(limiter.take("kept")) << "a key in use is not the one that is forgotten";
  }
  EXPECT_EQ(limiter.size(), 100U);
}

TEST_F(RateLimiterTest, AsksWithoutRememberingWhomItWasAskedAbout) {
  RateLimiter limiter({1, seconds(60)}, clock);
  EXPECT_FALSE(RateLimiter::count({{&limiter, "a", 0}}).front());
  EXPECT_EQ(limiter.size(), 0U);
  EXPECT_FALSE(RateLimiter::count({{&limiter, "a"}}).front());
  EXPECT_TRUE(RateLimiter::count({{&limiter, "a", 0}}).front()) << "the next one would be too many";
  EXPECT_EQ(limiter.size(), 1U);
}

TEST_F(RateLimiterTest, ForgetsAfterASuccess) {
  RateLimiter limiter({1, seconds(60)}, clock);
  EXPECT_FALSE(limiter.take("a"));
  limiter.forget("a");
  EXPECT_FALSE(limiter.take("a"));
}

TEST_F(RateLimiterTest, TakesBackOneUseAndNoMore) {
  RateLimiter limiter({2, seconds(60)}, clock);
  EXPECT_FALSE(limiter.take("a"));
  EXPECT_FALSE(limiter.take("a"));
  limiter.giveBack("a");
  limiter.giveBack("unknown");
  EXPECT_FALSE(limiter.take("a"));
  EXPECT_TRUE(limiter.take("a"));
  clock->advance(seconds(61));  // in the next window it is the older count that shrinks, never below nothing
  for (int i = 0; i < 5; ++i) limiter.giveBack("a");
  EXPECT_FALSE(limiter.take("a"));
  EXPECT_FALSE(limiter.take("a"));
  EXPECT_TRUE(limiter.take("a"));
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

// An office of five hundred behind one address, at nine in the morning: some need a second try.
TEST_F(RateLimiterTest, SignInLimitsLetAnOfficeIn) {
  SignInLimits limits(clock);
  for (int i = 0; i < 500; ++i) {
    const std::string email = "user" + std::to_string(i) + "@example.com";
    ASSERT_FALSE(limits.tryEmail(email, "198.51.100.7")) << i;
    if (i % 10 == 0) {
      ASSERT_FALSE(limits.tryPassword(email, "198.51.100.7")) << i;
      limits.passwordWasWrong(email);
    }
    ASSERT_FALSE(limits.tryPassword(email, "198.51.100.7")) << i;
    limits.passwordWasRight(email, "198.51.100.7");
  }
  EXPECT_EQ(limits.takeLimitedTries(), 0U);
}

// Somebody with one account of their own must not buy guesses with it.
TEST_F(RateLimiterTest, SignInLimitsAreNotWidenedByAnAccountOfOnesOwn) {
  SignInLimits limits(clock);
  int guesses = 0, tries = 0;
  for (; tries < 2000; ++tries) {
    const bool own = tries % 2 == 0;
    const std::string email = own ? "mallory@example.com" : "user" + std::to_string(tries) + "@example.com";
    if (limits.tryPassword(email, "198.51.100.7")) continue;
    if (own) {
      limits.passwordWasRight(email, "198.51.100.7");
    } else {
      limits.passwordWasWrong(email);
      ++guesses;
    }
  }
  EXPECT_EQ(guesses, 60);
}

TEST_F(RateLimiterTest, SignInLimitsBoundWhatOneNetworkCosts) {
  SignInLimits limits(clock);
  int checked = 0;
  for (int i = 0; i < 2000; ++i) {
    if (limits.tryPassword("mallory@example.com", "198.51.100.7")) continue;
    limits.passwordWasRight("mallory@example.com", "198.51.100.7");
    ++checked;
  }
  EXPECT_EQ(checked, 600);
  int asked = 0;
  for (int i = 0; i < 3000; ++i)
    asked += limits.tryEmail("u" + std::to_string(i) + "@example.com", "198.51.100.7") ? 0 : 1;
  EXPECT_EQ(asked, 1200);
  asked = 0;
  for (int i = 0; i < 100; ++i) asked += limits.tryEmail("ada@example.com", "203.0.113.9") ? 0 : 1;
  EXPECT_EQ(asked, 20);
}

// A colleague who meets a full network has lost nothing when there is room again.
TEST_F(RateLimiterTest, SignInLimitsOfTheNetworkCostNoPair) {
  SignInLimits limits(clock);
  for (int i = 0; i < 60; ++i) {
    ASSERT_FALSE(limits.tryPassword("user" + std::to_string(i) + "@example.com", "198.51.100.7"));
  }
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(limits.tryPassword("sam@example.com", "198.51.100.7"));
  clock->advance(minutes(10));
  EXPECT_FALSE(limits.tryPassword("sam@example.com", "198.51.100.7"));
}

// While a flood keeps the server from checking anything, nobody's budget shrinks (PasswordHasher throws).
TEST_F(RateLimiterTest, SignInLimitsCountNothingThatWasNotChecked) {
  SignInLimits limits(clock);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_FALSE(limits.tryPassword("ada@example.com", "198.51.100.7")) << i;
    limits.passwordWasNotChecked("ada@example.com", "198.51.100.7");
  }
  EXPECT_EQ(limits.takeLimitedTries(), 1000U) << "but it is told that there were so many";
}

// Guessing at one account uses up that pair, not the office.
TEST_F(RateLimiterTest, SignInLimitsOfOnePairCostTheNetworkLittle) {
  SignInLimits limits(clock);
  for (int i = 0; i < 1000; ++i) {
    if (!limits.tryPassword("ada@example.com", "198.51.100.7")) limits.passwordWasWrong("ada@example.com");
  }
  EXPECT_FALSE(limits.tryPassword("sam@example.com", "198.51.100.7"));
}

TEST_F(RateLimiterTest, SignInLimitsCountAnIpv6NetworkAsOne) {
  SignInLimits limits(clock);
  int tries = 0;
  while (tries < 1000 && !limits.tryPassword("ada@example.com", "2001:db8::" + std::to_string(tries + 1))) ++tries;
  EXPECT_EQ(tries, 8);
}

// What the tight limit lets through still counts against the network.
TEST_F(RateLimiterTest, SignInLimitsOfTheNetworkHoldForAccountsUnderAttack) {
  SignInLimits limits(clock);
  const auto attacked = [](int i) { return "user" + std::to_string(i) + "@example.com"; };
  for (int i = 0; i < 100; ++i) {
    for (int n = 0; n < 60; ++n) limits.passwordWasWrong(attacked(i));
  }
  int tries = 0;
  while (tries < 100 && !limits.tryPassword(attacked(tries), "198.51.100.7")) ++tries;
  EXPECT_EQ(tries, 60);
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

// The owner of an attacked account signs in all day, and tries again when the server was too busy to look.
TEST_F(RateLimiterTest, SignInLimitsOfAnAttackedAccountForgiveItsOwner) {
  SignInLimits limits(clock);
  for (int i = 0; i < 60; ++i) limits.passwordWasWrong("ada@example.com");
  for (int i = 0; i < 20; ++i) {
    ASSERT_FALSE(limits.tryPassword("ada@example.com", "203.0.113.9")) << i;
    limits.passwordWasNotChecked("ada@example.com", "203.0.113.9");
  }
  for (int i = 0; i < 20; ++i) {
    ASSERT_FALSE(limits.tryPassword("ada@example.com", "203.0.113.9")) << i;
    limits.passwordWasRight("ada@example.com", "203.0.113.9");
  }
}

}  // namespace
}  // namespace hostapp
