// SPDX-License-Identifier: Apache-2.0
#include "oidc/rs256.h"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <thread>
#include <vector>

#include "base/base64url.h"
#include "support/test_keys.h"

namespace sso::test {
namespace {

std::string decoded(const std::string& text) { return detail::decodeBase64Url(text).value(); }

/// A number of this many bits, odd unless told otherwise.
std::string numberOfBits(int bits, bool odd = true) {
  std::string bytes(static_cast<std::size_t>((bits + 7) / 8), '\x5A');
  bytes.front() = static_cast<char>(1 << ((bits - 1) % 8));
  bytes.back() = static_cast<char>((bytes.back() & ~1) | (odd ? 1 : 0));
  return bytes;
}
const std::string kExponent("\x01\x00\x01", 3);

TEST(RsaPublicKey, TakesModuliOf2048To8192Bits) {  // CONTRACT.md 3.7 (2)
  EXPECT_EQ(detail::rsaPublicKey(numberOfBits(1024), kExponent), nullptr);
  EXPECT_EQ(detail::rsaPublicKey(numberOfBits(2047), kExponent), nullptr);
  EXPECT_NE(detail::rsaPublicKey(numberOfBits(2048), kExponent), nullptr);
  EXPECT_NE(detail::rsaPublicKey(numberOfBits(8192), kExponent), nullptr);
  EXPECT_EQ(detail::rsaPublicKey(numberOfBits(8193), kExponent), nullptr);
  EXPECT_EQ(detail::rsaPublicKey(std::string(100'000, 'n'), kExponent), nullptr);
  EXPECT_EQ(detail::rsaPublicKey("", kExponent), nullptr);
}
TEST(RsaPublicKey, CountsBitsAndNotBytes) {  // leading zeros make no key larger
  EXPECT_EQ(detail::rsaPublicKey(std::string(128, '\0') + numberOfBits(1024), kExponent), nullptr);
}
TEST(RsaPublicKey, RefusesEvenModuli) {
  EXPECT_EQ(detail::rsaPublicKey(numberOfBits(2048, false), kExponent), nullptr);
}
TEST(RsaPublicKey, TakesOddExponentsFromThree) {
  const std::string n = numberOfBits(2048);
  EXPECT_NE(detail::rsaPublicKey(n, "\x03"), nullptr);
  EXPECT_EQ(detail::rsaPublicKey(n, "\x01"), nullptr);  // any text would be its own signature
  EXPECT_EQ(detail::rsaPublicKey(n, "\x02"), nullptr);
  EXPECT_EQ(detail::rsaPublicKey(n, std::string(1, '\0')), nullptr);
  EXPECT_EQ(detail::rsaPublicKey(n, ""), nullptr);
  EXPECT_NE(detail::rsaPublicKey(n, numberOfBits(64)), nullptr);
  EXPECT_EQ(detail::rsaPublicKey(n, numberOfBits(65)), nullptr);
}

TEST(VerifyRs256, TellsGoodFromBadAndLeavesNoOpenSslError) {
  const TestKeys keys;
  const auto key = detail::rsaPublicKey(decoded(keys.modulus()), decoded(keys.exponent()));
  const std::string signature = keys.signature(TestAlg::kRs256, "header.payload");
  EXPECT_TRUE(detail::verifyRs256(key.get(), "header.payload", signature));
  EXPECT_FALSE(detail::verifyRs256(key.get(), "header.payloae", signature));
  EXPECT_FALSE(detail::verifyRs256(key.get(), "header.payload", ""));
  EXPECT_FALSE(detail::verifyRs256(key.get(), "header.payload", std::string(256, '\xFF')));
  EXPECT_EQ(ERR_peek_error(), 0UL);
  EXPECT_TRUE(detail::verifyRs256(key.get(), "header.payload", signature));
}
TEST(VerifyRs256, KeepsMoreKeysApartThanItRemembers) {
  const TestKeys keys;
  const std::string signature = keys.signature(TestAlg::kRs256, "input");
  for (int round = 0; round < 30; ++round) {  // keys come and go, their addresses are used again
    const auto right = detail::rsaPublicKey(decoded(keys.modulus()), decoded(keys.exponent()));
    const auto wrong = detail::rsaPublicKey(numberOfBits(2048), kExponent);
    EXPECT_TRUE(detail::verifyRs256(right.get(), "input", signature));
    EXPECT_FALSE(detail::verifyRs256(wrong.get(), "input", signature));
  }
}
TEST(VerifyRs256, WorksOnManyThreadsWithOneKey) {
  const TestKeys keys;
  const auto key = detail::rsaPublicKey(decoded(keys.modulus()), decoded(keys.exponent()));
  const std::string signature = keys.signature(TestAlg::kRs256, "input");
  std::vector<std::thread> threads;
  std::atomic<int> good{0}, bad{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 100; ++n) {
        good += detail::verifyRs256(key.get(), "input", signature);
        bad += detail::verifyRs256(key.get(), "output", signature);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 800);
  EXPECT_EQ(bad, 0);
}

}  // namespace
}  // namespace sso::test
