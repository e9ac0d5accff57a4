// SPDX-License-Identifier: Apache-2.0
#include "sso/runtime.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <new>
#include <type_traits>

namespace sso {
namespace {

const std::string kShort = "hunter2-hunter2";  // fits into the string object itself
const std::string kLong(100, 'S');

/// Destroys a Secret in memory of our own, to look at what it leaves there.
template <typename Use>
std::string remainsOf(Use use) {
  alignas(Secret) static unsigned char memory[sizeof(Secret)];
  std::memset(memory, 0, sizeof memory);
  auto* secret = new (memory) Secret(kShort);
  use(*secret);
  secret->~Secret();
  return std::string(reinterpret_cast<const char*>(memory), sizeof memory);
}

bool holds(const std::string& memory, std::string_view part) { return memory.find(part) != std::string::npos; }

// SEC-AR-08
TEST(Secret, LeavesNothingOfAShortValueBehind) {
  EXPECT_FALSE(holds(remainsOf([](Secret&) {}), "hunter2"));
  EXPECT_FALSE(holds(remainsOf([](Secret& secret) { secret = Secret("x"); }), "unter2"));
}

TEST(Secret, LeavesNothingBehindWhenMovedFrom) {
  alignas(Secret) unsigned char memory[sizeof(Secret)];
  auto* secret = new (memory) Secret(kShort);
  const Secret other(std::move(*secret));
  const std::string left(reinterpret_cast<const char*>(memory), sizeof memory);
  EXPECT_EQ(other.reveal(), kShort);
  EXPECT_FALSE(holds(left, "unter2"));
  secret->~Secret();
}

TEST(Secret, CopiesAndMoves) {
  Secret a(kLong);
  const Secret b = a;
  EXPECT_EQ(b.reveal(), kLong);
  a = Secret(kShort);
  EXPECT_EQ(a.reveal(), kShort);
  EXPECT_EQ(b.reveal(), kLong);
  Secret c(std::move(a));
  EXPECT_EQ(c.reveal(), kShort);
  EXPECT_TRUE(a.empty());  // NOLINT(bugprone-use-after-move): that is what is tested
  a = c;
  EXPECT_EQ(a.reveal(), kShort);
  Secret& self = a;
  a = self;
  EXPECT_EQ(a.reveal(), kShort);
  EXPECT_TRUE(Secret().empty());
}

template <typename T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};

// SEC-CF-05
TEST(Secret, CannotBePrintedOrTurnedIntoText) {
  EXPECT_FALSE(Printable<Secret>);
  EXPECT_FALSE((std::is_convertible_v<Secret, std::string>));
  EXPECT_FALSE((std::is_convertible_v<std::string, Secret>));
  EXPECT_TRUE(std::is_nothrow_move_constructible_v<Secret>);
}

TEST(EpochSeconds, RoundDownAndComeBack) {
  EXPECT_EQ(toEpochSeconds(fromEpochSeconds(1'700'000'000)), 1'700'000'000);
  EXPECT_EQ(toEpochSeconds(fromEpochSeconds(0) + std::chrono::milliseconds(999)), 0);
  EXPECT_EQ(toEpochSeconds(fromEpochSeconds(0) - std::chrono::milliseconds(1)), -1);
}

TEST(EpochSeconds, DoNotWrapRoundAtTheEnds) {
  const TimePoint last = fromEpochSeconds(std::numeric_limits<std::int64_t>::max());
  const TimePoint first = fromEpochSeconds(std::numeric_limits<std::int64_t>::min());
  EXPECT_GT(last, fromEpochSeconds(4'000'000'000));
  EXPECT_LT(first, fromEpochSeconds(-4'000'000'000));
  EXPECT_GT(last - first, std::chrono::hours(24 * 365 * 290));  // and not negative
}

TEST(SystemClock, Runs) {
  const auto clock = systemClock();
  EXPECT_GT(toEpochSeconds(clock->now()), 1'700'000'000);
  const auto before = clock->steady();
  EXPECT_GE(clock->steady(), before);
}

TEST(SystemRandom, FillsTheWholeBuffer) {
  const auto random = systemRandom();
  std::vector<unsigned char> untouched(64, 0);
  for (int i = 0; i < 40; ++i) {  // a byte that stays zero 40 times was not filled
    std::vector<unsigned char> buffer(64, 0);
    random->fill(buffer.data(), buffer.size());
    for (std::size_t j = 0; j < buffer.size(); ++j) untouched[j] = static_cast<unsigned char>(untouched[j] | buffer[j]);
  }
  EXPECT_EQ(std::count(untouched.begin(), untouched.end(), 0), 0);
  random->fill(nullptr, 0);
}

}  // namespace
}  // namespace sso
