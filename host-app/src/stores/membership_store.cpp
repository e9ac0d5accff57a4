// SPDX-License-Identifier: Apache-2.0
#include "stores/membership_store.h"

#include "sso/db/kept_statement.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace hostapp::memberships {
namespace {

using sso::db::KeptStatement;
using sso::db::Session;
using sso::db::Text;

struct SelectRole : KeptStatement {
  Text accountId, tenantId;
  std::string role, source;
  long long otherOwners = 0;
  explicit SelectRole(Session& session) : KeptStatement(session, "app.membership.role") {
    prepare((session.prepare << "SELECT m.role, CASE WHEN m.role_fixed = 1 THEN 'invitation' ELSE m.source END, "
                                "(SELECT count(*) FROM app_memberships o JOIN app_accounts a "
                                "ON a.id = o.account_id WHERE o.tenant_id = m.tenant_id AND o.account_id <> "
                                "m.account_id AND o.role = 'owner' AND a.state = 'active') FROM app_memberships m "
                                "WHERE m.account_id = :account AND m.tenant_id = :tenant",
             soci::into(role), soci::into(source), soci::into(otherOwners), soci::use(accountId.bound(), "account"),
             soci::use(tenantId.bound(), "tenant")));
  }
  std::optional<Role> find(std::string_view account, std::string_view tenant) {
    accountId = account;
    tenantId = tenant;
    if (!row()) return std::nullopt;
    return Role{role, source, role == "owner" && otherOwners == 0};
  }
};

struct SaveMembership : KeptStatement {
  Text tenantId, accountId, role, source;
  int breakGlass = 0, roleFixed = 0;
  long long now = 0;
  explicit SaveMembership(Session& session) : KeptStatement(session, "app.membership.save") {
    prepare((session.prepare << "INSERT INTO app_memberships (tenant_id, account_id, role, source, break_glass, "
                                "role_fixed, created_at) VALUES (:tenant, :account, :role, :source, :breakglass, "
                                ":fixed, :now) ON CONFLICT (account_id, tenant_id) DO UPDATE SET role = excluded.role, "
                                "source = excluded.source, break_glass = excluded.break_glass, role_fixed = "
                                "excluded.role_fixed",
             soci::use(tenantId.bound(), "tenant"), soci::use(accountId.bound(), "account"),
             soci::use(role.bound(), "role"), soci::use(source.bound(), "source"), soci::use(breakGlass, "breakglass"),
             soci::use(roleFixed, "fixed"), soci::use(now, "now")));
  }
};

struct ReplaceGrantedRole : KeptStatement {
  Text role, accountId, tenantId;
  explicit ReplaceGrantedRole(Session& session) : KeptStatement(session, "app.membership.replace_role") {
    prepare((session.prepare << "UPDATE app_memberships SET role = :role WHERE account_id = :account AND "
                                "tenant_id = :tenant AND source = 'sso' AND role_fixed = 0",
             soci::use(role.bound(), "role"), soci::use(accountId.bound(), "account"),
             soci::use(tenantId.bound(), "tenant")));
  }
};

struct LockTenant : KeptStatement {
  Text id;
  std::string locked;
  explicit LockTenant(Session& session) : KeptStatement(session, "app.tenant.lock") {
    prepare((session.prepare << "SELECT id FROM app_tenants WHERE id = :id FOR UPDATE", soci::into(locked),
             soci::use(id.bound(), "id")));
  }
};

struct CountSeats : KeptStatement {
  Text tenantId;
  long long count = 0;
  explicit CountSeats(Session& session) : KeptStatement(session, "app.membership.count") {
    prepare((session.prepare << "SELECT count(*) FROM app_memberships m JOIN app_accounts a ON a.id = m.account_id "
                                "WHERE m.tenant_id = :tenant AND a.state <> 'deprovisioned'",
             soci::into(count), soci::use(tenantId.bound(), "tenant")));
  }
};

}  // namespace

void lockTenant(Session& session, std::string_view tenantId) {
  if (session.dialect() != sso::db::Dialect::kPostgres) return;
  auto& lock = session.kept<LockTenant>();
  lock.id = tenantId;
  if (lock.row()) return;
  throw sso::Error(sso::ErrorCode::kHostFailure, sso::reason::kHost, "the organization's tenant does not exist");
}

std::optional<Role> roleOf(Session& session, std::string_view accountId, std::string_view tenantId) {
  auto& select = session.kept<SelectRole>();
  auto found = select.find(accountId, tenantId);
  if (!found || found->role != "owner") return found;
  lockTenant(session, tenantId);
  return select.find(accountId, tenantId);  // once more: it may have changed while this waited
}

std::size_t countAndLock(Session& session, std::string_view tenantId) {
  lockTenant(session, tenantId);
  // A statement of its own: what the transaction before this one committed is seen only by one that begins after.
  auto& statement = session.kept<CountSeats>();
  statement.tenantId = tenantId;
  if (!statement.row()) throw sso::Error(sso::ErrorCode::kStorage, sso::reason::kStorage, "no answer to a count");
  return static_cast<std::size_t>(statement.count);
}

void save(Session& session, std::string_view accountId, const accounts::Membership& membership, std::int64_t now) {
  auto& statement = session.kept<SaveMembership>();
  statement.tenantId = membership.tenantId;
  statement.accountId = accountId;
  statement.role = membership.role;
  statement.source = membership.source;
  statement.breakGlass = membership.breakGlass ? 1 : 0;
  statement.roleFixed = membership.roleFixed ? 1 : 0;
  statement.now = now;
  statement.run();
}

void replaceGrantedRole(Session& session, std::string_view accountId, std::string_view tenantId,
                        std::string_view role) {
  auto& statement = session.kept<ReplaceGrantedRole>();
  statement.role = role;
  statement.accountId = accountId;
  statement.tenantId = tenantId;
  statement.run();
}

}  // namespace hostapp::memberships
