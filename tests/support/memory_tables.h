// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sso/error.h"
#include "sso/host_adapter.h"
#include "sso/reason.h"
#include "sso/storage.h"

/// The tables of the database in memory (memory_storage.h), and what a schema would do with setup links.
namespace sso::test {

/// An account of a host that keeps its tables in the same database (FakeHost).
struct HostAccount {
  std::string id, email, displayName;
  std::string password = "set";
  AccountState state = AccountState::kActive;
  bool emailVerified = false, breakGlass = false;
  std::optional<TimePoint> lastUsedAt;
  std::map<std::string, std::vector<std::string>> memberships;  ///< tenant -> roles
  std::map<std::string, std::vector<std::string>> fromSso;      ///< tenant -> those of them that a login granted
  auto operator<=>(const HostAccount&) const = default;
};

struct HostSession {
  std::string accountId, tenantId, idTokenHint;
  Reauthentication reauthentication = Reauthentication::kNotAsked;
  auto operator<=>(const HostSession&) const = default;
};

/// What is noted of an account's dormancy.
struct DormancyRow {
  DormancyNote note;
  TimePoint claimedUntil;
  bool operator==(const DormancyRow&) const = default;
};

/// Every table.
struct MemoryTables {
  std::map<std::string, TimePoint> replays;
  std::map<IdentityKey, Identity> identities;
  std::vector<AuditEvent> audit;  ///< oldest first
  std::map<std::string, Organization> organizations;
  std::map<std::pair<std::string, std::int64_t>, PolicyVersion> policyVersions;  ///< by organization and version
  std::map<IdentityKey, AccessRequest> accessRequests;
  std::map<std::string, Invitation> invitations;  ///< by id; unique by digest, and by organization and address
  std::map<std::string, SetupLink> setupLinks;    ///< by id; unique by digest
  std::map<std::pair<std::string, std::string>, DormancyRow> dormancy;  ///< by organization and account
  std::map<std::string, HostAccount> accounts;                          ///< by id; unique by e-mail
  std::map<std::string, HostSession> sessions;                          ///< by cookie value
};

/// Keeps the organization's policy as the one of its version, and no more versions than are kept.
inline void keepPolicyVersion(MemoryTables& tables, const Organization& stored, const WrittenBy& by) {
  tables.policyVersions[{stored.id, stored.version}] = {
      stored.id, stored.version, stored.policy, {by.accountId, fromEpochSeconds(toEpochSeconds(by.at))}};
  std::erase_if(tables.policyVersions, [&](const auto& row) {
    return row.first.first == stored.id && row.first.second <= stored.version - OrganizationStore::kMostVersions;
  });
}

inline void requireSound(const SetupLink& link) {
  const auto bad = [](const std::string& text, std::size_t longest) { return text.empty() || text.size() > longest; };
  if (bad(link.id, 64) || link.tokenHash.size() != 64 || bad(link.organizationId, 64) || bad(link.tenantId, 255) ||
      bad(link.createdBy, 255) || toEpochSeconds(link.expiresAt) <= toEpochSeconds(link.createdAt)) {
    throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, "setup link");
  }
}

inline bool expiredBy(const SetupLink& link, TimePoint now) {
  return toEpochSeconds(link.expiresAt) <= toEpochSeconds(now);
}

/// The live link with this digest; end() when there is none.
template <class Tables>
auto liveLink(Tables& tables, std::string_view tokenHash, TimePoint now) {
  return std::find_if(tables.setupLinks.begin(), tables.setupLinks.end(), [&](const auto& row) {
    const auto organization = tables.organizations.find(row.second.organizationId);
    return row.second.tokenHash == tokenHash && !expiredBy(row.second, now) &&
           organization != tables.organizations.end() && organization->second.tenantId == row.second.tenantId &&
           organization->second.status == OrganizationStatus::kActive;
  });
}

/// False when there was no room.
inline bool addTo(MemoryTables& tables, SetupLink link, std::size_t most) {
  const auto organization = tables.organizations.find(link.organizationId);
  if (organization == tables.organizations.end() || organization->second.tenantId != link.tenantId) {
    throw Error(ErrorCode::kConflict, reason::kStorage, "the setup link's organization is not its tenant's");
  }
  const auto ours = [&](const auto& row) { return row.second.organizationId == link.organizationId; };
  std::erase_if(tables.setupLinks, [&](const auto& row) { return ours(row) && expiredBy(row.second, link.createdAt); });
  const auto live = std::count_if(tables.setupLinks.begin(), tables.setupLinks.end(), ours);
  if (static_cast<std::size_t>(live) >= most) return false;
  for (const auto& [id, other] : tables.setupLinks) {
    if (id == link.id || other.tokenHash == link.tokenHash) {
      throw Error(ErrorCode::kConflict, reason::kStorage, "setup link exists");
    }
  }
  link.timesOpened = 0;
  link.lastOpenedAt.reset();
  tables.setupLinks.emplace(link.id, link);
  return true;
}

inline std::vector<SetupLink> linksOf(const MemoryTables& tables, std::string_view tenantId, TimePoint now) {
  std::vector<SetupLink> found;
  for (const auto& [id, link] : tables.setupLinks) {
    if (link.tenantId == tenantId && !expiredBy(link, now)) found.push_back(link);
  }
  std::sort(found.begin(), found.end(), [](const SetupLink& a, const SetupLink& b) {
    return std::pair(a.createdAt, a.id) > std::pair(b.createdAt, b.id);
  });
  return found;
}

}  // namespace sso::test
