// SPDX-License-Identifier: Apache-2.0
#include "stores/member_store.h"

#include <nlohmann/json.hpp>

#include "sso/db/kept_statement.h"

namespace hostapp::members {
namespace {

using sso::db::KeptStatement;
using sso::db::Session;
using sso::db::Text;

struct ListAdministrators : KeptStatement {
  Text tenantId;
  int most = 0, breakGlass = 0, hasPassword = 0, active = 0;
  Member out;
  explicit ListAdministrators(Session& session) : KeptStatement(session, "app.member.administrators") {
    prepare((session.prepare << "SELECT a.id, a.display_name, a.email, m.role, m.break_glass, CASE WHEN "
                                "a.password_hash IS NULL THEN 0 ELSE 1 END, CASE WHEN a.state = 'active' THEN 1 ELSE 0 "
                                "END FROM app_memberships m JOIN app_accounts a ON a.id = m.account_id WHERE "
                                "m.tenant_id = :tenant AND m.role IN ('owner', 'admin') ORDER BY CASE WHEN m.role = "
                                "'owner' THEN 0 ELSE 1 END, a.display_name, a.id LIMIT :most",
             soci::into(out.accountId), soci::into(out.displayName), soci::into(out.email), soci::into(out.role),
             soci::into(breakGlass), soci::into(hasPassword), soci::into(active), soci::use(tenantId.bound(), "tenant"),
             soci::use(most, "most")));
  }
};

struct SelectName : KeptStatement {
  Text tenantId, accountId;
  std::string name;
  explicit SelectName(Session& session) : KeptStatement(session, "app.member.name") {
    prepare((session.prepare << "SELECT a.display_name FROM app_memberships m JOIN app_accounts a ON a.id = "
                                "m.account_id WHERE m.account_id = :account AND m.tenant_id = :tenant",
             soci::into(name), soci::use(accountId.bound(), "account"), soci::use(tenantId.bound(), "tenant")));
  }
};

struct CountBreakGlass : KeptStatement {
  Text tenantId;
  long long count = 0;
  explicit CountBreakGlass(Session& session) : KeptStatement(session, "app.member.count_break_glass") {
    prepare((session.prepare << "SELECT count(*) FROM app_memberships m JOIN app_accounts a ON a.id = m.account_id "
                                "WHERE m.tenant_id = :tenant AND m.role = 'owner' AND m.break_glass = 1 AND a.state = "
                                "'active' AND a.password_hash IS NOT NULL",
             soci::into(count), soci::use(tenantId.bound(), "tenant")));
  }
};

struct SetBreakGlass : KeptStatement {
  Text tenantId, accountId;
  int marked = 0;
  explicit SetBreakGlass(Session& session) : KeptStatement(session, "app.member.set_break_glass") {
    prepare((session.prepare << "UPDATE app_memberships SET break_glass = :marked WHERE tenant_id = :tenant AND "
                                "account_id = :account AND role = 'owner' AND EXISTS (SELECT 1 FROM app_accounts a "
                                "WHERE a.id = account_id AND a.state = 'active' AND a.password_hash IS NOT NULL)",
             soci::use(marked, "marked"), soci::use(tenantId.bound(), "tenant"),
             soci::use(accountId.bound(), "account")));
  }
};

struct SelectOrganization : KeptStatement {
  Text tenantId;
  std::string id, policy;
  explicit SelectOrganization(Session& session) : KeptStatement(session, "app.member.organization") {
    prepare((session.prepare << "SELECT id, policy FROM sso_organizations WHERE tenant_id = :tenant", soci::into(id),
             soci::into(policy), soci::use(tenantId.bound(), "tenant")));
  }
};

}  // namespace

std::vector<Member> administrators(Session& session, std::string_view tenantId, int most) {
  std::vector<Member> found;
  auto& select = session.kept<ListAdministrators>();
  select.tenantId = tenantId;
  select.most = most;
  select.each([&] {
    select.out.breakGlass = select.breakGlass == 1;
    select.out.hasPassword = select.hasPassword == 1;
    select.out.active = select.active == 1;
    found.push_back(select.out);
  });
  return found;
}

std::optional<std::string> nameOf(Session& session, std::string_view tenantId, std::string_view accountId) {
  auto& select = session.kept<SelectName>();
  select.tenantId = tenantId;
  select.accountId = accountId;
  if (!select.row()) return std::nullopt;
  return select.name;
}

std::size_t countBreakGlass(Session& session, std::string_view tenantId) {
  auto& count = session.kept<CountBreakGlass>();
  count.tenantId = tenantId;
  return count.row() ? static_cast<std::size_t>(count.count) : 0;
}

TiedOrganization organizationOf(Session& session, std::string_view tenantId) {
  auto& select = session.kept<SelectOrganization>();
  select.tenantId = tenantId;
  if (!select.row()) return {};
  const auto policy = nlohmann::json::parse(select.policy, nullptr, /*allow_exceptions=*/false);
  // What cannot be read counts as required: nobody's last way in is taken away on a doubt.
  const bool readable = policy.is_object() && policy.contains("mode");
  return {select.id, !readable || policy["mode"] == "required"};
}

bool setBreakGlass(Session& session, std::string_view tenantId, std::string_view accountId, bool marked) {
  auto& statement = session.kept<SetBreakGlass>();
  statement.tenantId = tenantId;
  statement.accountId = accountId;
  statement.marked = marked ? 1 : 0;
  return statement.run() == 1;
}

}  // namespace hostapp::members
