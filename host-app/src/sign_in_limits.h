// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "rate_limiter.h"

namespace hostapp {

/// How often somebody may try. Guessing one account's password is limited for each pair of account and network, so
/// nobody locks a person out by knowing their address; trying many accounts is limited for each network. When an
/// account is being guessed from many networks at once, every network's share of it shrinks, and its owner still gets
/// one. Counts live in this process (see RateLimiter). Thread-safe.
class SignInLimits {
 public:
  explicit SignInLimits(const std::shared_ptr<sso::Clock>& clock);

  /// Counts a try at this account's password. nullopt: go on; otherwise how long to wait.
  std::optional<std::chrono::seconds> tryPassword(std::string_view email, std::string_view address);
  void passwordWasWrong(std::string_view email);
  /// How many tries at passwords were over a limit since this was last asked: they are told as one number, because a
  /// line each would be as many as the attacker likes (SEC-LG-09).
  std::uint64_t takeLimitedTries() { return limitedTries_.exchange(0); }
  /// The owner's earlier slips count no more.
  void passwordWasRight(std::string_view email, std::string_view address);
  /// Counts an address typed into the first step, which may ask Scalekit about its domain.
  std::optional<std::chrono::seconds> tryAddress(std::string_view address);
  std::optional<std::chrono::seconds> trySignUp(std::string_view address);

 private:
  std::optional<std::chrono::seconds> waitForPassword(std::string_view email, std::string_view address);

  std::atomic<std::uint64_t> limitedTries_{0};
  RateLimiter perNetwork_, perPair_, perPairTight_, perAccount_, addresses_, signUps_;
};

}  // namespace hostapp
