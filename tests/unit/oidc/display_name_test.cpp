// SPDX-License-Identifier: Apache-2.0
#include "oidc/display_name.h"

#include <gtest/gtest.h>

namespace sso::detail {
namespace {

TEST(DisplayName, KeepsOrdinaryNames) {
  EXPECT_EQ(cleanDisplayName("Zo\xC3\xAB M\xC3\xBCller-\xE6\x9D\x8E"), "Zo\xC3\xAB M\xC3\xBCller-\xE6\x9D\x8E");
  EXPECT_EQ(cleanDisplayName("<b>Bobby</b>"), "<b>Bobby</b>");  // escaping is the page's business
}
TEST(DisplayName, LosesControlsAndDirectionMarks) {  // SEC-LG-02
  EXPECT_EQ(cleanDisplayName(std::string("A\0\r\n\x1B[31mB\x7F", 12)), "A[31mB");
  EXPECT_EQ(cleanDisplayName("A\xC2\x85"
                             "B\xC2\xA0"
                             "C"),
            "AB\xC2\xA0"
            "C");
  EXPECT_EQ(
      cleanDisplayName(
          "A\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xAA\xE2\x80\xAE\xE2\x80\x8E\xE2\x80\x8F\xE2\x81\xA6\xE2\x81\xA9\xD8\x9C"
          "B"),
      "AB");
  EXPECT_EQ(cleanDisplayName("A\xE2\x80\x99s"), "A\xE2\x80\x99s");  // a curly apostrophe is next door
}
TEST(DisplayName, IsTrimmedAndBounded) {  // SEC-MP-15
  EXPECT_EQ(cleanDisplayName("  Ann  "), "Ann");
  EXPECT_EQ(cleanDisplayName("   "), "");
  EXPECT_EQ(cleanDisplayName(""), "");
  std::string wide;
  for (int i = 0; i < 300; ++i) wide += "\xE6\x9D\x8E";
  EXPECT_EQ(cleanDisplayName(wide).size(), 256u * 3);
}

}  // namespace
}  // namespace sso::detail
