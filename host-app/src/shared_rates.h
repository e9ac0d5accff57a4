// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sso/db/database.h"
#include "sso/runtime.h"

namespace hostapp {

/// What all instances together have counted for their rate limits: a table of PostgreSQL's, one row for each of whom is
/// counted and each window of time. Whoever is counted is there as a digest. Nothing here fails: what the database
/// cannot say, each instance's own count has to do for, and how often that was is told (takeFailures). Thread-safe.
class SharedRates {
 public:
  /// Null on SQLite, which serves one process: it has counted everything itself.
  static std::shared_ptr<SharedRates> open(const std::shared_ptr<sso::db::Database>& database);

  struct Use {
    std::string id;            ///< 64 hexadecimal digits
    std::int64_t window = 0;   ///< number of the window, the same on all instances
    std::int64_t by = 0;       ///< to be added; 0 only asks, below it takes back
    std::int64_t expires = 0;  ///< epoch seconds; from then on the row is of no use
  };
  struct Totals {
    std::int64_t previous = 0, current = 0;  ///< of the window before, and of this one
  };
  /// Adds all of them and tells the totals, in their order, in one statement. ids differ. nullopt: the database did not
  /// say, and perhaps not count.
  std::optional<std::vector<Totals>> add(const std::vector<Use>& uses) noexcept;
  /// Starts this one from nothing.
  void forget(const std::string& id) noexcept;
  /// Removes what has expired, a bounded number at a time; returns how many. Throws Error(kStorage).
  std::int64_t prune(std::int64_t now);
  /// How often the database could not say since this was last asked.
  std::uint64_t takeFailures() { return failures_.exchange(0); }

 private:
  explicit SharedRates(std::shared_ptr<sso::db::Database> database) : database_(std::move(database)) {}

  std::shared_ptr<sso::db::Database> database_;
  std::atomic<std::uint64_t> failures_ = 0;
};

}  // namespace hostapp
