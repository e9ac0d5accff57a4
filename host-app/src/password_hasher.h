// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <semaphore>
#include <string>
#include <string_view>

#include "sso/runtime.h"

namespace hostapp {

/// Argon2id cost. The defaults are OWASP's first recommendation (19 MiB, two passes, one lane; RFC 9106 section 4).
struct PasswordCost {
  std::uint32_t memoryKib = 19 * 1024, passes = 2, lanes = 1;
  bool operator==(const PasswordCost&) const = default;
};

/// Hashes and checks passwords. At most kAtOnce run at a time, so that a flood of sign-ins can take neither the memory
/// nor every core of the server. A few more may wait, each a thread of the server that does nothing else; who would be
/// one too many, or waits longer than the limit, gets Error(kRateLimited): 429 with Retry-After. Thread-safe.
class PasswordHasher {
 public:
  explicit PasswordHasher(std::shared_ptr<sso::RandomSource> random, PasswordCost cost = {},
                          std::chrono::milliseconds longestWait = std::chrono::milliseconds{2000},
                          int mostWaiting = kMostWaiting);

  /// The PHC string to store: algorithm, version, cost, salt and hash.
  std::string hash(std::string_view password);
  /// True when the password is the one behind this PHC string. An empty or broken string costs the same as a real one
  /// and is false: an unknown address must not answer sooner than a known one (SEC-MP-19).
  bool verify(std::string_view stored, std::string_view password);
  /// Was it made with another cost than today's?
  bool needsRehash(std::string_view stored) const;
  /// How many wait for their turn now.
  int waiting() const { return waiting_; }

 private:
  static constexpr std::ptrdiff_t kAtOnce = 2;
  static constexpr int kMostWaiting = 32;  ///< a quarter of the server's threads; two seconds' work for two cores

  class Turn;
  std::string hashInTurn(std::string_view password);

  std::shared_ptr<sso::RandomSource> random_;
  PasswordCost cost_;
  std::chrono::milliseconds longestWait_;
  int mostWaiting_;
  std::atomic<int> waiting_{0};
  std::counting_semaphore<kAtOnce> turns_{kAtOnce};
  std::string decoy_;  ///< a hash that no password matches
};

}  // namespace hostapp
