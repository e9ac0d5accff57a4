// SPDX-License-Identifier: Apache-2.0
#include "sso/db/database.h"

#include "connection_pool.h"
#include "database_url.h"
#include "migrator.h"
#include "postgres_connection.h"
#include "sqlite_connection.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace sso::db {
namespace {

/// A transaction on a leased connection. The lease ends it with a rollback unless it was committed.
class SociUnitOfWork : public UnitOfWork {
 public:
  SociUnitOfWork(std::shared_ptr<Database> keepAlive, Lease lease)
      : keepAlive_(std::move(keepAlive)), lease_(std::move(lease)) {
    lease_.connection().begin();
  }

  void commit() override {
    if (done_) throw Error(ErrorCode::kInternal, reason::kInternal, "unit of work: committed before");
    done_ = true;
    lease_.connection().commit();
  }
  Session& session() {
    if (done_) throw Error(ErrorCode::kInternal, reason::kInternal, "unit of work: used after its commit");
    return lease_.connection().session();
  }

 private:
  std::shared_ptr<Database> keepAlive_;  // the pool must outlive the lease
  Lease lease_;
  bool done_ = false;
};

class PooledDatabase : public Database {
 public:
  PooledDatabase(std::unique_ptr<Connector> connector, const DatabaseOptions& options)
      : pool_(std::move(connector), options.poolSize, options.leaseTimeout) {}

  Dialect dialect() const override { return pool_.connector().dialect(); }

  void withSession(const std::function<void(Session&)>& use) override {
    Lease lease = pool_.lease();
    Session& session = lease.connection().session();
    session.translated("session", [&] { use(session); });
  }

  std::unique_ptr<UnitOfWork> begin() override {
    return std::make_unique<SociUnitOfWork>(shared_from_this(), pool_.lease());
  }

  void migrate(std::string_view ledger, const std::vector<Migration>& migrations) override {
    const auto connection = pool_.connector().connectForMigration();
    Migrator(ledger, migrations, dialect()).bringUp(*connection);
  }

  void checkSchema(std::string_view ledger, const std::vector<Migration>& migrations) override {
    const Migrator migrator(ledger, migrations, dialect());
    withSession([&](Session& session) { migrator.requireApplied(session); });
  }

 private:
  mutable ConnectionPool pool_;
};

void requireSound(const DatabaseOptions& options) {
  using std::chrono::milliseconds;
  const auto positive = [](milliseconds limit) { return limit > milliseconds(0) && limit <= std::chrono::minutes(1); };
  if (options.poolSize < 1 || options.poolSize > 64) {
    throw Error(ErrorCode::kConfig, reason::kConfig, "poolSize must be 1 to 64");
  }
  if (!positive(options.leaseTimeout) || !positive(options.statementTimeout) || !positive(options.lockTimeout)) {
    throw Error(ErrorCode::kConfig, reason::kConfig, "database time limits must be above zero and at most a minute");
  }
  if (!positive(options.unitTimeout)) {
    throw Error(ErrorCode::kConfig, reason::kConfig, "unitTimeout must be above zero and at most a minute");
  }
}

}  // namespace

std::shared_ptr<Database> Database::open(const DatabaseOptions& options) {
  requireSound(options);
  const DatabaseUrl url = parseDatabaseUrl(options.url, options.requireTls);
  auto connector =
      url.dialect == Dialect::kPostgres ? postgresConnector(url, options) : sqliteConnector(url.sqlitePath, options);
  return std::make_shared<PooledDatabase>(std::move(connector), options);
}

Session& sessionOf(UnitOfWork& work) {
  auto* unit = dynamic_cast<SociUnitOfWork*>(&work);
  if (unit == nullptr) throw Error(ErrorCode::kInternal, reason::kInternal, "not a unit of work of sso::db");
  return unit->session();
}

}  // namespace sso::db
