// SPDX-License-Identifier: Apache-2.0
#include "stores/member_store.h"

#include <nlohmann/json.hpp>

#include "sso/db/kept_statement.h"
#include "sso/error.h"
#include "sso/reason.h"
#include "stores/account_store.h"

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

constexpr std::string_view kPersonColumns =
    "SELECT a.id, a.display_name, a.email, m.role, m.break_glass, CASE WHEN a.password_hash IS NULL THEN 0 ELSE 1 END, "
    "a.state, (SELECT count(*) FROM app_memberships e WHERE e.account_id = m.account_id AND e.tenant_id <> "
    "m.tenant_id) FROM app_memberships m JOIN app_accounts a ON a.id = m.account_id WHERE m.tenant_id = :tenant AND ";

struct PersonQuery : KeptStatement {
  using KeptStatement::KeptStatement;
  Text tenantId;
  Person read;
  std::string state;
  int breakGlass = 0, hasPassword = 0;
  long long others = 0;

  Person person() const {
    Person whole = read;
    const auto known = accounts::stateNamed(state);
    if (!known) throw sso::Error(sso::ErrorCode::kInternal, sso::reason::kInternal, "unknown account state in a row");
    whole.state = *known;
    whole.breakGlass = breakGlass == 1;
    whole.hasPassword = hasPassword == 1;
    whole.elsewhere = others > 0;
    return whole;
  }
  soci::details::prepare_temp_type selectPeople(Session& session, std::string_view where) {
    return (session.prepare << std::string(kPersonColumns) + std::string(where), soci::into(read.accountId),
            soci::into(read.displayName), soci::into(read.email), soci::into(read.role), soci::into(breakGlass),
            soci::into(hasPassword), soci::into(state), soci::into(others), soci::use(tenantId.bound(), "tenant"));
  }
};

struct FindPerson : PersonQuery {
  Text accountId;
  explicit FindPerson(Session& session) : PersonQuery(session, "app.member.find") {
    prepare((selectPeople(session, "m.account_id = :account"), soci::use(accountId.bound(), "account")));
  }
};

struct FirstPage : PersonQuery {
  int most = 0;
  explicit FirstPage(Session& session) : PersonQuery(session, "app.member.first_page") {
    prepare((selectPeople(session, "1 = 1 ORDER BY lower(a.display_name), a.id LIMIT :most"), soci::use(most, "most")));
  }
};

/// The place is found by the account's id, so that no name stands in an address.
struct NextPage : PersonQuery {
  Text sameTenant, after;
  int most = 0;
  explicit NextPage(Session& session) : PersonQuery(session, "app.member.next_page") {
    prepare((selectPeople(session,
                          "(lower(a.display_name), a.id) > (SELECT lower(f.display_name), f.id FROM app_accounts f "
                          "JOIN app_memberships fm ON fm.account_id = f.id WHERE fm.tenant_id = :same_tenant AND f.id "
                          "= :after) ORDER BY lower(a.display_name), a.id LIMIT :most"),
             soci::use(sameTenant.bound(), "same_tenant"), soci::use(after.bound(), "after"), soci::use(most, "most")));
  }
};

struct LockPerson : KeptStatement {
  Text tenantId, accountId;
  std::string locked;
  explicit LockPerson(Session& session) : KeptStatement(session, "app.member.lock") {
    prepare((session.prepare << "SELECT a.id FROM app_accounts a JOIN app_memberships m ON m.account_id = a.id WHERE "
                                "m.tenant_id = :tenant AND a.id = :account FOR UPDATE OF a",
             soci::into(locked), soci::use(tenantId.bound(), "tenant"), soci::use(accountId.bound(), "account")));
  }
};

struct CountActiveOwners : KeptStatement {
  Text tenantId;
  long long count = 0;
  explicit CountActiveOwners(Session& session) : KeptStatement(session, "app.member.count_owners") {
    prepare((session.prepare << "SELECT count(*) FROM app_memberships m JOIN app_accounts a ON a.id = m.account_id "
                                "WHERE m.tenant_id = :tenant AND m.role = 'owner' AND a.state = 'active'",
             soci::into(count), soci::use(tenantId.bound(), "tenant")));
  }
};

struct ChangeState : KeptStatement {
  Text tenantId, sameTenant, accountId, from, to;
  explicit ChangeState(Session& session) : KeptStatement(session, "app.member.change_state") {
    prepare((session.prepare << "UPDATE app_accounts SET state = :to WHERE id = :account AND state = :from AND EXISTS "
                                "(SELECT 1 FROM app_memberships m WHERE m.account_id = app_accounts.id AND m.tenant_id "
                                "= :tenant) AND NOT EXISTS (SELECT 1 FROM app_memberships e WHERE e.account_id = "
                                "app_accounts.id AND e.tenant_id <> :same_tenant)",
             soci::use(to.bound(), "to"), soci::use(accountId.bound(), "account"), soci::use(from.bound(), "from"),
             soci::use(tenantId.bound(), "tenant"), soci::use(sameTenant.bound(), "same_tenant")));
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

std::vector<Person> page(Session& session, std::string_view tenantId, std::string_view afterAccountId, int most) {
  std::vector<Person> found;
  if (afterAccountId.empty() || !nameOf(session, tenantId, afterAccountId)) {
    auto& first = session.kept<FirstPage>();
    first.tenantId = tenantId;
    first.most = most;
    first.each([&] { found.push_back(first.person()); });
    return found;
  }
  auto& next = session.kept<NextPage>();
  next.tenantId = tenantId;
  next.sameTenant = tenantId;
  next.after = afterAccountId;
  next.most = most;
  next.each([&] { found.push_back(next.person()); });
  return found;
}

std::optional<Person> find(Session& session, std::string_view tenantId, std::string_view accountId) {
  auto& select = session.kept<FindPerson>();
  select.tenantId = tenantId;
  select.accountId = accountId;
  if (!select.row()) return std::nullopt;
  return select.person();
}

std::optional<Person> findAndLock(Session& session, std::string_view tenantId, std::string_view accountId) {
  if (session.dialect() == sso::db::Dialect::kPostgres) {  // SQLite has one writer at a time
    auto& lock = session.kept<LockPerson>();
    lock.tenantId = tenantId;
    lock.accountId = accountId;
    if (!lock.row()) return std::nullopt;
  }
  // A statement of its own: what was committed while this one waited is seen only by one that begins after.
  return find(session, tenantId, accountId);
}

std::size_t countActiveOwners(Session& session, std::string_view tenantId) {
  auto& count = session.kept<CountActiveOwners>();
  count.tenantId = tenantId;
  return count.row() ? static_cast<std::size_t>(count.count) : 0;
}

bool changeState(Session& session, std::string_view tenantId, std::string_view accountId, sso::AccountState from,
                 sso::AccountState to) {
  auto& change = session.kept<ChangeState>();
  change.tenantId = tenantId;
  change.sameTenant = tenantId;
  change.accountId = accountId;
  change.from = accounts::nameOf(from);
  change.to = accounts::nameOf(to);
  return change.run() == 1;
}

}  // namespace hostapp::members
