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
        .get({key},
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
  EXPECT_THROW(cache.get({"k"}, fail), std::runtime_error);
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
                                       .get({"k"},
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
        cache.get({"k"}, [&]() -> ConnectionList {
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
  cache.forget("a");
  EXPECT_EQ(get({}, "a"), 0u);
  EXPECT_EQ(get({}, "b"), 1u) << "and nothing else";
}

TEST_F(ListingCacheTest, WhatAForgottenFetchBringsIsNotKept) {
  const auto changedMeanwhile = [&] {
    cache.forget("k");
    return kActive;
  };
  EXPECT_EQ(cache.get({"k"}, changedMeanwhile)->size(), 1u) << "whoever waits gets it";
  EXPECT_EQ(get({}), 0u) << "the next one asks again";
}

TEST_F(ListingCacheTest, AForgottenFetchThatFailsTakesNothingAwayFromTheNext) {
  const auto fail = [&]() -> ConnectionList {
    cache.forget("k");
    get(kActive);  // the next caller's, which succeeds
    throw std::runtime_error("away");
  };
  EXPECT_THROW(cache.get({"k"}, fail), std::runtime_error);
  EXPECT_EQ(get({}), 1u) << "the newer list is kept";
}

TEST_F(ListingCacheTest, ForgetsEverythingOfAnOrganizationAndNothingOfItsNeighbours) {
  const auto ask = [&](const ListingKey& key) {
    cache.get(key, [&] {
      ++fetches;
      return kActive;
    });
  };
  const std::vector<ListingKey> neighbours{{"org_0"},          {"org_10"},    {"org_1 "},
                                           {"org_0", "org_1"}, {"", "org_1"}, {"org_"}};
  const std::vector<ListingKey> its{{"org_1"}, {"org_1", "a.example"}, {"org_1", "z.example"}};
  for (const auto* keys : {&neighbours, &its}) {
    for (const auto& key : *keys) ask(key);
  }
  cache.forget("org_1");
  EXPECT_EQ(cache.size(), neighbours.size());
  fetches = 0;
  for (const auto& key : neighbours) ask(key);
  EXPECT_EQ(fetches, 0);
  for (const auto& key : its) ask(key);
  EXPECT_EQ(fetches, 3);
}

TEST_F(ListingCacheTest, HoldsAtMostTenThousand) {
  for (int i = 0; i < 10'050; ++i) get(kActive, std::to_string(i));
  EXPECT_EQ(cache.size(), ListingCache::kMaxKeys);
}

TEST_F(ListingCacheTest, WhatExpiresFirstMakesRoom) {
  get(kActive, "first");
  clock->advance(seconds(1));
  get(kActive, "again");
  get({}, "soon");  // negative: it expires in ten seconds
  for (std::size_t i = 0; i < ListingCache::kMaxKeys - 3; ++i) get(kActive, std::to_string(i));
  fetches = 0;
  get(kActive, "more");
  get(kActive, "first");
  EXPECT_EQ(fetches, 1) << "the negative one went, and not the first";
  get(kActive, "and more");
  EXPECT_EQ(cache.size(), ListingCache::kMaxKeys);
  fetches = 0;
  get(kActive, "again");
  EXPECT_EQ(fetches, 0);
  get(kActive, "first");
  EXPECT_EQ(fetches, 1) << "the oldest went";
}

TEST_F(ListingCacheTest, AListThatWasFetchedAgainKeepsItsNewPlace) {
  get({}, "negative");
  clock->advance(seconds(11));
  get(kActive, "negative");  // for a minute, from now on
  get({}, "other");
  for (std::size_t i = 0; i < ListingCache::kMaxKeys - 1; ++i) get(kActive, std::to_string(i));
  fetches = 0;
  get(kActive, "negative");
  EXPECT_EQ(fetches, 0) << "its first expiry counts no more";
  EXPECT_EQ(cache.size(), ListingCache::kMaxKeys);
}

TEST_F(ListingCacheTest, WhatIsForgottenMakesNoRoomForTheNext) {
  get(kActive, "a");
  cache.forget("a");
  clock->advance(seconds(1));
  get(kActive, "a");
  for (std::size_t i = 0; i < ListingCache::kMaxKeys; ++i) get(kActive, std::to_string(i));
  EXPECT_EQ(cache.size(), ListingCache::kMaxKeys) << "its old expiry would throw out nothing, or somebody else";
}

}  // namespace
}  // namespace sso::detail
