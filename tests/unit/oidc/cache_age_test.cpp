// SPDX-License-Identifier: Apache-2.0
#include "oidc/cache_age.h"

#include <gtest/gtest.h>

namespace sso::detail {
namespace {

TEST(KeyAge, IsClamped) {  // SEC-JW-17
  EXPECT_EQ(keyAgeFrom("max-age=0").count(), 60);
  EXPECT_EQ(keyAgeFrom("max-age=300").count(), 300);
  EXPECT_EQ(keyAgeFrom("max-age=1000000000").count(), 600);
  EXPECT_EQ(keyAgeFrom("max-age=100000000000000000000").count(), 600);
}
TEST(KeyAge, ReadsDirectivesAnywhere) {
  EXPECT_EQ(keyAgeFrom("public, Max-Age=120 , must-revalidate").count(), 120);
  EXPECT_EQ(keyAgeFrom("max-age=500, max-age=90").count(), 90);
  EXPECT_EQ(keyAgeFrom("no-store, max-age=500").count(), 60);
  EXPECT_EQ(keyAgeFrom("no-cache").count(), 60);
  EXPECT_EQ(keyAgeFrom("x-max-age=100").count(), 600);
}
TEST(KeyAge, IsShortWhenUnreadableAndLongWhenUnsaid) {
  EXPECT_EQ(keyAgeFrom("max-age=").count(), 60);
  EXPECT_EQ(keyAgeFrom("max-age=-5").count(), 60);
  EXPECT_EQ(keyAgeFrom("max-age=12x").count(), 60);
  EXPECT_EQ(keyAgeFrom("max-age=\"120\"").count(), 60);
  EXPECT_EQ(keyAgeFrom("").count(), 600);
  EXPECT_EQ(keyAgeFrom(",,").count(), 600);
}

}  // namespace
}  // namespace sso::detail
