// SPDX-License-Identifier: Apache-2.0
#include "link_limits.h"

#include <gtest/gtest.h>

namespace sso::admin_portal {
namespace {

using std::chrono::seconds;

const Allowance::Instant kStart{seconds(1000)};

TEST(Allowance, GivesABurstAndThenOneAtATime) {
  Allowance allowance(10, seconds(60));
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(allowance.take("ada", kStart)) << i;
  const auto wait = allowance.take("ada", kStart);
  ASSERT_TRUE(wait);
  EXPECT_EQ(*wait, seconds(6));
  EXPECT_TRUE(allowance.take("ada", kStart + seconds(5)))
      << "being refused costs nothing, and asking again gains nothing";
  EXPECT_FALSE(allowance.take("ada", kStart + seconds(6)));
  EXPECT_TRUE(allowance.take("ada", kStart + seconds(6)));
}

TEST(Allowance, IsFullAgainAfterItsWindow) {
  Allowance allowance(3, seconds(60));
  for (int i = 0; i < 4; ++i) allowance.take("ada", kStart);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(allowance.take("ada", kStart + seconds(60))) << i;
  EXPECT_TRUE(allowance.take("ada", kStart + seconds(60)));
}

TEST(Allowance, IsEachKeysOwn) {
  Allowance allowance(1, seconds(60));
  EXPECT_FALSE(allowance.take("ada", kStart));
  EXPECT_TRUE(allowance.take("ada", kStart));
  EXPECT_FALSE(allowance.take("bob", kStart));
}

TEST(Allowance, StaysBoundedAndForgetsTheFullOnesFirst) {
  Allowance allowance(2, seconds(60), 100);
  allowance.take("ada", kStart + seconds(50));
  allowance.take("ada", kStart + seconds(50));
  for (int i = 0; i < 1000; ++i) allowance.take("key" + std::to_string(i), kStart);
  EXPECT_LE(allowance.size(), 100U);
  EXPECT_TRUE(allowance.take("ada", kStart + seconds(51))) << "the one that used most is kept";
}

TEST(LinkLimits, AnAccountThatIsOverItsOwnLimitTakesNothingOfItsColleagues) {  // SEC-AP-11
  LinkLimits limits(5, 8, 60);
  int given = 0;
  for (int i = 0; i < 100; ++i) given += limits.takeLink("ada", "acme", kStart) ? 0 : 1;
  EXPECT_EQ(given, 5);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(limits.takeLink("bob", "acme", kStart)) << i;
  EXPECT_TRUE(limits.takeLink("bob", "acme", kStart)) << "the tenant's together";
  EXPECT_FALSE(limits.takeLink("eve", "other", kStart));
}

}  // namespace
}  // namespace sso::admin_portal
