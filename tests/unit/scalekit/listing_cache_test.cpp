// SPDX-License-Identifier: Apache-2.0
#include "scalekit/listing_cache.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <thread>
#include <vector>

#include "support/fake_clock.h"

namespace sso::detail {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const ConnectionList kActive = {{"conn_1", "org_1", true, {}}};

class ListingCacheTest : public testing::Test {
 protected:
  std::size_t get(const ConnectionList& answer, const std::string& key = "k") {
    return cache
        .get(key,
             [&] {
               ++fetches;
               return answer;
             })
        ->size();
  }
  std::atomic<int> fetches{0};
  std::shared_ptr<test::FakeClock> clock = std::make_shared<test::FakeClock>();
  ListingCache cache{clock};
};

TEST_F(ListingCacheTest, KeepsPositiveAnswersForAMinute) {
  get(kActive);
  clock->advance(milliseconds(59'999));
  EXPECT_EQ(get({}), 1u);
  clock->advance(milliseconds(1));
  EXPECT_EQ(get({}), 0u);
  EXPECT_EQ(fetches, 2);
}

TEST_F(ListingCacheTest, KeepsNegativeAnswersForTenSeconds) {
  get({});
  clock->advance(milliseconds(9'999));
  EXPECT_EQ(get(kActive), 0u);
  clock->advance(milliseconds(1));
  EXPECT_EQ(get(kActive), 1u);
}

TEST_F(ListingCacheTest, AWallClockSetBackRevivesNothing) {
  get(kActive);
  clock->advance(seconds(61));
  clock->jumpTo(1'600'000'000);
  EXPECT_EQ(get({}), 0u);
}

TEST_F(ListingCacheTest, DoesNotKeepFailures) {
  const auto fail = [&]() -> ConnectionList { throw std::runtime_error("away"); };
  EXPECT_THROW(cache.get("k", fail), std::runtime_error);
  EXPECT_EQ(get(kActive), 1u);
  EXPECT_EQ(cache.size(), 1u);
}

TEST_F(ListingCacheTest, FetchesOncePerKeyHoweverManyAsk) {
  constexpr int kThreads = 50;
  std::latch ready(kThreads);
  std::atomic<int> answered{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      ready.count_down();
      answered += static_cast<int>(cache
                                       .get("k",
                                            [&] {
                                              ++fetches;
                                              ready.wait();
                                              return kActive;
                                            })
                                       ->size());
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(answered, kThreads);
  EXPECT_EQ(fetches, 1);
}

TEST_F(ListingCacheTest, TellsAllWhoWaitOfAFailure) {
  constexpr int kThreads = 20;
  std::latch ready(kThreads);
  std::atomic<int> failed{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      ready.count_down();
      try {
        cache.get("k", [&]() -> ConnectionList {
          ready.wait();
          throw std::runtime_error("away");
        });
      } catch (const std::runtime_error&) {
        ++failed;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(failed, kThreads);
  EXPECT_EQ(cache.size(), 0u);
}

TEST_F(ListingCacheTest, WhatIsForgottenIsAskedForAgain) {
  get(kActive, "a");
  get(kActive, "b");
  cache.forget([](const std::string& key) { return key == "a"; });
  EXPECT_EQ(get({}, "a"), 0u);
  EXPECT_EQ(get({}, "b"), 1u) << "and nothing else";
}

TEST_F(ListingCacheTest, WhatAForgottenFetchBringsIsNotKept) {
  const auto changedMeanwhile = [&] {
    cache.forget([](const std::string&) { return true; });
    return kActive;
  };
  EXPECT_EQ(cache.get("k", changedMeanwhile)->size(), 1u) << "whoever waits gets it";
  EXPECT_EQ(get({}), 0u) << "the next one asks again";
}

TEST_F(ListingCacheTest, AForgottenFetchThatFailsTakesNothingAwayFromTheNext) {
  const auto fail = [&]() -> ConnectionList {
    cache.forget([](const std::string&) { return true; });
    get(kActive);  // the next caller's, which succeeds
    throw std::runtime_error("away");
  };
  EXPECT_THROW(cache.get("k", fail), std::runtime_error);
  EXPECT_EQ(get({}), 1u) << "the newer list is kept";
}

TEST_F(ListingCacheTest, HoldsAtMostTenThousand) {
  for (int i = 0; i < 10'050; ++i) get(kActive, std::to_string(i));
  EXPECT_EQ(cache.size(), ListingCache::kMaxKeys);
}

}  // namespace
}  // namespace sso::detail
