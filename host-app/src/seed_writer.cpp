// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "crypto.h"
#include "seed.h"
#include "sso/error.h"
#include "sso/policy_differences.h"
#include "sso/reason.h"
#include "stores/account_store.h"
#include "stores/membership_store.h"
#include "stores/session_store.h"
#include "stores/tenant_store.h"
#include "stores/work_order_store.h"

/// Writing a checked seed. Reading it is in seed_reader.cpp.
namespace hostapp {
namespace {

using sso::db::Session;

bool sameOrganization(const sso::Organization& a, const sso::Organization& b) {
  auto sorted = [](std::vector<std::string> domains) {
    std::sort(domains.begin(), domains.end());
    return domains;
  };
  return a.id == b.id && a.tenantId == b.tenantId && a.displayName == b.displayName && a.status == b.status &&
         sorted(a.domains) == sorted(b.domains) && a.policy == b.policy;
}

/// The account of a member: as it is, brought in line, or new. Returns its id. restored: it was not active before.
std::string saveAccount(Session& session, const Seed::Member& member, const std::string& passwordHash,
                        sso::RandomSource& random, std::int64_t now, bool& restored) {
  auto account = accounts::findByEmail(session, member.email);
  if (!account) {
    accounts::Account fresh;
    fresh.id = "acc_" + randomHex(random, 16);
    fresh.email = member.email;
    fresh.displayName = member.name;
    fresh.emailVerified = member.emailVerified;
    fresh.state = member.state;
    fresh.passwordHash = passwordHash;
    if (!accounts::insert(session, fresh, now)) {
      throw sso::Error(sso::ErrorCode::kConflict, sso::reason::kHost, "an address was taken a moment ago");
    }
    return fresh.id;
  }
  account->displayName = member.name;
  account->emailVerified = member.emailVerified;
  restored = account->state != sso::AccountState::kActive && member.state == sso::AccountState::kActive;
  account->state = member.state;
  accounts::update(session, *account);
  // An account that is restored later must not bring its old sessions back.
  if (account->state != sso::AccountState::kActive) sessions::endAll(session, account->id, "", "");
  return account->id;
}

void saveMember(sso::UnitOfWork& work, sso::Storage& storage, const Seed::Tenant& tenant, const Seed::Member& member,
                const std::string& passwordHash, sso::RandomSource& random, std::int64_t now) {
  Session& session = sso::db::sessionOf(work);
  bool restored = false;
  const std::string id = saveAccount(session, member, passwordHash, random, now, restored);
  memberships::save(session, id, {tenant.id, tenant.name, member.role, "seed", member.breakGlass}, now);
  if (restored) storage.dormancy().countFrom(work, tenant.id, id, sso::fromEpochSeconds(now));  // JIT.md row 32
}

void addWorkOrders(Session& session, const Seed::Tenant& tenant, std::int64_t now) {
  if (tenant.workOrders.empty()) return;
  if (!work_orders::list(session, tenant.id, 1).empty()) return;  // people work with them by now
  for (const auto& order : tenant.workOrders) {
    work_orders::WorkOrder row;
    row.title = order.title;
    row.site = order.site;
    row.reportedBy = order.reportedBy;
    row.createdAt = now - std::int64_t{order.daysAgo} * 86400;
    row.doneAt = order.done ? now - 3600 : 0;
    work_orders::add(session, tenant.id, row);
  }
}

/// JIT.md row 17: an organization whose sign-in is closed keeps no session that it opened, not even one that sleeps now
/// and would be there again when the sign-in is opened.
void endSessionsIfClosed(Session& session, const Seed::Tenant& tenant) {
  if (!tenant.organization) return;
  const bool open = tenant.organization->status == sso::OrganizationStatus::kActive &&
                    tenant.organization->policy.mode != sso::SsoMode::kOff;
  if (!open) sessions::endOpenedBy(session, tenant.organization->id, "");
}

/// What one transaction writes: a database connection may be in use for seconds only (DatabaseOptions::unitTimeout),
/// and ten thousand customers take longer. Usual files fit into one.
constexpr std::size_t kRowsInOneUnit = 1000;

std::size_t rowsOf(const Seed::Tenant& tenant) {
  return 1 + tenant.members.size() + tenant.workOrders.size() +
         (tenant.organization ? 1 + tenant.organization->domains.size() : 0);
}

/// Whole tenants from this one on, as many as one transaction writes; returns the first that is not among them.
std::size_t endOfUnit(const Seed& seed, std::size_t first) {
  std::size_t rows = 0, end = first;
  for (; end < seed.tenants.size(); ++end) {
    rows += rowsOf(seed.tenants[end]);
    if (rows > kRowsInOneUnit && end > first) break;
  }
  return end;
}

/// Hashes of the passwords of accounts that do not exist yet; made before any transaction that writes, because they are
/// slow. An account that exists keeps what it has, so one without a password can break no glass: that is refused,
/// because whoever wrote it counts on a way in that would not be there.
std::map<std::string, std::string> hashNewPasswords(const Seed& seed, sso::Storage& storage, PasswordHasher& hasher) {
  std::map<std::string, std::string> passwords;
  std::vector<std::string> problems;
  const auto lookUp = [&](Session& session, std::size_t t) {
    const auto& members = seed.tenants[t].members;
    for (std::size_t m = 0; m < members.size(); ++m) {
      if (members[m].password.empty() && !members[m].breakGlass) continue;
      const auto account = accounts::findByEmail(session, members[m].email);
      if (!account && !members[m].password.empty()) passwords[members[m].email] = members[m].password;
      if (account && account->passwordHash.empty() && members[m].breakGlass) {
        problems.push_back("organizations[" + std::to_string(t) + "].members[" + std::to_string(m) +
                           "].break_glass: the account is there already and has no password, which a seed does not "
                           "change");
      }
    }
  };
  for (std::size_t first = 0; first < seed.tenants.size();) {
    const std::size_t end = endOfUnit(seed, first);
    const auto work = storage.begin();
    for (; first < end; ++first) lookUp(sso::db::sessionOf(*work), first);
  }
  requireSoundSeed(problems);
  for (auto& entry : passwords) entry.second = hasher.hash(entry.second);
  return passwords;
}

struct ChangedOrganization {
  sso::Organization wanted;
  std::optional<sso::Organization> stored;
};

/// Those of the seed that are stored otherwise, or not at all. Read outside of the transaction: SQLite has one writer,
/// and these reads lease a connection of their own.
std::vector<ChangedOrganization> changedOnes(const Seed& seed, std::size_t first, std::size_t end,
                                             sso::Storage& storage) {
  std::vector<ChangedOrganization> changed;
  for (std::size_t t = first; t < end; ++t) {
    const auto& wanted = seed.tenants[t].organization;
    if (!wanted) continue;
    const auto stored = storage.organizations().findOrganization(wanted->id);
    if (stored && sameOrganization(*stored, *wanted)) continue;
    changed.push_back({*wanted, stored});
    changed.back().wanted.version = stored ? stored->version : 0;
  }
  return changed;
}

/// What an operator changed is in the customer's trail, too (JIT.md part 8), each rule from what to what.
sso::AuditEvent seededEvent(const ChangedOrganization& changed, std::int64_t now) {
  constexpr std::size_t kMostRules = 20;
  sso::AuditEvent event;
  event.name = "app.organization.seeded";
  event.organizationId = changed.wanted.id;
  event.at = sso::fromEpochSeconds(now);
  event.details["version"] = std::to_string(changed.wanted.version + 1);
  if (!changed.stored) return event;
  const auto& before = *changed.stored;
  if (before.status != changed.wanted.status) event.details["status"] = "changed";
  if (before.domains != changed.wanted.domains)
    event.details["domains"] = std::to_string(changed.wanted.domains.size());
  std::size_t told = 0;
  for (const auto& one : sso::differencesOf(before.policy, changed.wanted.policy)) {
    if (++told > kMostRules) continue;
    const std::string place = one.connection.empty() ? one.rule : one.connection + "." + one.rule;
    if (place.size() <= 64) event.details[place] = one.from + " -> " + one.to;
  }
  if (told > kMostRules) event.details["more"] = std::to_string(told - kMostRules);
  return event;
}

[[noreturn]] void refuseConflict(std::size_t first, std::size_t end) {
  const std::string earlier = first == 0 ? "" : "; organizations[0] to [" + std::to_string(first - 1) + "] are written";
  throw sso::Error(sso::ErrorCode::kConfig, sso::reason::kConfig,
                   "seed: a domain or tenant_id of organizations[" + std::to_string(first) + "] to [" +
                       std::to_string(end - 1) +
                       "] belongs to another organization in this database already, or somebody changed one "
                       "meanwhile" +
                       earlier);
}

}  // namespace

void applySeed(const Seed& seed, sso::Storage& storage, PasswordHasher& hasher, sso::RandomSource& random,
               std::int64_t now) {
  const auto hashes = hashNewPasswords(seed, storage, hasher);
  for (std::size_t first = 0, end = 0; first < seed.tenants.size(); first = end) {
    end = endOfUnit(seed, first);
    const auto changed = changedOnes(seed, first, end, storage);
    try {
      const auto work = storage.begin();
      Session& session = sso::db::sessionOf(*work);
      for (std::size_t t = first; t < end; ++t) {
        const auto& tenant = seed.tenants[t];
        tenants::save(session, tenant.id, tenant.name, now);
        for (const auto& member : tenant.members) {
          const auto hash = hashes.find(member.email);
          saveMember(*work, storage, tenant, member, hash == hashes.end() ? "" : hash->second, random, now);
        }
        addWorkOrders(session, tenant, now);
      }
      for (const auto& one : changed) {
        storage.organizations().saveOrganization(*work, one.wanted, {"", sso::fromEpochSeconds(now)});
        storage.audit().record(*work, seededEvent(one, now));
      }
      for (std::size_t t = first; t < end; ++t) endSessionsIfClosed(session, seed.tenants[t]);
      work->commit();
    } catch (const sso::Error& error) {
      if (error.code() != sso::ErrorCode::kConflict) throw;
      refuseConflict(first, end);
    }
  }
}

}  // namespace hostapp
