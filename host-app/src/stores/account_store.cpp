// SPDX-License-Identifier: Apache-2.0
#include "stores/account_store.h"

#include <algorithm>

#include "sso/db/kept_statement.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace hostapp::accounts {
namespace {

using sso::db::KeptStatement;
using sso::db::Session;
using sso::db::Text;

constexpr std::string_view kAccountColumns =
    "SELECT id, email, display_name, COALESCE(password_hash, ''), email_verified, state FROM app_accounts WHERE ";

sso::AccountState stateOf(const std::string& name) {
  const auto state = stateNamed(name);
  if (!state) throw sso::Error(sso::ErrorCode::kInternal, sso::reason::kInternal, "unknown account state in a row");
  return *state;
}

struct SelectAccount : KeptStatement {
  Text key;
  std::string id, email, displayName, passwordHash, state;
  int emailVerified = 0;

  SelectAccount(Session& session, std::string_view name, std::string_view condition) : KeptStatement(session, name) {
    prepare((session.prepare << std::string(kAccountColumns) + std::string(condition), soci::into(id),
             soci::into(email), soci::into(displayName), soci::into(passwordHash), soci::into(emailVerified),
             soci::into(state), soci::use(key.bound(), "key")));
  }
  std::optional<Account> find(std::string_view wanted) {
    key = wanted;
    if (!row()) return std::nullopt;
    return Account{id, email, displayName, passwordHash, emailVerified == 1, stateOf(state)};
  }
};
struct SelectById : SelectAccount {
  explicit SelectById(Session& session) : SelectAccount(session, "app.account.find", "id = :key") {}
};
struct SelectByEmail : SelectAccount {
  explicit SelectByEmail(Session& session) : SelectAccount(session, "app.account.find_by_email", "email = :key") {}
};

struct SelectMemberships : KeptStatement {
  Text accountId;
  std::string tenantId, tenantName, role, source;
  int breakGlass = 0;
  explicit SelectMemberships(Session& session) : KeptStatement(session, "app.membership.list") {
    prepare((session.prepare << "SELECT m.tenant_id, t.name, m.role, m.source, m.break_glass FROM app_memberships m "
                                "JOIN app_tenants t ON t.id = m.tenant_id WHERE m.account_id = :account "
                                "ORDER BY m.created_at, m.tenant_id",
             soci::into(tenantId), soci::into(tenantName), soci::into(role), soci::into(source), soci::into(breakGlass),
             soci::use(accountId.bound(), "account")));
  }
};

constexpr std::string_view kFactsColumns =
    "SELECT a.id, a.email, a.display_name, a.email_verified, a.state, COALESCE(m.role, ''), (SELECT count(*) FROM "
    "app_memberships p WHERE p.account_id = a.id AND p.role IN ('owner', 'admin')), (SELECT count(*) FROM "
    "app_memberships b WHERE b.account_id = a.id AND b.break_glass = 1), COALESCE(a.last_sign_in_at, 0), "
    "COALESCE((SELECT max(s.last_seen_at) FROM app_sessions s WHERE s.account_id = a.id), 0), CASE WHEN m.role IS NULL "
    "OR EXISTS (SELECT 1 FROM app_memberships e WHERE e.account_id = a.id AND e.tenant_id <> m.tenant_id) OR (m.role = "
    "'owner' AND NOT EXISTS (SELECT 1 FROM app_memberships o JOIN app_accounts oa ON oa.id = o.account_id WHERE "
    "o.tenant_id = m.tenant_id AND o.role = 'owner' AND o.account_id <> a.id AND oa.state = 'active')) THEN 0 ELSE 1 "
    "END FROM app_accounts a LEFT JOIN app_memberships m ON m.account_id = a.id AND m.tenant_id = :tenant WHERE ";

struct FactsRow {
  std::string id, email, displayName, state, role;
  int emailVerified = 0, mayBeDeactivated = 0;
  long long privileged = 0, breakGlass = 0, signedInAt = 0, seenAt = 0;

  sso::AccountFacts facts() const {
    sso::AccountFacts facts;
    facts.id = id;
    facts.email = email;
    facts.state = stateOf(state);
    facts.emailVerified = emailVerified == 1;
    facts.member = !role.empty();
    facts.privileged = privileged > 0;
    facts.breakGlass = breakGlass > 0;
    facts.displayName = displayName;
    const auto usedAt = std::max(signedInAt, seenAt);
    if (usedAt > 0) facts.lastUsedAt = sso::fromEpochSeconds(usedAt);
    facts.mayBeDeactivated = mayBeDeactivated == 1;
    return facts;
  }
};

/// Account, its place in one tenant, and whether it has power anywhere: one round trip of the login.
struct SelectFacts : KeptStatement {
  Text key, tenantId;
  FactsRow out;

  SelectFacts(Session& session, std::string_view name, std::string_view condition) : KeptStatement(session, name) {
    prepare((session.prepare << std::string(kFactsColumns) + std::string(condition), soci::into(out.id),
             soci::into(out.email), soci::into(out.displayName), soci::into(out.emailVerified), soci::into(out.state),
             soci::into(out.role), soci::into(out.privileged), soci::into(out.breakGlass), soci::into(out.signedInAt),
             soci::into(out.seenAt), soci::into(out.mayBeDeactivated), soci::use(tenantId.bound(), "tenant"),
             soci::use(key.bound(), "key")));
  }
  std::optional<sso::AccountFacts> find(std::string_view wanted, std::string_view tenant) {
    key = wanted;
    tenantId = tenant;
    if (!row()) return std::nullopt;
    return out.facts();
  }
};
struct SelectFactsById : SelectFacts {
  explicit SelectFactsById(Session& session) : SelectFacts(session, "app.account.facts", "a.id = :key") {}
};
struct SelectFactsByEmail : SelectFacts {
  explicit SelectFactsByEmail(Session& session)
      : SelectFacts(session, "app.account.facts_by_email", "a.email = :key") {}
};

/// The same of each member, by address.
struct ListFacts : KeptStatement {
  Text tenantId;
  int most = 0;
  FactsRow out;
  explicit ListFacts(Session& session) : KeptStatement(session, "app.account.facts_of_members") {
    prepare((session.prepare << std::string(kFactsColumns) + "m.tenant_id IS NOT NULL ORDER BY a.email LIMIT :most",
             soci::into(out.id), soci::into(out.email), soci::into(out.displayName), soci::into(out.emailVerified),
             soci::into(out.state), soci::into(out.role), soci::into(out.privileged), soci::into(out.breakGlass),
             soci::into(out.signedInAt), soci::into(out.seenAt), soci::into(out.mayBeDeactivated),
             soci::use(tenantId.bound(), "tenant"), soci::use(most, "most")));
  }
};

struct InsertAccount : KeptStatement {
  Text id, email, displayName, state, passwordHash;
  int emailVerified = 0;
  long long now = 0;
  explicit InsertAccount(Session& session) : KeptStatement(session, "app.account.insert") {
    prepare((session.prepare << "INSERT INTO app_accounts (id, email, email_verified, display_name, state, "
                                "password_hash, created_at) VALUES (:id, :email, :verified, :name, :state, "
                                "NULLIF(:hash, ''), :now) ON CONFLICT (email) DO NOTHING",
             soci::use(id.bound(), "id"), soci::use(email.bound(), "email"), soci::use(emailVerified, "verified"),
             soci::use(displayName.bound(), "name"), soci::use(state.bound(), "state"),
             soci::use(passwordHash.bound(), "hash"), soci::use(now, "now")));
  }
};

struct ReclaimAccount : KeptStatement {
  Text id;
  explicit ReclaimAccount(Session& session) : KeptStatement(session, "app.account.reclaim") {
    prepare((session.prepare << "UPDATE app_accounts SET password_hash = NULL, email_verified = 1 WHERE id = :id AND "
                                "email_verified = 0 AND state = 'active'",
             soci::use(id.bound(), "id")));
  }
};

struct RecordSignIn : KeptStatement {
  Text id;
  long long now = 0;
  explicit RecordSignIn(Session& session) : KeptStatement(session, "app.account.record_sign_in") {
    prepare((session.prepare << "UPDATE app_accounts SET last_sign_in_at = :now WHERE id = :id AND state = 'active'",
             soci::use(now, "now"), soci::use(id.bound(), "id")));
  }
};

struct RecordPasswordSignIn : KeptStatement {
  Text id, hash;
  long long now = 0;
  explicit RecordPasswordSignIn(Session& session) : KeptStatement(session, "app.account.record_password_sign_in") {
    prepare((session.prepare << "UPDATE app_accounts SET last_sign_in_at = :now WHERE id = :id AND "
                                "state = 'active' AND password_hash = :hash",
             soci::use(now, "now"), soci::use(id.bound(), "id"), soci::use(hash.bound(), "hash")));
  }
};

struct ReplacePassword : KeptStatement {
  Text id, checkedHash, newHash;
  explicit ReplacePassword(Session& session) : KeptStatement(session, "app.account.replace_password") {
    prepare((session.prepare << "UPDATE app_accounts SET password_hash = :new WHERE id = :id AND "
                                "password_hash = :checked",
             soci::use(newHash.bound(), "new"), soci::use(id.bound(), "id"),
             soci::use(checkedHash.bound(), "checked")));
  }
};

struct UpdateAccount : KeptStatement {
  Text id, email, displayName, state;
  int emailVerified = 0;
  explicit UpdateAccount(Session& session) : KeptStatement(session, "app.account.update") {
    prepare((session.prepare << "UPDATE app_accounts SET email = :email, email_verified = :verified, "
                                "display_name = :name, state = :state WHERE id = :id",
             soci::use(email.bound(), "email"), soci::use(emailVerified, "verified"),
             soci::use(displayName.bound(), "name"), soci::use(state.bound(), "state"), soci::use(id.bound(), "id")));
  }
};

struct UpdateProfile : KeptStatement {
  Text id, email, displayName, state;
  int emailVerified = 0;
  explicit UpdateProfile(Session& session) : KeptStatement(session, "app.account.update_profile") {
    prepare((session.prepare << "UPDATE app_accounts SET email = :email, email_verified = :verified, "
                                "display_name = :name WHERE id = :id AND state = :state",
             soci::use(email.bound(), "email"), soci::use(emailVerified, "verified"),
             soci::use(displayName.bound(), "name"), soci::use(id.bound(), "id"), soci::use(state.bound(), "state")));
  }
};

}  // namespace

std::optional<Account> findById(Session& session, std::string_view id) { return session.kept<SelectById>().find(id); }

std::optional<Account> findByEmail(Session& session, std::string_view canonicalEmail) {
  return session.kept<SelectByEmail>().find(canonicalEmail);
}

std::vector<Membership> membershipsOf(Session& session, std::string_view accountId) {
  std::vector<Membership> found;
  auto& select = session.kept<SelectMemberships>();
  select.accountId = accountId;
  select.each([&] {
    found.push_back({select.tenantId, select.tenantName, select.role, select.source, select.breakGlass == 1});
  });
  return found;
}

std::optional<sso::AccountFacts> findFacts(Session& session, std::string_view id, std::string_view email,
                                           std::string_view tenantId) {
  if (!id.empty()) return session.kept<SelectFactsById>().find(id, tenantId);
  return session.kept<SelectFactsByEmail>().find(email, tenantId);
}

std::vector<sso::AccountFacts> factsOfMembers(Session& session, std::string_view tenantId, int most) {
  std::vector<sso::AccountFacts> found;
  auto& list = session.kept<ListFacts>();
  list.tenantId = tenantId;
  list.most = most;
  list.each([&] { found.push_back(list.out.facts()); });
  return found;
}

bool insert(Session& session, const Account& account, std::int64_t now) {
  auto& statement = session.kept<InsertAccount>();
  statement.id = account.id;
  statement.email = account.email;
  statement.displayName = account.displayName;
  statement.state = nameOf(account.state);
  statement.passwordHash = account.passwordHash;
  statement.emailVerified = account.emailVerified ? 1 : 0;
  statement.now = now;
  return statement.run() == 1;
}

bool recordSignIn(Session& session, std::string_view id, std::int64_t now) {
  auto& statement = session.kept<RecordSignIn>();
  statement.id = id;
  statement.now = now;
  return statement.run() == 1;
}

bool recordPasswordSignIn(Session& session, std::string_view id, std::string_view checkedHash, std::int64_t now) {
  auto& statement = session.kept<RecordPasswordSignIn>();
  statement.id = id;
  statement.hash = checkedHash;
  statement.now = now;
  return statement.run() == 1;
}

bool replacePassword(Session& session, std::string_view id, std::string_view checkedHash, std::string_view newHash) {
  auto& statement = session.kept<ReplacePassword>();
  statement.id = id;
  statement.checkedHash = checkedHash;
  statement.newHash = newHash;
  return statement.run() == 1;
}

bool reclaim(Session& session, std::string_view id) {
  auto& statement = session.kept<ReclaimAccount>();
  statement.id = id;
  return statement.run() == 1;
}

void update(Session& session, const Account& account) {
  auto& statement = session.kept<UpdateAccount>();
  statement.id = account.id;
  statement.email = account.email;
  statement.displayName = account.displayName;
  statement.state = nameOf(account.state);
  statement.emailVerified = account.emailVerified ? 1 : 0;
  statement.run();
}

bool updateProfile(Session& session, const Account& account) {
  auto& statement = session.kept<UpdateProfile>();
  statement.id = account.id;
  statement.email = account.email;
  statement.displayName = account.displayName;
  statement.state = nameOf(account.state);
  statement.emailVerified = account.emailVerified ? 1 : 0;
  return statement.run() == 1;
}

std::string_view nameOf(sso::AccountState state) {
  switch (state) {
    case sso::AccountState::kActive:
      return "active";
    case sso::AccountState::kSuspended:
      return "suspended";
    case sso::AccountState::kDeprovisioned:
      return "deprovisioned";
  }
  return "suspended";
}

std::optional<sso::AccountState> stateNamed(std::string_view name) {
  if (name == "active") return sso::AccountState::kActive;
  if (name == "suspended") return sso::AccountState::kSuspended;
  if (name == "deprovisioned") return sso::AccountState::kDeprovisioned;
  return std::nullopt;
}

}  // namespace hostapp::accounts
