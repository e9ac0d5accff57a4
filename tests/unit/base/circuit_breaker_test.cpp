// SPDX-License-Identifier: Apache-2.0
#include "base/circuit_breaker.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace sso::detail {
namespace {

class CircuitBreakerTest : public testing::Test {
 protected:
  void failTimes(int times) {
    for (int i = 0; i < times; ++i) {
      ASSERT_TRUE(circuit.allows());
      circuit.failed();
    }
  }
  std::shared_ptr<test::FakeClock> clock = std::make_shared<test::FakeClock>();
  CircuitBreaker circuit{clock};
};

TEST_F(CircuitBreakerTest, OpensAfterThreeFailuresInARow) {
  failTimes(2);
  circuit.succeeded();
  failTimes(3);
  EXPECT_FALSE(circuit.allows());
}

TEST_F(CircuitBreakerTest, LetsOneThroughPerPause) {
  failTimes(3);
  clock->advance(std::chrono::milliseconds(2999));
  EXPECT_FALSE(circuit.allows());
  clock->advance(std::chrono::milliseconds(1));
  EXPECT_TRUE(circuit.allows());
  EXPECT_FALSE(circuit.allows()) << "one probe at a time";
  circuit.failed();
  clock->advance(std::chrono::seconds(3));
  EXPECT_TRUE(circuit.allows());
  circuit.succeeded();
  EXPECT_TRUE(circuit.allows());
  EXPECT_TRUE(circuit.allows());
}

// A question that was asked before it opened, or to see whether Scalekit is back, may take its whole time to fail: the
// next one must not wait for three seconds from then on.
TEST_F(CircuitBreakerTest, IsNotKeptOpenByAnswersThatComeLate) {
  failTimes(3);
  clock->advance(std::chrono::seconds(3));
  ASSERT_TRUE(circuit.allows());
  clock->advance(std::chrono::seconds(3));
  circuit.failed();
  EXPECT_TRUE(circuit.allows());
}

TEST_F(CircuitBreakerTest, LetsTheNextOneAskWhenOneDidNot) {
  failTimes(3);
  clock->advance(std::chrono::seconds(3));
  ASSERT_TRUE(circuit.allows());
  circuit.notAsked();
  EXPECT_TRUE(circuit.allows());
  EXPECT_FALSE(circuit.allows());
}

}  // namespace
}  // namespace sso::detail
