// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "connection.h"
#include "sso/db/database.h"

namespace sso::db {

/// Brings one ledger's schema up. The ledger says which migrations ran, and the checksum of each.
class Migrator {
 public:
  /// Throws Error(kConfig) unless the migrations are numbered 0001, 0002, ... without a gap.
  Migrator(std::string_view ledger, const std::vector<Migration>& migrations, Dialect dialect);

  /// Applies what is missing, each migration in a transaction of its own that holds the lock, so any number of
  /// instances may do this at once. Throws Error(kConfig) when the ledger and this build disagree (SEC-DB-12), and when
  /// something is missing that this database role may not make; with nothing missing it needs no such right.
  void bringUp(Connection& connection) const;
  /// Throws Error(kStorage) when a migration of this build is not in the ledger.
  void requireApplied(Session& session) const;

 private:
  struct Step {
    std::string name, script, sha256;
  };
  struct Row {
    std::int64_t version;
    std::string name, sha256;
  };
  /// One transaction; false when there was nothing left to do.
  bool applyNext(Connection& connection) const;
  void lockLedger(Connection& connection) const;
  void requireMayChange(Session& session) const;
  std::vector<Row> readLedger(Session& session) const;
  void requireAgreement(const std::vector<Row>& rows) const;
  void noteApplied(Session& session, std::size_t index) const;

  std::string table_;
  Dialect dialect_;
  std::vector<Step> steps_;
};

}  // namespace sso::db
