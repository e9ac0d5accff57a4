// SPDX-License-Identifier: Apache-2.0
#include "soci_dormancy_store.h"

#include <algorithm>

#include "bounds.h"

namespace sso::db {
namespace {

constexpr std::size_t kMostDue = 10'000;  // of one list, whatever the caller asks for

/// Active organizations with the rule, which is part of their stored policy.
std::string organizationsWithTheRule(Dialect dialect) {
  const bool postgres = dialect == Dialect::kPostgres;
  const std::string days = postgres ? "CAST(CAST(policy AS json) ->> 'dormant_after_days' AS bigint)"
                                    : "json_extract(policy, '$.dormant_after_days')";
  const std::string mode = postgres ? "CAST(policy AS json) ->> 'mode'" : "json_extract(policy, '$.mode')";
  const std::string noDirectory = postgres ? "CAST(policy AS json) ->> 'directory_active' = 'false'"
                                           : "json_extract(policy, '$.directory_active') = 0";
  return "(SELECT id, tenant_id, " + days + " AS days FROM sso_organizations WHERE status = 'active' AND " + days +
         " > 0 AND " + mode + " <> 'off' AND " + noDirectory + ")";
}

/// Accounts none of whose identities was used since `soon` less the days of the rule, with what is known of their use;
/// of them, those to be told and those whose notice is old enough. `narrowed` leaves out some, `last` orders and cuts.
std::string dueQuery(Dialect dialect, const std::string& narrowed, const std::string& last) {
  return "SELECT id, tenant_id, account_id, days, linked, signed_in, counts_from, noticed FROM ("
         "SELECT o.id, o.tenant_id, i.account_id, o.days, max(i.linked_at) AS linked, max(i.last_login_at) AS "
         "signed_in, max(COALESCE(d.counts_from, 0)) AS counts_from, max(COALESCE(d.noticed_at, 0)) AS noticed, "
         "max(COALESCE(d.claimed_until, 0)) AS claimed FROM " +
         organizationsWithTheRule(dialect) +
         " o JOIN sso_identities i ON i.organization_id = o.id AND i.last_login_at <= :soon - 86400 * o.days "
         "LEFT JOIN sso_dormancy d ON d.organization_id = o.id AND d.account_id = i.account_id WHERE " +
         narrowed +
         " AND COALESCE(d.counts_from, 0) <= :same_soon - 86400 * o.days AND NOT EXISTS (SELECT 1 FROM sso_identities "
         "e WHERE e.account_id = i.account_id AND (e.organization_id <> o.id OR e.last_login_at > :other_soon - 86400 "
         "* o.days OR e.linked_at > :also_soon - 86400 * o.days)) GROUP BY o.id, o.tenant_id, i.account_id, o.days) c "
         "WHERE noticed <= linked OR noticed <= signed_in OR noticed <= counts_from OR (noticed <= :told_by AND linked "
         "<= :now - 86400 * days AND signed_in <= :same_now - 86400 * days AND counts_from <= :other_now - 86400 * "
         "days)" +
         last;
}

struct DueQuery : KeptStatement {
  using KeptStatement::KeptStatement;
  UnusedAccount read;
  long long days = 0, linked = 0, signedIn = 0, countsFrom = 0, noticed = 0;
  long long soon = 0, toldBy = 0, now = 0;

  void ask(TimePoint at) {
    now = toEpochSeconds(at);
    soon = toEpochSeconds(at + DormancyStore::kNotice);
    toldBy = toEpochSeconds(at - DormancyStore::kNotice);
  }
  UnusedAccount account() const {
    UnusedAccount whole = read;
    whole.dormantAfterDays = static_cast<std::uint32_t>(days);
    const auto used = std::max({linked, signedIn, countsFrom});
    whole.lastUsedAt = fromEpochSeconds(used);
    if (noticed > used) whole.noticedAt = fromEpochSeconds(noticed);
    return whole;
  }
  /// With every column and instant bound; the derived statement adds what it narrows by.
  soci::details::prepare_temp_type select(Session& session, const std::string& narrowed, const std::string& last) {
    return (session.prepare << dueQuery(session.dialect(), narrowed, last), soci::into(read.organizationId),
            soci::into(read.tenantId), soci::into(read.accountId), soci::into(days), soci::into(linked),
            soci::into(signedIn), soci::into(countsFrom), soci::into(noticed), soci::use(soon, "soon"),
            soci::use(soon, "same_soon"), soci::use(soon, "other_soon"), soci::use(soon, "also_soon"),
            soci::use(toldBy, "told_by"), soci::use(now, "now"), soci::use(now, "same_now"),
            soci::use(now, "other_now"));
  }
};

struct DueAccounts : DueQuery {
  long long claimable = 0, most = 0;
  explicit DueAccounts(Session& session) : DueQuery(session, "dormancy.due") {
    prepare(
        (select(session, "COALESCE(d.claimed_until, 0) <= :claimable", " ORDER BY claimed, account_id, id LIMIT :most"),
         soci::use(claimable, "claimable"), soci::use(most, "most")));
  }
};

struct DueAccount : DueQuery {
  Text organizationId, accountId;
  explicit DueAccount(Session& session) : DueQuery(session, "dormancy.due_account") {
    prepare((select(session, "o.id = :organization AND i.account_id = :account", ""),
             soci::use(organizationId.bound(), "organization"), soci::use(accountId.bound(), "account")));
  }
};

/// One statement decides: whoever comes second waits for the row, and finds it claimed.
struct ClaimAccount : KeptStatement {
  Text organizationId, accountId;
  long long now = 0, until = 0;
  explicit ClaimAccount(Session& session) : KeptStatement(session, "dormancy.claim") {
    prepare((session.prepare << "INSERT INTO sso_dormancy (organization_id, account_id, claimed_until) VALUES "
                                "(:organization, :account, :until) ON CONFLICT (organization_id, account_id) DO UPDATE "
                                "SET claimed_until = :same_until WHERE sso_dormancy.claimed_until <= :now",
             soci::use(organizationId.bound(), "organization"), soci::use(accountId.bound(), "account"),
             soci::use(until, "until"), soci::use(until, "same_until"), soci::use(now, "now")));
  }
};

struct NoteNotice : KeptStatement {
  Text organizationId, accountId;
  long long at = 0;
  explicit NoteNotice(Session& session) : KeptStatement(session, "dormancy.notice") {
    prepare((session.prepare << "UPDATE sso_dormancy SET noticed_at = :at WHERE organization_id = :organization AND "
                                "account_id = :account",
             soci::use(at, "at"), soci::use(organizationId.bound(), "organization"),
             soci::use(accountId.bound(), "account")));
  }
};

struct CountFrom : KeptStatement {
  Text tenantId, accountId;
  long long at = 0;
  explicit CountFrom(Session& session) : KeptStatement(session, "dormancy.count_from") {
    prepare((session.prepare
                 << "INSERT INTO sso_dormancy (organization_id, account_id, counts_from) SELECT o.id, i.account_id, "
                    "MAX(CAST(:at AS bigint)) FROM sso_organizations o JOIN sso_identities i ON i.organization_id = "
                    "o.id WHERE o.tenant_id = :tenant AND i.account_id = :account GROUP BY o.id, i.account_id ON "
                    "CONFLICT (organization_id, account_id) DO UPDATE SET counts_from = excluded.counts_from WHERE "
                    "sso_dormancy.counts_from < excluded.counts_from",
             soci::use(at, "at"), soci::use(tenantId.bound(), "tenant"), soci::use(accountId.bound(), "account")));
  }
};

struct FindNote : KeptStatement {
  Text organizationId, accountId;
  long long countsFrom = 0, noticed = 0;
  explicit FindNote(Session& session) : KeptStatement(session, "dormancy.find") {
    prepare((session.prepare << "SELECT counts_from, noticed_at FROM sso_dormancy WHERE organization_id = "
                                ":organization AND account_id = :account",
             soci::into(countsFrom), soci::into(noticed), soci::use(organizationId.bound(), "organization"),
             soci::use(accountId.bound(), "account")));
  }
};

struct ForgetUntied : KeptStatement {
  explicit ForgetUntied(Session& session) : KeptStatement(session, "dormancy.forget") {
    prepare((session.prepare << "DELETE FROM sso_dormancy WHERE NOT EXISTS (SELECT 1 FROM sso_identities i WHERE "
                                "i.account_id = sso_dormancy.account_id AND i.organization_id = "
                                "sso_dormancy.organization_id)"));
  }
};

}  // namespace

std::vector<UnusedAccount> SociDormancyStore::dueAccounts(TimePoint now, std::size_t limit) {
  std::vector<UnusedAccount> found;
  database_.withSession([&](Session& session) {
    auto& due = session.kept<DueAccounts>();
    due.ask(now);
    due.claimable = toEpochSeconds(now);
    due.most = static_cast<long long>(std::min(limit, kMostDue));
    due.each([&] { found.push_back(due.account()); });
  });
  return found;
}

std::optional<UnusedAccount> SociDormancyStore::dueAccount(UnitOfWork& work, std::string_view organizationId,
                                                           std::string_view accountId, TimePoint now) {
  auto& due = sessionOf(work).kept<DueAccount>();
  due.ask(now);
  due.organizationId = organizationId;
  due.accountId = accountId;
  if (!due.row()) return std::nullopt;
  return due.account();
}

bool SociDormancyStore::claimAccount(UnitOfWork& work, std::string_view organizationId, std::string_view accountId,
                                     TimePoint now, TimePoint until) {
  requireLength("account id", accountId, 1, 255);
  auto& claim = sessionOf(work).kept<ClaimAccount>();
  claim.organizationId = organizationId;
  claim.accountId = accountId;
  claim.now = toEpochSeconds(now);
  claim.until = toEpochSeconds(until);
  return claim.run() == 1;
}

void SociDormancyStore::noteNotice(UnitOfWork& work, std::string_view organizationId, std::string_view accountId,
                                   TimePoint at) {
  auto& note = sessionOf(work).kept<NoteNotice>();
  note.organizationId = organizationId;
  note.accountId = accountId;
  note.at = toEpochSeconds(at);
  note.run();
}

void SociDormancyStore::countFrom(UnitOfWork& work, std::string_view tenantId, std::string_view accountId,
                                  TimePoint at) {
  auto& count = sessionOf(work).kept<CountFrom>();
  count.tenantId = tenantId;
  count.accountId = accountId;
  count.at = toEpochSeconds(at);
  count.run();
}

std::optional<DormancyNote> SociDormancyStore::findNote(UnitOfWork& work, std::string_view organizationId,
                                                        std::string_view accountId) {
  auto& find = sessionOf(work).kept<FindNote>();
  find.organizationId = organizationId;
  find.accountId = accountId;
  if (!find.row()) return std::nullopt;
  DormancyNote note{fromEpochSeconds(find.countsFrom), std::nullopt};
  if (find.noticed > 0) note.noticedAt = fromEpochSeconds(find.noticed);
  return note;
}

std::size_t SociDormancyStore::forgetUntied() {
  std::size_t forgotten = 0;
  database_.withSession(
      [&](Session& session) { forgotten = static_cast<std::size_t>(session.kept<ForgetUntied>().run()); });
  return forgotten;
}

}  // namespace sso::db
