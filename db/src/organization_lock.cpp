// SPDX-License-Identifier: Apache-2.0
#include "organization_lock.h"

#include "sso/db/kept_statement.h"

namespace sso::db {
namespace {

struct LockOrganization : KeptStatement {
  Text organizationId, tenantId;
  std::string found;
  explicit LockOrganization(Session& session) : KeptStatement(session, "organization.lock") {
    const std::string lock = session.dialect() == Dialect::kPostgres ? " FOR UPDATE" : "";
    prepare(
        (session.prepare << "SELECT id FROM sso_organizations WHERE id = :organization AND tenant_id = :tenant" + lock,
         soci::into(found), soci::use(organizationId.bound(), "organization"), soci::use(tenantId.bound(), "tenant")));
  }
};

}  // namespace

bool lockOrganization(Session& session, std::string_view organizationId, std::string_view tenantId) {
  auto& lock = session.kept<LockOrganization>();
  lock.organizationId = organizationId;
  lock.tenantId = tenantId;
  return lock.row();
}

}  // namespace sso::db
