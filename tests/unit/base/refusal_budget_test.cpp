// SPDX-License-Identifier: Apache-2.0
#include "base/refusal_budget.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "support/fake_clock.h"

namespace sso::test {
namespace {

TEST(RefusalBudget, FillsEvenlyAndNeverAboveAMinutesWorth) {
  const auto clock = std::make_shared<FakeClock>();
  detail::RefusalBudget budget(60, clock);
  for (int i = 0; i < 60; ++i) ASSERT_TRUE(budget.take()) << i;
  EXPECT_FALSE(budget.take());
  clock->advance(std::chrono::milliseconds(999));
  EXPECT_FALSE(budget.take());
  clock->advance(std::chrono::milliseconds(2));
  EXPECT_TRUE(budget.take());
  EXPECT_FALSE(budget.take());
  clock->advance(std::chrono::hours(24));
  int written = 0;
  while (budget.take()) ++written;
  EXPECT_EQ(written, 60);
  EXPECT_EQ(budget.takeSuppressed(), 4U);
  EXPECT_EQ(budget.takeSuppressed(), 0U);
}

TEST(RefusalBudget, CountsExactlyUnderManyThreads) {
  const auto clock = std::make_shared<FakeClock>();
  detail::RefusalBudget budget(100, clock);
  std::atomic<std::uint64_t> written{0}, told{0};
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 5000; ++n) {
        if (budget.take()) ++written;
        if (n % 100 == 0) told += budget.takeSuppressed();
      }
    });
  }
  threads.clear();
  EXPECT_EQ(written, 100U);
  EXPECT_EQ(written + told + budget.takeSuppressed(), 20'000U);
}

}  // namespace
}  // namespace sso::test
