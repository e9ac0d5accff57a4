// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "sso/runtime.h"

namespace hostapp {

/// A sliding-window limit for each key: this window's count plus the share of the last window's that still overlaps.
/// Memory is bounded: past maxKeys the key that was used longest ago is forgotten. Counts live in this process; behind
/// n instances the limit is n times as high at most. Thread-safe.
class RateLimiter {
 public:
  struct Limit {
    double most = 0;
    std::chrono::seconds window{60};
  };
  RateLimiter(Limit limit, std::shared_ptr<sso::Clock> clock, std::size_t maxKeys = 20'000);

  /// Counts one use. nullopt: within the limit; otherwise how long to wait.
  std::optional<std::chrono::seconds> take(std::string_view key);
  /// Would the next use exceed `most` (this limiter's own unless given)? Counts nothing.
  std::optional<std::chrono::seconds> check(std::string_view key, std::optional<double> most = std::nullopt);
  /// Counts one use without asking.
  void note(std::string_view key);
  /// Takes one use back: it turned out not to be what is limited.
  void giveBack(std::string_view key);
  /// Forgets the key: after a success.
  void forget(std::string_view key);
  std::size_t size() const;

 private:
  struct Entry {
    std::string key;
    std::int64_t window = 0;  ///< number of the window that `current` counts
    double previous = 0, current = 0;
  };
  Entry* find(const std::string& key, std::int64_t window);
  Entry& findOrAdd(const std::string& key, std::int64_t window);
  std::optional<std::chrono::seconds> waitFor(const Entry& entry, double most, std::int64_t nowMs) const;
  std::int64_t nowMs() const;
  std::int64_t windowMs() const;

  Limit limit_;
  std::shared_ptr<sso::Clock> clock_;
  std::size_t maxKeys_;
  mutable std::mutex mutex_;
  std::list<Entry> byUse_;  ///< front: used last
  std::unordered_map<std::string, std::list<Entry>::iterator> entries_;
};

}  // namespace hostapp
