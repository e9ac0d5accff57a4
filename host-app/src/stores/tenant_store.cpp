// SPDX-License-Identifier: Apache-2.0
#include "stores/tenant_store.h"

#include "sso/db/kept_statement.h"

namespace hostapp::tenants {
namespace {

using sso::db::KeptStatement;
using sso::db::Session;
using sso::db::Text;

struct FindName : KeptStatement {
  Text id;
  std::string name;
  explicit FindName(Session& session) : KeptStatement(session, "app.tenant.find") {
    prepare((session.prepare << "SELECT name FROM app_tenants WHERE id = :id", soci::into(name),
             soci::use(id.bound(), "id")));
  }
};

struct SaveTenant : KeptStatement {
  Text id, name;
  long long now = 0;
  explicit SaveTenant(Session& session) : KeptStatement(session, "app.tenant.save") {
    prepare((session.prepare << "INSERT INTO app_tenants (id, name, created_at) VALUES (:id, :name, :now) "
                                "ON CONFLICT (id) DO UPDATE SET name = excluded.name",
             soci::use(id.bound(), "id"), soci::use(name.bound(), "name"), soci::use(now, "now")));
  }
};

}  // namespace

std::optional<std::string> findName(Session& session, std::string_view id) {
  auto& statement = session.kept<FindName>();
  statement.id = id;
  if (!statement.row()) return std::nullopt;
  return statement.name;
}

void save(Session& session, std::string_view id, std::string_view name, std::int64_t now) {
  auto& statement = session.kept<SaveTenant>();
  statement.id = id;
  statement.name = name;
  statement.now = now;
  statement.run();
}

}  // namespace hostapp::tenants
