// SPDX-License-Identifier: Apache-2.0
#include "password_hasher.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>
#include <vector>

#include "password_rules.h"
#include "sso/error.h"
#include "support/fake_random.h"

namespace hostapp {
namespace {

constexpr PasswordCost kCheap{1024, 1, 1};

std::shared_ptr<PasswordHasher> cheapHasher(PasswordCost cost = kCheap) {
  return std::make_shared<PasswordHasher>(std::make_shared<sso::test::FakeRandom>(), cost);
}

TEST(PasswordHasherVerify, AcceptsTheRightPasswordOnly) {
  const auto hasher = cheapHasher();
  const std::string stored = hasher->hash("copper lantern ridge");
  EXPECT_TRUE(hasher->verify(stored, "copper lantern ridge"));
  EXPECT_FALSE(hasher->verify(stored, "copper lantern ridgE"));
  EXPECT_FALSE(hasher->verify(stored, ""));
}

TEST(PasswordHasherHash, SaltsEachHash) {
  const auto hasher = cheapHasher();
  EXPECT_NE(hasher->hash("copper lantern ridge"), hasher->hash("copper lantern ridge"));
}

// SEC-MP-19: an unknown address and one without a password are false, after the work of a real check.
TEST(PasswordHasherVerify, RefusesAccountsWithoutPassword) {
  const auto hasher = cheapHasher();
  for (const std::string stored : {"", "x", "$argon2id$", "$argon2i$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA"}) {
    EXPECT_FALSE(hasher->verify(stored, "")) << stored;
    EXPECT_FALSE(hasher->verify(stored, "copper lantern ridge")) << stored;
  }
}

TEST(PasswordHasherHash, IsAtLeastAsCostlyAsRecommended) {
  // OWASP Password Storage: Argon2id with 19 MiB, 2 passes, 1 lane.
  const auto hasher = cheapHasher(PasswordCost{});
  EXPECT_TRUE(hasher->hash("copper lantern ridge").starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
}

TEST(PasswordHasherNeedsRehash, SeesAnotherCost) {
  const auto hasher = cheapHasher();
  EXPECT_FALSE(hasher->needsRehash(hasher->hash("copper lantern ridge")));
  EXPECT_TRUE(cheapHasher({2048, 1, 1})->needsRehash(hasher->hash("copper lantern ridge")));
}

TEST(PasswordHasherVerify, TurnsAwayWhatWouldWaitTooLong) {
  PasswordHasher busy(std::make_shared<sso::test::FakeRandom>(), PasswordCost{64 * 1024, 3, 1},
                      std::chrono::milliseconds{0});
  std::vector<std::future<bool>> tries;
  for (int i = 0; i < 8; ++i) {
    tries.push_back(std::async(std::launch::async, [&busy] {
      try {
        busy.verify("", "copper lantern ridge");
        return false;
      } catch (const sso::Error& error) {
        return error.code() == sso::ErrorCode::kRateLimited;
      }
    }));
  }
  int refused = 0;
  for (auto& one : tries) refused += one.get() ? 1 : 0;
  EXPECT_GE(refused, 1) << "more than two at once were let in";
  EXPECT_FALSE(busy.verify("", "copper lantern ridge")) << "places were not given back";
}

TEST(ProblemWithPassword, FindsWeakOnes) {
  for (const char* weak : {"short", "aaaaaaaaaaaa", "123456789012", "abcdefghijklm", "Password2024!",
                           "PasswordPassword", "abcabcabcabc", "ada@example.com", "Ada Lovelace"}) {
    EXPECT_TRUE(problemWithPassword(weak, "ada@example.com", "Ada Lovelace")) << weak;
  }
  EXPECT_TRUE(problemWithPassword(std::string(257, 'x') + "y", "ada@example.com", "Ada"));
}

TEST(ProblemWithPassword, CountsCharactersNotBytes) {
  EXPECT_TRUE(problemWithPassword("äöüäößéàè", "a@b.example", ""));  // 9 characters, 18 bytes
  EXPECT_FALSE(problemWithPassword("copper lantern ridge", "ada@example.com", "Ada Lovelace"));
}

}  // namespace
}  // namespace hostapp
