// SPDX-License-Identifier: Apache-2.0
// What we need of the Poco that this is built with.
#include <Poco/UTF32Encoding.h>
#include <gtest/gtest.h>

namespace sso::test {
namespace {

// SEC-CF-10; SECURITY 5, item 2: Poco decodes encoded words in every header value before anybody is asked. Without the
// fix of CVE-2023-52389 a character that is none became a negative length, and the stack overflowed.
TEST(Poco, RefusesCharactersBeyondUnicode) {
  for (const auto order : {Poco::UTF32Encoding::LITTLE_ENDIAN_BYTE_ORDER, Poco::UTF32Encoding::BIG_ENDIAN_BYTE_ORDER}) {
    const Poco::UTF32Encoding encoding(order);
    const unsigned char little[] = {0x9c, 0xff, 0xff, 0xff}, big[] = {0xff, 0xff, 0xff, 0x9c};
    const bool isLittle = order == Poco::UTF32Encoding::LITTLE_ENDIAN_BYTE_ORDER;
    EXPECT_EQ(encoding.queryConvert(isLittle ? little : big, 4), -1);
  }
}

}  // namespace
}  // namespace sso::test
