// SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"

#include <gtest/gtest.h>

#include "support/fake_random.h"

namespace sso::detail {
namespace {

// FIPS 180-2, appendix B
TEST(Sha256, AgreesWithPublishedVectors) {
  EXPECT_EQ(sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(toHex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

// RFC 4231, test cases 1, 2 and 6
TEST(HmacSha256, AgreesWithPublishedVectors) {
  EXPECT_EQ(toHex(hmacSha256(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(toHex(hmacSha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(toHex(hmacSha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(HmacSha256, TakesAnEmptyKeyForAnEmptyKey) {
  const std::string expected = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad";
  EXPECT_EQ(toHex(hmacSha256("other key", "")).size(), 64u);
  EXPECT_EQ(toHex(hmacSha256({}, "")), expected);
}

// RFC 5869, A.1; the first block of its output
TEST(Hkdf, AgreesWithTheVectorOfItsRfc) {
  std::string salt, info;
  for (int i = 0x00; i <= 0x0c; ++i) salt += static_cast<char>(i);
  for (int i = 0xf0; i <= 0xf9; ++i) info += static_cast<char>(i);
  const std::string key = hkdfExtract(salt, std::string(22, '\x0b'));
  EXPECT_EQ(toHex(key), "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
  EXPECT_EQ(toHex(hkdfExpand(key, info)), "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
}

TEST(EqualsConstantTime, ComparesEveryByteAndTheLength) {
  EXPECT_TRUE(equalsConstantTime("", ""));
  EXPECT_TRUE(equalsConstantTime("abc", "abc"));
  EXPECT_FALSE(equalsConstantTime("abc", "ab"));
  EXPECT_FALSE(equalsConstantTime("ab", "abc"));
  EXPECT_FALSE(equalsConstantTime("", "a"));
  const std::string text(64, 'x');
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string other = text;
    other[i] = 'y';
    EXPECT_FALSE(equalsConstantTime(text, other)) << i;
  }
}

TEST(ToHex, WritesLowerCase) { EXPECT_EQ(toHex(std::string("\x00\x0f\xab\xff", 4)), "000fabff"); }

// SEC-AR-02; RFC 7636 4.1: 32 bytes are 43 characters
TEST(RandomToken, SpellsTheBytesItWasGiven) {
  test::FakeRandom random;
  const std::string first = randomToken(random);
  EXPECT_EQ(first.size(), 43u);
  EXPECT_NE(first, randomToken(random));
  EXPECT_EQ(randomToken(random, 16).size(), 22u);
}

TEST(RandomToken, NeverRepeatsWithTheSystemsBytes) {
  const auto random = systemRandom();
  std::string last;
  for (int i = 0; i < 1'000; ++i) {
    const std::string token = randomToken(*random);
    ASSERT_NE(token, last);
    last = token;
  }
}

}  // namespace
}  // namespace sso::detail
