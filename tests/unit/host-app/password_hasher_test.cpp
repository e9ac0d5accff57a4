// SPDX-License-Identifier: Apache-2.0
#include "password_hasher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <future>
#include <mutex>
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

/// Random bytes that come when the test lets them: a hash is in its place until then.
class HeldRandom : public sso::RandomSource {
 public:
  void fill(unsigned char* buffer, std::size_t size) override {
    std::unique_lock lock(mutex_);
    ++asked_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
    std::fill_n(buffer, size, static_cast<unsigned char>(asked_));
  }
  void open(bool open) {
    std::lock_guard lock(mutex_);
    open_ = open;
    changed_.notify_all();
  }
  void awaitAsked(int times) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return asked_ >= times; });
  }
  int asked() {
    std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int asked_ = 0;
  bool open_ = true;
};

TEST(PasswordHasherVerify, RefusesAtOnceWhenTooManyWaitAlready) {
  const auto random = std::make_shared<HeldRandom>();
  PasswordHasher hasher(random, kCheap, std::chrono::minutes(1), 3);
  random->open(false);
  const int before = random->asked();
  std::vector<std::future<std::string>> hashes;
  const auto hashOne = [&] {
    hashes.push_back(std::async(std::launch::async, [&] { return hasher.hash("copper lantern ridge"); }));
  };
  for (int i = 0; i < 2; ++i) hashOne();
  random->awaitAsked(before + 2);  // both places are taken
  for (int i = 0; i < 3; ++i) hashOne();
  while (hasher.waiting() < 3) std::this_thread::yield();
  for (int i = 0; i < 10; ++i) {
    const auto begun = std::chrono::steady_clock::now();
    try {
      hasher.verify("", "copper lantern ridge");
      ADD_FAILURE() << "let in";
    } catch (const sso::Error& error) {
      EXPECT_EQ(error.code(), sso::ErrorCode::kRateLimited);
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(30)) << "it waited";
    EXPECT_EQ(hasher.waiting(), 3);
  }
  random->open(true);
  for (auto& hash : hashes) EXPECT_TRUE(hash.get().starts_with("$argon2id$")) << "those who waited got their turn";
  EXPECT_EQ(hasher.waiting(), 0);
  EXPECT_FALSE(hasher.verify("", "copper lantern ridge"));
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
