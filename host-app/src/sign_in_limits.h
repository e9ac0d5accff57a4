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

/// How often somebody may try. An office is one network to us - a thousand people behind one address, all signing in at
/// nine - so what they do right is limited generously, and only what they do wrong tightly:
///
///   one account from one network    8 wrong passwords in 15 min; its owner is never locked out from elsewhere
///   one account from everywhere     from 50 wrong ones in an hour, 2 for each network, so that its owner still gets
///   one many accounts from one network  60 wrong passwords in 5 min (each right one is given back) one network
///   altogether          600 passwords, right or wrong, and 1200 addresses in 5 min; 20 times the same address
///                                   (what checking them costs us)
///   new teams from one network      10 in an hour
///
/// All instances count together (see RateLimiter): a password costs one statement for all of these. Thread-safe.
class SignInLimits {
 public:
  /// rates: null when this is the only instance.
  explicit SignInLimits(const std::shared_ptr<sso::Clock>& clock, const std::shared_ptr<SharedRates>& rates = nullptr);

  /// Counts a try at this account's password. nullopt: go on; otherwise how long to wait.
  std::optional<std::chrono::seconds> tryPassword(std::string_view email, std::string_view address);
  void passwordWasWrong(std::string_view email);
  /// Nobody looked at the password: too many were being checked. No try, and not held against anybody.
  void passwordWasNotChecked(std::string_view email, std::string_view address);
  /// How many tries at passwords were over a limit, or not checked, since this was last asked: they are told as one
  /// number, because a line each would be as many as the attacker likes (SEC-LG-09).
  std::uint64_t takeLimitedTries() { return limitedTries_.exchange(0); }
  /// The owner's earlier slips count no more.
  void passwordWasRight(std::string_view email, std::string_view address);
  /// Counts an e-mail address typed into the first step, which may ask Scalekit about its domain.
  std::optional<std::chrono::seconds> tryEmail(std::string_view email, std::string_view address);
  std::optional<std::chrono::seconds> trySignUp(std::string_view address);

 private:
  std::optional<std::chrono::seconds> waitForPassword(std::string_view email, std::string_view address);

  std::atomic<std::uint64_t> limitedTries_{0};
  RateLimiter perNetwork_, wrongPerNetwork_, perPair_, perPairTight_, perAccount_, emails_, sameEmail_, signUps_;
};

}  // namespace hostapp
