// SPDX-License-Identifier: Apache-2.0
#include "sso/sealer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/base64url.h"
#include "sso/error.h"
#include "support/fake_random.h"

namespace sso {
namespace {

const Secret kOldKey(std::string(32, 'o'));
const Secret kNewKey(std::string(32, 'n'));
const Secret kOtherKey(std::string(32, 'x'));

Sealer sealerOf(std::vector<Secret> keys) { return Sealer(keys, std::make_shared<test::FakeRandom>()); }

std::string flipped(const std::string& sealed, std::size_t bit) {
  std::string raw = *detail::decodeBase64Url(sealed);
  raw[bit / 8] = static_cast<char>(raw[bit / 8] ^ (1 << (bit % 8)));
  return detail::encodeBase64Url(raw);
}

TEST(SealerOpen, ReturnsWhatWasSealed) {
  const auto sealer = sealerOf({kNewKey});
  for (const std::string& text : {std::string(), std::string("x"), std::string(1000, 'y'), std::string("\0\xFF", 2)}) {
    EXPECT_EQ(sealer.open("login", sealer.seal("login", text)), text);
    EXPECT_EQ(sealer.open("login", sealer.seal("login", text, "row 1"), "row 1"), text);
  }
}

TEST(SealerSeal, ShowsNothingAndRepeatsNothing) {
  const auto sealer = sealerOf({kNewKey});
  const std::string a = sealer.seal("login", "plaintext-plaintext");
  const std::string b = sealer.seal("login", "plaintext-plaintext");
  EXPECT_NE(a, b);
  EXPECT_EQ(detail::decodeBase64Url(a)->find("plaintext"), std::string::npos);
  EXPECT_EQ(detail::decodeBase64Url(a)->size(), 1u + 4 + 12 + 19 + 16);
}

// SEC-RD-03: every bit is authenticated - version, key id, nonce, ciphertext and tag
TEST(SealerOpen, RefusesEveryFlippedBit) {
  const auto sealer = sealerOf({kNewKey, kOldKey});
  const std::string sealed = sealer.seal("login", "state", "ctx");
  const std::size_t bits = detail::decodeBase64Url(sealed)->size() * 8;
  for (std::size_t bit = 0; bit < bits; ++bit) {
    EXPECT_EQ(sealer.open("login", flipped(sealed, bit), "ctx"), std::nullopt) << "bit " << bit;
  }
}

TEST(SealerOpen, RefusesEveryPartOfAValueAndAnythingBehindIt) {
  const auto sealer = sealerOf({kNewKey});
  const std::string sealed = sealer.seal("login", "state");
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_EQ(sealer.open("login", sealed.substr(0, size)), std::nullopt) << size;
  }
  for (const char* tail : {"A", "AA", "AAA", "AAAA", "=", " ", "\n", "."}) {
    EXPECT_EQ(sealer.open("login", sealed + tail), std::nullopt) << tail;
  }
}

TEST(SealerOpen, RefusesAnotherPurposeOrContext) {
  const auto sealer = sealerOf({kNewKey});
  const std::string sealed = sealer.seal("login", "state", "row 1");
  EXPECT_EQ(sealer.open("link", sealed, "row 1"), std::nullopt);
  EXPECT_EQ(sealer.open("login ", sealed, "row 1"), std::nullopt);
  EXPECT_EQ(sealer.open("", sealed, "row 1"), std::nullopt);
  EXPECT_EQ(sealer.open("login", sealed, "row 2"), std::nullopt);
  EXPECT_EQ(sealer.open("login", sealed), std::nullopt);
  // Purpose and context are told apart: what leaves one does not slide into the other.
  EXPECT_EQ(sealer.open("loginrow", sealer.seal("login", "x", "row")), std::nullopt);
}

// SEC-CF-08
TEST(SealerOpen, OpensWithOldKeysWhileNewOnesSeal) {
  const std::string old = sealerOf({kOldKey}).seal("login", "state");
  const auto rotated = sealerOf({kNewKey, kOldKey});
  EXPECT_EQ(rotated.open("login", old), "state");
  const std::string fresh = rotated.seal("login", "state");
  EXPECT_EQ(sealerOf({kNewKey}).open("login", fresh), "state");
  EXPECT_EQ(sealerOf({kOldKey}).open("login", fresh), std::nullopt);
  EXPECT_EQ(sealerOf({kNewKey}).open("login", old), std::nullopt);
  EXPECT_EQ(sealerOf({kOtherKey}).open("login", fresh), std::nullopt);
}

TEST(SealerOpen, RefusesRubbish) {
  const auto sealer = sealerOf({kNewKey});
  for (const std::string& text :
       {std::string(), std::string("a"), std::string(44, 'A'), std::string(100, '\xFF'), std::string(43, '\0'),
        std::string("{}"), std::string(8192, 'A'), std::string(9000, 'A')}) {
    EXPECT_EQ(sealer.open("login", text), std::nullopt);
  }
}

TEST(SealerSeal, RefusesWhatItCouldNotOpen) {
  const auto sealer = sealerOf({kNewKey});
  const std::string most(6144 - 33, 'x');
  EXPECT_EQ(sealer.open("login", sealer.seal("login", most)), most);
  EXPECT_THROW(sealer.seal("login", most + "x"), Error);
}

TEST(SealerConstructor, RefusesKeysThatCannotWork) {
  const auto codeOf = [](std::vector<Secret> keys) {
    try {
      sealerOf(std::move(keys));
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::kInternal;
  };
  EXPECT_EQ(codeOf({}), ErrorCode::kConfig);
  EXPECT_EQ(codeOf({Secret("short")}), ErrorCode::kConfig);
  EXPECT_EQ(codeOf({kNewKey, Secret(std::string(33, 'x'))}), ErrorCode::kConfig);
  EXPECT_EQ(codeOf(std::vector<Secret>(9, kNewKey)), ErrorCode::kConfig);
  EXPECT_NO_THROW(sealerOf(std::vector<Secret>(8, kNewKey)));
}

// A random source that fails must stop the seal, not weaken it.
TEST(SealerSeal, FailsWhenThereAreNoRandomBytes) {
  class Broken : public RandomSource {
    void fill(unsigned char*, std::size_t) override { throw Error(ErrorCode::kInternal, "internal", "no entropy"); }
  };
  const Sealer sealer({kNewKey}, std::make_shared<Broken>());
  EXPECT_THROW(sealer.seal("login", "state"), Error);
}

TEST(Sealer, ServesManyThreads) {
  const auto sealer = sealerOf({kNewKey, kOldKey});
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        const std::string text = std::to_string(t * 1000 + i);
        good +=
            sealer.open("p" + std::to_string(i % 3), sealer.seal("p" + std::to_string(i % 3), text)) == text ? 1 : 0;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 800);
}

}  // namespace
}  // namespace sso
