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
#include <vector>

#include "shared_rates.h"
#include "sso/runtime.h"

namespace hostapp {

/// A sliding-window limit for each key: this window's count plus the share of the last window's that still overlaps.
/// Memory is bounded: past maxKeys the key that was used longest ago is forgotten.
///
/// In two stages. What this process knows to be over the limit is refused without a query; what it lets pass is counted
/// together with all other instances (SharedRates), and refused after all when their total is over. While the database
/// does not answer, and on SQLite, this process's own count is all there is: behind n instances the limit is then n
/// times as high at most. No lock is held meanwhile. Thread-safe.
class RateLimiter {
 public:
  struct Limit {
    double most = 0;
    std::chrono::seconds window{60};
    /// So many uses of one instance the others are not told of: who stays below costs no query. The limit of n
    /// instances is higher by n times this at most.
    double untold = 0;
  };
  /// What is shared, and under which name: the same on all instances, another for each limiter.
  struct Sharing {
    std::shared_ptr<SharedRates> rates = nullptr;  ///< null: nothing
    std::string name = {};
  };
  RateLimiter(Limit limit, std::shared_ptr<sso::Clock> clock);  ///< shares nothing
  RateLimiter(Limit limit, std::shared_ptr<sso::Clock> clock, Sharing sharing, std::size_t maxKeys = 20'000);

  /// Counts one use. nullopt: within the limit; otherwise how long to wait, and nothing is counted.
  std::optional<std::chrono::seconds> take(std::string_view key);
  /// Would the next use be one too many, as far as is known here? Counts nothing.
  std::optional<std::chrono::seconds> check(std::string_view key);
  /// Counts one use without asking.
  void note(std::string_view key);
  /// Takes one use back: it turned out not to be what is limited. The others learn of it with the next count.
  void giveBack(std::string_view key);
  /// Forgets the key: after a success.
  void forget(std::string_view key);
  std::size_t size() const;

  // --- several limiters together with the other instances ---
  struct Use {
    RateLimiter* limiter = nullptr;
    std::string_view key = {};
    int by = 1;  ///< 0: counts nothing, tells what was not told, and asks
  };
  using Wait = std::optional<std::chrono::seconds>;
  /// Counts all of them, with the other instances in one statement. For each, in their order: nullopt, or how long to
  /// wait because it is one too many (by 1; it stays counted, see giveBack) or the next one would be (by 0). Each
  /// verdict is by what the database had counted when it had this very use, whatever other threads learn meanwhile: so
  /// no more pass than the limit and what is untold allow. All limiters share the same SharedRates, or none.
  static std::vector<Wait> count(const std::vector<Use>& uses);

 private:
  struct Entry {
    std::string key;
    std::int64_t window = 0;  ///< number of the window that `current` counts
    double previous = 0, current = 0;
    double unshared = 0;  ///< of current: what the others have not been told; below 0: what they have too much
  };
  /// A use on its way: what this instance knew once it was counted here, and what the others are to be told.
  struct Counting {
    Entry entry;
    std::int64_t nowMs = 0;
    int by = 0;
    std::optional<SharedRates::Use> told = std::nullopt;  ///< nullopt: nobody is asked
  };
  std::string idOf(std::string_view key) const;
  Entry* find(const std::string& id, std::int64_t window);
  Entry& findOrAdd(const std::string& id, std::int64_t window);
  std::optional<std::chrono::seconds> waitFor(const Entry& entry, std::int64_t nowMs) const;
  Counting countHere(std::string_view key, int by);
  /// Takes the totals over, and puts them in the place of what was known here when it was counted.
  void learn(Counting& counting, const std::optional<SharedRates::Totals>& totals);
  std::optional<std::chrono::seconds> verdictOn(const Counting& counting) const;
  std::int64_t nowMs() const;
  std::int64_t windowMs() const;

  const Limit limit_;
  std::shared_ptr<sso::Clock> clock_;
  const Sharing sharing_;
  const std::size_t maxKeys_;
  const std::int64_t epochMs_;  ///< what the steady clock has to be set to, so that all instances' windows are the same
  mutable std::mutex mutex_;
  std::list<Entry> byUse_;  ///< front: used last
  std::unordered_map<std::string, std::list<Entry>::iterator> entries_;
};

}  // namespace hostapp
