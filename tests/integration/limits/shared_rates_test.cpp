// SPDX-License-Identifier: Apache-2.0
#include "shared_rates.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include "migrations.h"
#include "sign_in_limits.h"
#include "support/fake_clock.h"
#include "support/pg_cluster.h"

namespace hostapp {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

sso::test::PgCluster& server() {
  static sso::test::PgCluster running(sso::test::PgCluster::Options{.fsync = false, .settings = {}});
  return running;
}

/// Two instances of the application on one database.
class SharedLimits : public testing::Test {
 protected:
  SharedLimits() {
    static int count = 0;
    name = "limits_" + std::to_string(++count);
    server().createDatabase(name);
    for (auto* rates : {&first, &second}) {
      const auto database =
          sso::db::Database::open({.url = server().url(name), .leaseTimeout = std::chrono::milliseconds(500)});
      database->migrate("app", migrations());
      *rates = SharedRates::open(database);
    }
  }
  RateLimiter limiter(const std::shared_ptr<SharedRates>& rates, RateLimiter::Limit limit) {
    return RateLimiter(limit, clock, {rates, "test"});
  }
  std::string rows() { return server().query("SELECT count(*) FROM app_rate_counts", name); }

  std::shared_ptr<sso::test::FakeClock> clock = std::make_shared<sso::test::FakeClock>();
  std::string name;
  std::shared_ptr<SharedRates> first, second;
};

TEST_F(SharedLimits, AreOneForAllInstances) {
  auto here = limiter(first, {6, seconds(60)}), there = limiter(second, {6, seconds(60)});
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(here.take("a"));
    EXPECT_FALSE(there.take("a"));
  }
  EXPECT_TRUE(here.take("a"));
  EXPECT_TRUE(there.take("a"));
  EXPECT_FALSE(there.take("b")) << "another key";
}

// Each is judged by what was counted when it was itself: not by an older answer that a neighbour got.
TEST_F(SharedLimits, HoldWhenAllComeAtOnce) {
  constexpr int kKeys = 25, kMost = 20;
  auto here = limiter(first, {kMost, seconds(60)}), there = limiter(second, {kMost, seconds(60)});
  std::array<std::atomic<int>, kKeys> passed{};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&passed, one = i % 2 == 0 ? &here : &there] {
      for (int use = 0; use < kKeys * 10; ++use) {
        const int key = use / 10;
        if (!one->take(std::to_string(key))) ++passed[static_cast<std::size_t>(key)];
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& one : passed) {
    EXPECT_LE(one, kMost);
    EXPECT_GE(one, kMost / 2) << "those that were over together are counted for none";
  }
}

TEST_F(SharedLimits, NameTheWaitAfterWhichItGoesOn) {
  auto here = limiter(first, {4, seconds(60)}), there = limiter(second, {4, seconds(60)});
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(here.take("a"));
  const auto wait = there.take("a");
  ASSERT_TRUE(wait);
  clock->advance(*wait);
  EXPECT_FALSE(there.take("a")) << wait->count();
}

TEST_F(SharedLimits, CountAcrossTheBorderOfWindows) {
  auto here = limiter(first, {4, seconds(60)}), there = limiter(second, {4, seconds(60)});
  clock->advance(seconds(60 - sso::toEpochSeconds(clock->now()) % 60) + seconds(59));
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(here.take("a"));
  clock->advance(seconds(2));
  EXPECT_TRUE(there.take("a"));
}

TEST_F(SharedLimits, AreForgottenEverywhereAfterASuccess) {
  auto here = limiter(first, {2, seconds(60)}), there = limiter(second, {2, seconds(60)});
  EXPECT_FALSE(here.take("a"));
  EXPECT_FALSE(there.take("a"));
  there.forget("a");
  EXPECT_FALSE(here.take("a"));
}

TEST_F(SharedLimits, TakeBackWhatTurnedOutToBeRight) {
  auto here = limiter(first, {2, seconds(60)}), there = limiter(second, {2, seconds(60)});
  for (int i = 0; i < 10; ++i) {
    EXPECT_FALSE(here.take("office")) << i;
    here.giveBack("office");
  }
  EXPECT_FALSE(there.take("office"));
}

// Who stays below costs no query, and no row.
TEST_F(SharedLimits, AreNotToldOfAFew) {
  auto here = limiter(first, {20, seconds(60), 5});
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(here.take("a"));
  EXPECT_EQ(rows(), "0");
  EXPECT_FALSE(here.take("a"));
  auto there = limiter(second, {20, seconds(60), 5});
  int passed = 6;
  while (!there.take("a")) ++passed;
  EXPECT_EQ(passed, 20) << "all six were told";
}

TEST_F(SharedLimits, HoldHereWhileTheDatabaseIsAway) {
  auto here = limiter(first, {3, seconds(60)});
  EXPECT_FALSE(here.take("a"));
  server().query("ALTER TABLE app_rate_counts RENAME TO gone", name);
  EXPECT_FALSE(here.take("a"));
  EXPECT_FALSE(here.take("a"));
  EXPECT_TRUE(here.take("a"));
  EXPECT_GE(first->takeFailures(), 2u);
  EXPECT_EQ(first->takeFailures(), 0u);
  server().query("ALTER TABLE gone RENAME TO app_rate_counts", name);
  auto there = limiter(second, {10, seconds(60)});
  EXPECT_FALSE(here.check("b"));
  here.giveBack("a");
  EXPECT_FALSE(here.take("a")) << "what could not be told is told now";
  int passed = 0;
  while (!there.take("a")) ++passed;
  EXPECT_EQ(passed, 7);
}

TEST_F(SharedLimits, LeaveNothingBehind) {
  auto here = limiter(first, {3, seconds(60)});
  for (int i = 0; i < 5; ++i) here.take("key " + std::to_string(i));
  const auto now = sso::toEpochSeconds(clock->now());
  EXPECT_EQ(first->prune(now), 0);
  EXPECT_EQ(first->prune(now + 120), 5);
  EXPECT_EQ(rows(), "0");
}

TEST_F(SharedLimits, KnowNobodyByName) {
  auto here = limiter(first, {3, seconds(60)});
  here.take("ada@example.com 203.0.113.7");
  const auto row = server().query("SELECT string_agg(t::text, ',') FROM app_rate_counts t", name);
  EXPECT_EQ(row.find("ada"), std::string::npos);
  EXPECT_EQ(row.find("203.0"), std::string::npos);
}

// One attacker, two instances; and the victim from elsewhere.
TEST_F(SharedLimits, OfPasswordsStopGuessingOnAllInstances) {
  SignInLimits here(clock, first), there(clock, second);
  int tries = 0;
  for (SignInLimits* limits = &here; tries < 100 && !limits->tryPassword("ada@example.com", "198.51.100.7");
       limits = limits == &here ? &there : &here) {
    limits->passwordWasWrong("ada@example.com");
    ++tries;
  }
  EXPECT_EQ(tries, 8);
  EXPECT_FALSE(here.tryPassword("ada@example.com", "203.0.113.9"));
  here.passwordWasRight("ada@example.com", "203.0.113.9");
  EXPECT_FALSE(there.tryPassword("sam@example.com", "198.51.100.7"));
}

// From 50 wrong ones in an hour, from wherever, each network has two more.
TEST_F(SharedLimits, OfAnAttackedAccountAreTightOnAllInstances) {
  SignInLimits here(clock, first), there(clock, second);
  for (int i = 0; i < 50; ++i) {
    SignInLimits& limits = i % 2 == 0 ? here : there;
    ASSERT_FALSE(limits.tryPassword("ada@example.com", "10.0." + std::to_string(i) + ".1"));
    limits.passwordWasWrong("ada@example.com");
  }
  EXPECT_FALSE(here.tryPassword("ada@example.com", "10.9.9.9"));
  here.passwordWasWrong("ada@example.com");
  EXPECT_FALSE(there.tryPassword("ada@example.com", "10.9.9.9"));
  there.passwordWasWrong("ada@example.com");
  EXPECT_TRUE(here.tryPassword("ada@example.com", "10.9.9.9"));
  EXPECT_FALSE(here.tryPassword("ada@example.com", "10.8.8.8")) << "its owner elsewhere";
}

TEST_F(SharedLimits, LetAnOfficeInOnAllInstances) {
  SignInLimits here(clock, first), there(clock, second);
  for (int i = 0; i < 300; ++i) {
    SignInLimits& limits = i % 2 == 0 ? here : there;
    const std::string email = "user" + std::to_string(i) + "@example.com";
    ASSERT_FALSE(limits.tryPassword(email, "198.51.100.7")) << i;
    limits.passwordWasRight(email, "198.51.100.7");
  }
}

TEST(SharedRatesOpen, IsForPostgresOnly) {
  EXPECT_EQ(SharedRates::open(sso::db::Database::open({.url = "sqlite:///tmp/never-opened.db"})), nullptr);
}

}  // namespace
}  // namespace hostapp
