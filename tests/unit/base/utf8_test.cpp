// SPDX-License-Identifier: Apache-2.0
#include "sso/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace sso {
namespace {

TEST(IsUtf8, KnowsItsBounds) {
  for (const char* text : {"", "plain", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                           "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(isUtf8(text));
  }
  for (const char* text :
       {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xED\xBF\xBF",
        "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xFF", "a\xE2\x82", "\xC2\x41"}) {
    EXPECT_FALSE(isUtf8(text));
  }
}

// SECURITY 5, item 1: a NUL in an identity was the end of it in SQL
TEST(HasNoControls, FindsC0DelAndC1) {
  EXPECT_TRUE(hasNoControls(""));
  EXPECT_TRUE(hasNoControls("plain \xC2\xA0 \xC3\xA9 \xE2\x82\xAC \xE2\x80\x80"));
  for (int byte = 0; byte < 0x20; ++byte)
    EXPECT_FALSE(hasNoControls(std::string("a") + static_cast<char>(byte))) << byte;
  EXPECT_FALSE(hasNoControls("a\x7F"));
  for (int byte = 0x80; byte < 0xA0; ++byte) {
    EXPECT_FALSE(hasNoControls(std::string("a\xC2") + static_cast<char>(byte))) << byte;
  }
}

TEST(HasNoControls, FindsThemAnywhereInALongText) {  // it is read eight bytes at a time
  for (std::size_t length = 1; length < 20; ++length) {
    for (std::size_t at = 0; at < length; ++at) {
      for (int byte = 0; byte < 0x80; ++byte) {
        std::string text(length, '~');
        text[at] = static_cast<char>(byte);
        EXPECT_EQ(hasNoControls(text), byte >= 0x20 && byte != 0x7F) << byte << '@' << at;
      }
      EXPECT_FALSE(hasNoControls(std::string(at, 'a') + "\xC2\x85" + std::string(length - at, 'b'))) << at;
      EXPECT_TRUE(hasNoControls(std::string(at, 'a') + "\xC2\xA9" + std::string(length - at, 'b'))) << at;
    }
  }
}

}  // namespace
}  // namespace sso
