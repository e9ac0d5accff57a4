// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sso/db/session.h"
#include "sso/host_adapter.h"
#include "sso/storage.h"

namespace sso::db {

struct DatabaseOptions {
  /// DATABASE_URL: postgresql://... as libpq reads it (user, host, sslmode, ... in the query), or
  /// sqlite:///absolute/path with percent escapes.
  std::string url = {};
  std::size_t poolSize = 8;                      ///< connections, 1 to 64
  std::chrono::milliseconds leaseTimeout{2000};  ///< wait for a free one, then Error(kStorage) (SEC-DB-04)
  std::chrono::milliseconds statementTimeout{3000}, lockTimeout{2000};  ///< SEC-DB-08
  /// PostgreSQL: the longest use of a connection in one piece - a unit of work, or one withSession - whatever the
  /// server does. After that its socket is shut and the call ends with Error(kStorage): a server that was stopped never
  /// answers, and its own limits stop with it (R-03, N7). Longer than the other two; 10 s at most, as for idle units.
  std::chrono::milliseconds unitTimeout{5000};
  bool requireTls = false;  ///< refuse TCP to another host without sslmode=verify-full (SEC-CF-09)
};

/// One embedded migration: name "0001_identities", and its SQL for each dialect (the same text where nothing differs).
struct Migration {
  std::string_view name = {}, postgres = {}, sqlite = {};
};

/// A pooled database that survives a restart of its server: a lease is checked, replaced or refused; nothing is
/// handed on in the middle of a transaction (SECURITY 5, item 16). Thread-safe.
class Database : public std::enable_shared_from_this<Database> {
 public:
  /// Opens the pool lazily: no connection yet. Throws Error(kConfig) on options or a URL that cannot be understood;
  /// never repeats the URL, which may hold a password.
  static std::shared_ptr<Database> open(const DatabaseOptions& options);
  virtual ~Database() = default;
  virtual Dialect dialect() const = 0;

  /// Runs use on a leased session outside any transaction, for single statements. SOCI's exceptions become sso::Error
  /// as Session::translated says; others pass through; the connection goes back clean in either case (SEC-DB-11).
  virtual void withSession(const std::function<void(Session&)>& use) = 0;
  /// A transaction (IMMEDIATE on SQLite). commit() throws Error(kStorage) when any statement of it failed, even one
  /// whose error was swallowed. When the connection breaks while PostgreSQL commits, nobody can know whether it did:
  /// that is Error(kStorage), too, so whatever is written must be safe to find again.
  virtual std::unique_ptr<UnitOfWork> begin() = 0;
  /// Brings the schema up, one transaction per migration, under a lock so that several instances may start at once. The
  /// ledger table is "<ledger>_migrations". A changed, missing or renamed migration, or a newer schema, throws
  /// Error(kConfig) naming both versions (SEC-DB-12).
  virtual void migrate(std::string_view ledger, const std::vector<Migration>& migrations) = 0;
  /// Throws Error(kStorage) unless the database answers and every one of these migrations was applied. A schema that is
  /// newer still passes, so that instances of the last release serve until a rolling upgrade replaces them.
  virtual void checkSchema(std::string_view ledger, const std::vector<Migration>& migrations) = 0;
};

/// The session behind a unit of work that begin() made; throws Error(kInternal) for any other.
Session& sessionOf(UnitOfWork& work);

/// The module's storage on this database; migrates the sso_* tables first.
std::shared_ptr<Storage> openStorage(std::shared_ptr<Database> database);
/// The same in one step.
std::shared_ptr<Storage> openStorage(const std::string& url);

}  // namespace sso::db
