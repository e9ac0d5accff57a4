// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "sso/error.h"
#include "sso/host_adapter.h"
#include "sso/reason.h"
#include "sso/storage.h"
#include "sso/utf8.h"
#include "support/memory_tables.h"

/// A database in memory with real transactions. A unit of work reads its own copy of everything and keeps its writes;
/// commit() runs those writes once more on what is there by then, all or none, so a unique rule that somebody else took
/// meanwhile is Error(kConflict), as PostgreSQL would say. Destroyed uncommitted, nothing is kept. A unit in which a
/// write failed cannot be committed (SECURITY 5, item 17).
namespace sso::test {

class MemoryStorage;

class MemoryUnitOfWork : public UnitOfWork {
 public:
  using Write = std::function<void(MemoryTables&)>;
  explicit MemoryUnitOfWork(MemoryStorage& storage);
  void commit() override;
  const MemoryTables& read() const { return copy_; }
  /// Runs the write on the copy now and on the real tables at commit. It may throw Error(kConflict).
  void write(Write step);

 private:
  MemoryStorage& storage_;
  MemoryTables copy_;
  std::vector<Write> steps_;
  bool failed_ = false, done_ = false;
};

}  // namespace sso::test

#include "support/memory_access_requests.h"
#include "support/memory_dormancy.h"
#include "support/memory_invitations.h"

namespace sso::test {

class MemoryStorage : public Storage,
                      private ReplayStore,
                      private IdentityStore,
                      private AuditLog,
                      private OrganizationStore,
                      private SetupLinkStore {
 public:
  std::unique_ptr<UnitOfWork> begin() override {
    requireUp();
    return std::make_unique<MemoryUnitOfWork>(*this);
  }
  ReplayStore& replays() override { return *this; }
  IdentityStore& identities() override { return *this; }
  AuditLog& audit() override { return *this; }
  OrganizationStore& organizations() override { return *this; }
  AccessRequestStore& accessRequests() override { return accessRequests_; }
  SetupLinkStore& setupLinks() override { return *this; }
  InvitationStore& invitations() override { return invitations_; }
  DormancyStore& dormancy() override { return dormancy_; }
  void checkReady() override { requireUp(); }

  // ---- for tests -----------------------------------------------------------------------------------------------
  /// A copy of what is committed.
  MemoryTables tables() const {
    std::lock_guard lock(mutex_);
    return tables_;
  }
  /// Changes the tables at once, as another client of the database might.
  void edit(const std::function<void(MemoryTables&)>& change) {
    std::lock_guard lock(mutex_);
    change(tables_);
  }
  /// The database is away (true) or back (false): every call throws Error(kStorage).
  void setDown(bool down) { down_ = down; }
  /// Only the audit table is away; everything else works.
  void setAuditDown(bool down) { auditDown_ = down; }
  /// The next commits ask to run the unit again.
  void conflictNextCommits(int count) { conflicts_ = count; }
  /// Called inside commit() before anything is applied, without a lock: to let another writer in between.
  void beforeCommit(std::function<void()> hook) {
    std::lock_guard lock(mutex_);
    beforeCommit_ = std::move(hook);
  }
  int commits() const { return commits_; }
  int begins() const { return begins_; }
  int organizationReads() const { return organizationReads_; }

  /// Units of work that this storage began; throws Error(kInternal) for any other, as sso::db::sessionOf does.
  static MemoryUnitOfWork& unitOf(UnitOfWork& work) {
    auto* unit = dynamic_cast<MemoryUnitOfWork*>(&work);
    if (unit == nullptr) throw Error(ErrorCode::kInternal, reason::kInternal, "not a unit of this storage");
    return *unit;
  }

 private:
  friend class MemoryUnitOfWork;
  friend class MemoryAccessRequests;
  friend class MemoryDormancy;
  friend class MemoryInvitations;

  void requireUp() const {
    if (down_) throw Error(ErrorCode::kStorage, reason::kStorage, "memory storage is switched off");
  }
  /// Text that a database would refuse or, worse, cut (SECURITY 5, items 1 and 10).
  static void requireText(std::initializer_list<std::string_view> values) {
    for (const auto value : values) {
      if (value.find('\0') != std::string_view::npos || !isUtf8(value)) {
        throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, "text with NUL or invalid UTF-8");
      }
    }
  }
  static void requireText(const AuditEvent& event) {
    requireText({event.name, event.reason, event.reference, event.organizationId, event.accountId, event.connectionId,
                 event.remoteAddress, event.decision});
    if (event.decision.size() > AuditEvent::kMostDecisionBytes) {
      throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, "audit decision: too long");
    }
    for (const auto& [key, value] : event.details) requireText({key, value});
  }

  // ReplayStore
  bool useOnce(std::string_view key, TimePoint expiresAt) override {
    requireUp();
    requireText({key});
    std::lock_guard lock(mutex_);
    return tables_.replays.emplace(std::string(key), expiresAt).second;
  }
  std::size_t pruneExpired(TimePoint now) override {
    requireUp();
    std::lock_guard lock(mutex_);
    return std::erase_if(tables_.replays, [now](const auto& row) { return row.second < now; });
  }

  // IdentityStore
  std::optional<Identity> findIdentity(UnitOfWork& work, const IdentityKey& key) override {
    requireUp();
    requireText({key.issuer, key.connectionId, key.subject});
    const auto& rows = unitOf(work).read().identities;
    const auto row = rows.find(key);
    if (row == rows.end()) return std::nullopt;
    return row->second;
  }
  std::optional<Identity> findOnConnection(UnitOfWork& work, std::string_view accountId, std::string_view issuer,
                                           std::string_view connectionId) override {
    requireUp();
    for (const auto& [key, identity] : unitOf(work).read().identities) {
      if (identity.accountId == accountId && key.issuer == issuer && key.connectionId == connectionId) return identity;
    }
    return std::nullopt;
  }
  std::vector<Identity> identitiesOf(UnitOfWork& work, std::string_view accountId) override {
    requireUp();
    std::vector<Identity> found;
    for (const auto& [key, identity] : unitOf(work).read().identities) {
      if (identity.accountId == accountId) found.push_back(identity);
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const Identity& a, const Identity& b) { return a.linkedAt < b.linkedAt; });
    return found;
  }
  void linkIdentity(UnitOfWork& work, const Identity& identity) override {
    requireUp();
    requireText({identity.key.issuer, identity.key.connectionId, identity.key.subject, identity.organizationId,
                 identity.accountId, identity.email, identity.externalId});
    unitOf(work).write([identity](MemoryTables& tables) {
      // One identity of an account on a connection (JIT.md row 9), as the databases' unique index says.
      const bool second = std::any_of(tables.identities.begin(), tables.identities.end(), [&](const auto& row) {
        return row.second.accountId == identity.accountId && row.first.issuer == identity.key.issuer &&
               row.first.connectionId == identity.key.connectionId;
      });
      if (second || !tables.identities.emplace(identity.key, identity).second) {
        throw Error(ErrorCode::kConflict, reason::kStorage, "identity exists");
      }
    });
  }
  void recordLogin(UnitOfWork& work, const IdentityKey& key, std::string_view email, std::string_view externalId,
                   TimePoint at) override {
    requireUp();
    requireText({email, externalId});
    unitOf(work).write([key, email = std::string(email), external = std::string(externalId), at](MemoryTables& tables) {
      const auto row = tables.identities.find(key);
      if (row == tables.identities.end()) return;
      row->second.email = email;
      row->second.externalId = external;
      row->second.lastLoginAt = at;
    });
  }
  std::vector<Identity> findByExternalId(UnitOfWork& work, std::string_view organizationId, std::string_view issuer,
                                         std::string_view connectionId, std::string_view externalId) override {
    requireUp();
    requireText({organizationId, issuer, connectionId, externalId});
    std::vector<Identity> found;
    for (const auto& [key, identity] : unitOf(work).read().identities) {
      if (externalId.empty() || found.size() == 2) break;
      if (identity.organizationId == organizationId && key.issuer == issuer && key.connectionId == connectionId &&
          identity.externalId == externalId) {
        found.push_back(identity);
      }
    }
    return found;
  }
  std::vector<std::string> connectionsWithIdentities(std::string_view organizationId) override {
    requireUp();
    std::lock_guard lock(mutex_);
    std::set<std::string> found;
    for (const auto& [key, identity] : tables_.identities) {
      if (identity.organizationId == organizationId && found.size() < kMostConnections) found.insert(key.connectionId);
    }
    return {found.begin(), found.end()};
  }
  bool unlinkIdentity(UnitOfWork& work, const IdentityKey& key) override {
    requireUp();
    auto& unit = unitOf(work);
    if (!unit.read().identities.contains(key)) return false;
    unit.write([key](MemoryTables& tables) { tables.identities.erase(key); });
    return true;
  }
  std::vector<Identity> identitiesOfTenant(std::string_view tenantId,
                                           const std::vector<std::string>& accountIds) override {
    requireUp();
    if (accountIds.size() > kMostAccounts) {
      throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, "identities of too many accounts at once");
    }
    std::lock_guard lock(mutex_);
    return identitiesIn(tables_, tenantId, {accountIds.begin(), accountIds.end()});
  }
  std::vector<Identity> identitiesOfTenant(UnitOfWork& work, std::string_view tenantId,
                                           std::string_view accountId) override {
    requireUp();
    return identitiesIn(unitOf(work).read(), tenantId, {std::string(accountId)});
  }
  static std::vector<Identity> identitiesIn(const MemoryTables& tables, std::string_view tenantId,
                                            const std::set<std::string>& accountIds) {
    requireText({tenantId});
    for (const auto& id : accountIds) requireText({id});
    std::vector<Identity> found;
    for (const auto& [key, identity] : tables.identities) {
      const auto organization = tables.organizations.find(identity.organizationId);
      if (organization == tables.organizations.end() || organization->second.tenantId != tenantId) continue;
      if (accountIds.contains(identity.accountId)) found.push_back(identity);
    }
    std::stable_sort(found.begin(), found.end(), [](const Identity& a, const Identity& b) {
      return std::tie(a.accountId, a.linkedAt) < std::tie(b.accountId, b.linkedAt);
    });
    return found;
  }

  // AuditLog
  void record(UnitOfWork& work, const AuditEvent& event) override {
    requireUp();
    requireAuditUp();
    requireText(event);
    unitOf(work).write([event](MemoryTables& tables) { tables.audit.push_back(event); });
  }
  void record(const AuditEvent& event) override {
    requireUp();
    requireAuditUp();
    requireText(event);
    std::lock_guard lock(mutex_);
    tables_.audit.push_back(event);
  }
  std::size_t accountsCreated(UnitOfWork& work, std::string_view connectionId, TimePoint since) override {
    requireUp();
    requireAuditUp();
    requireText({connectionId});
    const auto countIn = [connection = std::string(connectionId), since](const MemoryTables& tables) {
      return static_cast<std::size_t>(
          std::count_if(tables.audit.begin(), tables.audit.end(), [&](const AuditEvent& event) {
            return event.name == kAccountCreated && event.connectionId == connection && event.at >= since;
          }));
    };
    const std::size_t counted = countIn(unitOf(work).read());
    // Run once more at commit, before the writes that come after it: the number must still be true then.
    unitOf(work).write([countIn, counted](MemoryTables& tables) {
      if (countIn(tables) != counted) throw Error(ErrorCode::kConflict, reason::kStorage, "somebody created meanwhile");
    });
    return counted;
  }
  std::optional<TimePoint> lastLogin(std::string_view organizationId) override {
    requireUp();
    requireText({organizationId});
    std::lock_guard lock(mutex_);
    std::optional<TimePoint> latest;
    for (const auto& event : tables_.audit) {
      if (event.name == kLoginCompleted && event.organizationId == organizationId) {
        latest = std::max(latest.value_or(event.at), event.at);
      }
    }
    return latest;
  }
  std::vector<AuditEvent> recent(std::string_view organizationId, std::size_t limit) override {
    requireUp();
    requireAuditUp();
    std::lock_guard lock(mutex_);
    std::vector<AuditEvent> found;
    for (auto row = tables_.audit.rbegin(); row != tables_.audit.rend() && found.size() < limit; ++row) {
      if (row->organizationId != organizationId) continue;
      found.push_back(*row);
      found.back().decision.clear();
    }
    return found;
  }
  std::vector<AuditEvent> decisionsOf(std::string_view reference) override {
    requireUp();
    requireAuditUp();
    requireText({reference});
    std::lock_guard lock(mutex_);
    std::vector<AuditEvent> found;
    for (const auto& event : tables_.audit) {
      if (reference.empty() || event.reference != reference || event.decision.empty()) continue;
      if (found.size() < kMostDecisions) found.push_back(event);
    }
    return found;
  }
  void requireAuditUp() const {
    if (auditDown_) throw Error(ErrorCode::kStorage, reason::kStorage, "audit table is switched off");
  }

  // OrganizationStore
  std::optional<Organization> findOrganization(std::string_view organizationId) override {
    requireText({organizationId});
    return findWhere([&](const Organization& row) { return row.id == organizationId; });
  }
  std::optional<Organization> findByDomain(std::string_view canonicalDomain) override {
    requireText({canonicalDomain});
    return findWhere([&](const Organization& row) {
      return std::find(row.domains.begin(), row.domains.end(), canonicalDomain) != row.domains.end();
    });
  }
  std::optional<Organization> findByTenant(std::string_view tenantId) override {
    requireText({tenantId});
    return findWhere([&](const Organization& row) { return row.tenantId == tenantId; });
  }
  std::optional<PolicyVersion> policyAt(std::string_view organizationId, std::int64_t version) override {
    requireUp();
    requireText({organizationId});
    std::lock_guard lock(mutex_);
    const auto row = tables_.policyVersions.find({std::string(organizationId), version});
    if (row == tables_.policyVersions.end()) return std::nullopt;
    return row->second;
  }
  void saveOrganization(UnitOfWork& work, const Organization& organization, const WrittenBy& by) override {
    requireUp();
    requireText({by.accountId});
    if (by.accountId.size() > 255) throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, "account: too long");
    if (const auto problems = problemsOf(organization); !problems.empty()) {
      throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, problems.front());
    }
    requireText({organization.id, organization.tenantId, organization.displayName});
    unitOf(work).write([organization, by](MemoryTables& tables) {
      for (const auto& [id, other] : tables.organizations) {
        if (id == organization.id) continue;
        const bool sameDomain = std::any_of(other.domains.begin(), other.domains.end(), [&](const std::string& domain) {
          return std::find(organization.domains.begin(), organization.domains.end(), domain) !=
                 organization.domains.end();
        });
        if (sameDomain || other.tenantId == organization.tenantId) {
          throw Error(ErrorCode::kConflict, reason::kStorage, "domain or tenant belongs to another organization");
        }
      }
      const auto stored = tables.organizations.find(organization.id);
      if ((stored == tables.organizations.end() ? 0 : stored->second.version) != organization.version) {
        throw Error(ErrorCode::kConflict, reason::kStorage, "another version is stored");
      }
      auto& row = tables.organizations[organization.id];
      row = organization;
      ++row.version;
      keepPolicyVersion(tables, row, by);
    });
  }
  std::optional<Organization> findWhere(const std::function<bool(const Organization&)>& matches) {
    requireUp();
    ++organizationReads_;
    std::lock_guard lock(mutex_);
    for (const auto& [id, organization] : tables_.organizations) {
      if (matches(organization)) return organization;
    }
    return std::nullopt;
  }

  // SetupLinkStore
  bool addSetupLink(UnitOfWork& work, const SetupLink& link, std::size_t most) override {
    requireUp();
    requireText({link.id, link.tokenHash, link.organizationId, link.tenantId, link.createdBy});
    requireSound(link);
    bool added = false;
    unitOf(work).write([link, most, &added, told = std::optional<bool>()](MemoryTables& tables) mutable {
      const bool room = addTo(tables, link, most);
      if (told && *told != room) throw Error(ErrorCode::kConflict, reason::kStorage, "somebody added meanwhile");
      if (!told) added = room;  // at the commit it is gone
      told = room;
    });
    return added;
  }
  std::optional<SetupLink> findSetupLink(std::string_view tokenHash, TimePoint now) override {
    requireUp();
    requireText({tokenHash});
    std::lock_guard lock(mutex_);
    const auto found = liveLink(tables_, std::string(tokenHash), now);
    if (found == tables_.setupLinks.end()) return std::nullopt;
    return found->second;
  }
  std::optional<SetupLink> openSetupLink(UnitOfWork& work, std::string_view tokenHash, TimePoint now) override {
    requireUp();
    requireText({tokenHash});
    auto& unit = unitOf(work);
    if (liveLink(unit.read(), std::string(tokenHash), now) == unit.read().setupLinks.end()) return std::nullopt;
    unit.write([hash = std::string(tokenHash), now](MemoryTables& tables) {
      const auto row = liveLink(tables, hash, now);
      if (row == tables.setupLinks.end()) {  // taken back meanwhile: the unit is run again and finds none
        throw Error(ErrorCode::kConflict, reason::kStorage, "the setup link is gone");
      }
      ++row->second.timesOpened;
      row->second.lastOpenedAt = now;
    });
    return liveLink(unit.read(), std::string(tokenHash), now)->second;
  }
  std::vector<SetupLink> setupLinksOf(std::string_view tenantId, TimePoint now) override {
    requireUp();
    requireText({tenantId});
    std::lock_guard lock(mutex_);
    return linksOf(tables_, tenantId, now);
  }
  std::optional<SetupLink> removeSetupLink(UnitOfWork& work, std::string_view tenantId, std::string_view id) override {
    requireUp();
    requireText({tenantId, id});
    auto& unit = unitOf(work);
    const auto row = unit.read().setupLinks.find(std::string(id));
    if (row == unit.read().setupLinks.end() || row->second.tenantId != tenantId) return std::nullopt;
    const SetupLink removed = row->second;
    unit.write([key = removed.id](MemoryTables& tables) {
      if (tables.setupLinks.erase(key) == 0) {
        throw Error(ErrorCode::kConflict, reason::kStorage, "the setup link is gone");
      }
    });
    return removed;
  }

  MemoryAccessRequests accessRequests_{*this};
  MemoryInvitations invitations_{*this};
  MemoryDormancy dormancy_{*this};
  mutable std::mutex mutex_;
  MemoryTables tables_;
  std::function<void()> beforeCommit_;
  std::atomic<bool> down_{false}, auditDown_{false};
  std::atomic<int> conflicts_{0}, commits_{0}, begins_{0}, organizationReads_{0};
};

inline MemoryUnitOfWork::MemoryUnitOfWork(MemoryStorage& storage) : storage_(storage), copy_(storage.tables()) {
  ++storage_.begins_;
}

inline void MemoryUnitOfWork::write(Write step) {
  try {
    step(copy_);
  } catch (...) {
    failed_ = true;
    throw;
  }
  steps_.push_back(std::move(step));
}

inline void MemoryUnitOfWork::commit() {
  storage_.requireUp();
  if (done_) throw Error(ErrorCode::kInternal, reason::kInternal, "committed before");
  if (failed_) throw Error(ErrorCode::kStorage, reason::kStorage, "a write of this unit failed");
  done_ = true;
  std::function<void()> hook;
  {
    std::lock_guard lock(storage_.mutex_);
    std::swap(hook, storage_.beforeCommit_);
  }
  if (hook) hook();
  std::lock_guard lock(storage_.mutex_);
  if (storage_.conflicts_ > 0) {
    --storage_.conflicts_;
    throw Error(ErrorCode::kConflict, reason::kStorage, "scripted conflict");
  }
  MemoryTables next = storage_.tables_;
  for (const auto& step : steps_) step(next);
  storage_.tables_ = std::move(next);
  ++storage_.commits_;
}

}  // namespace sso::test

#include "support/memory_access_requests_bodies.h"
#include "support/memory_dormancy_bodies.h"
#include "support/memory_invitations_bodies.h"
