// SPDX-License-Identifier: Apache-2.0
#include "base/base64url.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace sso::detail {
namespace {

std::string allBytes() {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  return bytes;
}

// RFC 4648 section 10
TEST(Base64, AgreesWithTheVectorsOfItsRfc) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, text] : vectors) {
    EXPECT_EQ(encodeBase64(plain), text);
    EXPECT_EQ(decodeBase64(text), plain);
    std::string unpadded(text);
    while (unpadded.ends_with('=')) unpadded.pop_back();
    EXPECT_EQ(encodeBase64Url(plain), unpadded);
    EXPECT_EQ(decodeBase64Url(unpadded), plain);
  }
}

TEST(Base64, KeepsEveryByte) {
  EXPECT_EQ(decodeBase64Url(encodeBase64Url(allBytes())), allBytes());
  EXPECT_EQ(decodeBase64(encodeBase64(allBytes())), allBytes());
}

TEST(Base64Url, UsesItsOwnAlphabet) {
  EXPECT_EQ(encodeBase64Url("\xFB\xFF\xBF"), "-_-_");
  EXPECT_EQ(encodeBase64("\xFB\xFF\xBF"), "+/+/");
  EXPECT_FALSE(decodeBase64Url("+/+/"));
  EXPECT_FALSE(decodeBase64("-_-_"));
}

// SECURITY 5, "Further": one token, one spelling
TEST(Base64Url, GivesEachValueOneSpelling) {
  // Of all two-character texts, each byte has exactly one; the 15 others that a lenient decoder takes are refused.
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::set<std::string> values;
  std::size_t accepted = 0;
  for (const char a : alphabet) {
    for (const char b : alphabet) {
      const auto value = decodeBase64Url(std::string{a, b});
      if (!value) continue;
      ++accepted;
      values.insert(*value);
      EXPECT_EQ(encodeBase64Url(*value), (std::string{a, b}));
    }
  }
  EXPECT_EQ(accepted, 256u);
  EXPECT_EQ(values.size(), 256u);
}

TEST(Base64Url, RefusesPaddingBlanksAndDanglingCharacters) {
  for (const char* text : {"Zg==", "Zm8=", "Z", "A", "Zm9vY", "Zm9vA", "====", "=", "Zm9v\n", " Zm9v", "Zm 9v",
                           "Zm9v\r\n", "Zh", "Zm9", "Zm9v.", "Zm9v%3D", "\xC3\xA9Zm"}) {
    EXPECT_FALSE(decodeBase64Url(text)) << text;
  }
  EXPECT_FALSE(decodeBase64Url(std::string("Zm9v\0", 5)));
}

TEST(Base64, RefusesWrongPadding) {
  for (const char* text :
       {"Zg", "Zg=", "Zg===", "Zm8", "Zm9v=", "Zm9v====", "=Zg=", "Z===", "====", "==", "Zh==", "Zm9=", "Zm9v\n",
        "Zg=="
        "Zg=="}) {
    EXPECT_FALSE(decodeBase64(text)) << text;
  }
}

TEST(Base64Url, RoundTripsRandomBytes) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 2'000; ++i) {
    std::string bytes(random() % 70, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    ASSERT_EQ(decodeBase64Url(encodeBase64Url(bytes)), bytes);
    ASSERT_EQ(decodeBase64(encodeBase64(bytes)), bytes);
  }
}

}  // namespace
}  // namespace sso::detail
