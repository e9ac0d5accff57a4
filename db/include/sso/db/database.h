// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sso/host_adapter.h"
#include "sso/storage.h"

namespace soci {
class session;
}

namespace sso::db {

enum class Dialect { kPostgres, kSqlite };

struct DatabaseOptions {
  std::string url;                               ///< postgresql://... or sqlite:///path (DATABASE_URL)
  std::size_t poolSize = 8;                      ///< connections, 1 to 64
  std::chrono::milliseconds leaseTimeout{2000};  ///< wait for a free one, then Error(kStorage) (SEC-DB-04)
  std::chrono::milliseconds statementTimeout{3000}, lockTimeout{2000};  ///< SEC-DB-08
  bool requireTls = false;  ///< refuse TCP to another host without sslmode=verify-full (SEC-CF-09)
};

/// One embedded migration: name "0001_identities", and its SQL for each dialect (the same text where nothing differs).
struct Migration {
  std::string_view name, postgres, sqlite;
};

/// A pooled database that survives a restart of its server: a lease is checked, reconnected or refused; nothing is
/// handed on in the middle of a transaction (SECURITY 5, item 16). Thread-safe.
class Database : public std::enable_shared_from_this<Database> {
 public:
  /// Opens the pool lazily: no connection yet. Throws Error(kConfig) on a URL that cannot be understood; never repeats
  /// the URL.
  static std::shared_ptr<Database> open(const DatabaseOptions& options);
  virtual ~Database() = default;
  virtual Dialect dialect() const = 0;

  /// Runs use on a leased session outside any transaction, for single statements. Foreign exceptions become
  /// sso::Error(kStorage or kConflict) without SOCI's text, which holds bound values (SECURITY 5, item 18).
  virtual void withSession(const std::function<void(soci::session&)>& use) = 0;
  /// A transaction (IMMEDIATE on SQLite).
  virtual std::unique_ptr<UnitOfWork> begin() = 0;
  /// Brings the schema up, one transaction per migration, under a lock so that several instances may start at once. The
  /// ledger table is "<ledger>_migrations". A changed or missing file, or a newer schema, throws Error(kConfig) naming
  /// both (SEC-DB-12).
  virtual void migrate(std::string_view ledger, const std::vector<Migration>& migrations) = 0;
};

/// The SOCI session behind a unit of work that begin() made; throws Error(kInternal) for any other.
soci::session& sessionOf(UnitOfWork& work);

/// The module's storage on this database; migrates the sso_* tables first.
std::shared_ptr<Storage> openStorage(std::shared_ptr<Database> database);
/// The same in one step.
std::shared_ptr<Storage> openStorage(const std::string& url);

}  // namespace sso::db
