// SPDX-License-Identifier: Apache-2.0
#include "oidc/single_flight.h"

#include <gtest/gtest.h>

#include <new>
#include <thread>

namespace sso::detail {
namespace {

using Outcome = SingleFlight::Outcome;
constexpr std::chrono::milliseconds kPatience{20};

TEST(SingleFlight, LeadsWithoutTheLockAndLandsWithIt) {
  std::mutex mutex;
  SingleFlight flight;
  std::unique_lock lock(mutex);
  bool fetchedUnlocked = false, landedLocked = false;
  const auto outcome = flight.run(
      lock, [&] { fetchedUnlocked = !lock.owns_lock() && flight.busy(); },
      [&] { landedLocked = lock.owns_lock() && !flight.busy(); }, kPatience);
  EXPECT_EQ(outcome, Outcome::kLed);
  EXPECT_TRUE(fetchedUnlocked);
  EXPECT_TRUE(landedLocked);
  EXPECT_TRUE(lock.owns_lock());
}

// Out of memory, or a transport of the embedder that throws whatever it likes: the next one must fetch again, and not
// wait for a fetch that nobody makes.
TEST(SingleFlight, AFetchThatThrowsDoesNotStopTheNextOne) {
  std::mutex mutex;
  SingleFlight flight;
  std::unique_lock lock(mutex);
  bool landed = false;
  const auto land = [&] { landed = true; };
  EXPECT_THROW(flight.run(
                   lock, [] { throw std::bad_alloc(); }, land, kPatience),
               std::bad_alloc);
  EXPECT_FALSE(landed);
  EXPECT_TRUE(lock.owns_lock());
  EXPECT_FALSE(flight.busy());
  EXPECT_EQ(flight.run(
                lock, [] {}, land, kPatience),
            Outcome::kLed);
  EXPECT_TRUE(landed);
}

// whoever waits holds a thread.
TEST(SingleFlight, LetsNobodyWaitWhoGetsNoTurn) {
  std::mutex mutex;
  const auto bulkhead = std::make_shared<Bulkhead>(1);
  SingleFlight flight(bulkhead);
  std::unique_lock lock(mutex);
  const auto patience = std::chrono::minutes(10);
  flight.run(
      lock,
      [&] {
        const Bulkhead::Turn ofTheFetch(bulkhead.get());
        std::thread([&] {
          std::unique_lock other(mutex);
          EXPECT_EQ(flight.join(other, patience), Outcome::kTimedOut) << "at once";
        }).join();
      },
      [] {}, patience);
  EXPECT_EQ(bulkhead->waiting(), 0u);
}

}  // namespace
}  // namespace sso::detail
