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

class PostgresBackend : public StorageBackend {
 public:
  PostgresBackend() {
    static int count = 0;
    const std::string name = "case_" + std::to_string(++count);
    cluster().createDatabase(name);
    storage_ = db::openStorage(cluster().url(name));
    other_ = db::openStorage(cluster().url(name));
  }
  Storage& storage() override { return *storage_; }
  Storage& otherInstance() override { return *other_; }

 private:
  std::shared_ptr<Storage> storage_, other_;
};

}  // namespace

std::unique_ptr<StorageBackend> makeBackend() { return std::make_unique<PostgresBackend>(); }

}  // namespace sso::conformance
