// SPDX-License-Identifier: Apache-2.0
#include "sso/db/database.h"
#include "storage_conformance.h"
#include "support/pg_cluster.h"

namespace sso::conformance {
namespace {

/// One server for all cases, one database for each.
test::PgCluster& cluster() {
  static test::PgCluster server(test::PgCluster::Options{.fsync = false, .settings = {}});
  return server;
}

/// SEC-LG-10: the suite runs with the least rights that docs/DATABASE.md gives the application. The owner makes the
/// tables and grants what the file says; whoever signs in here owns nothing.
std::string urlOfTheApplication(const std::string& database) {
  cluster().createDatabase(database);
  db::openStorage(cluster().url(database));
  cluster().runFile("db/roles.postgres.sql", database);
  static const bool made = (cluster().query("CREATE ROLE fieldnote LOGIN IN ROLE sso_app"), true);
  return made ? cluster().url(database, "fieldnote") : "";
}

class PostgresBackend : public StorageBackend {
 public:
  PostgresBackend() {
    static int count = 0;
    const std::string name = "case_" + std::to_string(++count);
    const std::string url = urlOfTheApplication(name);
    storage_ = db::openStorage(url);
    other_ = db::openStorage(url);
  }
  Storage& storage() override { return *storage_; }
  Storage& otherInstance() override { return *other_; }

 private:
  std::shared_ptr<Storage> storage_, other_;
};

}  // namespace

std::unique_ptr<StorageBackend> makeBackend() { return std::make_unique<PostgresBackend>(); }

}  // namespace sso::conformance
