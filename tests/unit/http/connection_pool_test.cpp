// SPDX-License-Identifier: Apache-2.0
#include "http/connection_pool.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace sso::detail {
namespace {

using std::chrono::seconds;

/// A connection that only knows whether it is open.
class FakeConnection : public Connection {
 public:
  FakeConnection(int number, int& destroyed, bool open = true) : number_(number), destroyed_(destroyed), open_(open) {}
  ~FakeConnection() override { ++destroyed_; }
  void write(std::string_view, const Deadline&) override {}
  std::size_t read(char*, std::size_t, const Deadline&) override { return 0; }
  std::uint64_t bytesWritten() const override { return 0; }
  bool idle() noexcept override { return open_; }
  int number() const { return number_; }

 private:
  int number_;
  int& destroyed_;
  bool open_;
};

class ConnectionPoolTest : public testing::Test {
 protected:
  void give(int number, std::optional<seconds> promised = std::nullopt, bool open = true,
            const std::string& origin = "https://a.example") {
    pool.give(origin, std::make_unique<FakeConnection>(number, destroyed, open), promised);
  }
  /// Number of the connection taken, 0 for none; it is closed again.
  int take(const std::string& origin = "https://a.example") {
    const auto taken = pool.take(origin);
    return taken ? static_cast<FakeConnection&>(*taken).number() : 0;
  }

  int destroyed = 0;
  std::shared_ptr<test::FakeClock> clock = std::make_shared<test::FakeClock>();
  ConnectionPool pool{clock};
};

TEST_F(ConnectionPoolTest, GivesTheLastUsedFirstAndEachOnce) {
  give(1);
  give(2);
  EXPECT_EQ(take(), 2);
  EXPECT_EQ(take(), 1);
  EXPECT_EQ(take(), 0);
}

TEST_F(ConnectionPoolTest, KeepsOriginsApart) {
  give(1, std::nullopt, true, "https://a.example");
  EXPECT_EQ(take("https://a.example:8443"), 0);
  EXPECT_EQ(take("http://a.example"), 0);
  EXPECT_EQ(take("https://a.example"), 1);
}

TEST_F(ConnectionPoolTest, PassesOverDeadOnes) {
  give(1);
  give(2, std::nullopt, false);
  EXPECT_EQ(take(), 1);
  EXPECT_EQ(destroyed, 2);
}

TEST_F(ConnectionPoolTest, DropsWhatIsOlderThanAMinute) {
  give(1);
  clock->advance(seconds(59));
  EXPECT_EQ(take(), 1);
  give(2);
  clock->advance(seconds(60));
  EXPECT_EQ(take(), 0);
}

TEST_F(ConnectionPoolTest, LeavesBeforeTheServerDoes) {
  give(1, seconds(5));
  clock->advance(std::chrono::milliseconds(3999));
  EXPECT_EQ(take(), 1);
  give(2, seconds(5));
  clock->advance(seconds(4));
  EXPECT_EQ(take(), 0);
  give(3, seconds(1));
  EXPECT_EQ(take(), 0) << "not worth keeping";
}

TEST_F(ConnectionPoolTest, KeepsAtMostThirtyTwo) {
  for (int i = 1; i <= 40; ++i) give(i);
  EXPECT_EQ(destroyed, 8);
  for (int i = 40; i > 8; --i) EXPECT_EQ(take(), i);
  EXPECT_EQ(take(), 0);
}

TEST_F(ConnectionPoolTest, ClosesStaleOnesWhenOthersComeBack) {
  give(1, seconds(5));
  clock->advance(seconds(10));
  give(2);
  EXPECT_EQ(destroyed, 1);
}

}  // namespace
}  // namespace sso::detail
