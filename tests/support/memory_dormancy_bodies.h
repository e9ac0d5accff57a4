// SPDX-License-Identifier: Apache-2.0
// The bodies of memory_dormancy.h; included by memory_storage.h alone, after MemoryStorage.
#pragma once

namespace sso::test {

inline TimePoint wholeSeconds(TimePoint at) { return fromEpochSeconds(toEpochSeconds(at)); }

/// nullopt: it is not due.
inline std::optional<UnusedAccount> dueIn(const MemoryTables& tables, const std::string& organizationId,
                                          const std::string& accountId, TimePoint now) {
  const auto found = tables.organizations.find(organizationId);
  if (found == tables.organizations.end()) return std::nullopt;
  const auto& organization = found->second;
  const auto& policy = organization.policy;
  if (policy.dormantAfterDays == 0 || policy.directoryActive || policy.mode == SsoMode::kOff ||
      organization.status != OrganizationStatus::kActive) {
    return std::nullopt;
  }
  UnusedAccount account{organizationId, organization.tenantId, accountId, policy.dormantAfterDays, {}, std::nullopt};
  bool tied = false;
  for (const auto& [key, identity] : tables.identities) {
    if (identity.accountId != accountId) continue;
    if (identity.organizationId != organizationId) return std::nullopt;
    tied = true;
    account.lastUsedAt = std::max({account.lastUsedAt, identity.linkedAt, identity.lastLoginAt});
  }
  std::optional<TimePoint> noticed;
  if (const auto row = tables.dormancy.find({organizationId, accountId}); row != tables.dormancy.end()) {
    account.lastUsedAt = std::max(account.lastUsedAt, row->second.note.countsFrom);
    noticed = row->second.note.noticedAt;
  }
  account.lastUsedAt = wholeSeconds(account.lastUsedAt);
  if (noticed && *noticed > account.lastUsedAt) account.noticedAt = noticed;
  const auto limit = account.lastUsedAt + std::chrono::hours(24) * policy.dormantAfterDays;
  const auto at = wholeSeconds(now);
  const bool due = account.noticedAt ? limit <= at && *account.noticedAt + DormancyStore::kNotice <= at
                                     : limit - DormancyStore::kNotice <= at;
  if (!tied || !due) return std::nullopt;
  return account;
}

inline std::vector<UnusedAccount> MemoryDormancy::dueAccounts(TimePoint now, std::size_t limit) {
  storage_.requireUp();
  const auto tables = storage_.tables();
  std::map<std::tuple<TimePoint, std::string, std::string>, UnusedAccount> found;
  for (const auto& [key, identity] : tables.identities) {
    const auto row = tables.dormancy.find({identity.organizationId, identity.accountId});
    const auto claimed = row == tables.dormancy.end() ? TimePoint() : row->second.claimedUntil;
    if (toEpochSeconds(claimed) > toEpochSeconds(now)) continue;
    const auto due = dueIn(tables, identity.organizationId, identity.accountId, now);
    if (due) found.emplace(std::tuple(claimed, identity.accountId, identity.organizationId), *due);
  }
  std::vector<UnusedAccount> first;
  for (const auto& [order, account] : found) {
    if (first.size() < limit) first.push_back(account);
  }
  return first;
}

inline std::optional<UnusedAccount> MemoryDormancy::dueAccount(UnitOfWork& work, std::string_view organizationId,
                                                               std::string_view accountId, TimePoint now) {
  storage_.requireUp();
  MemoryStorage::requireText({organizationId, accountId});
  auto& unit = MemoryStorage::unitOf(work);
  const auto read = [organization = std::string(organizationId), account = std::string(accountId),
                     now](const MemoryTables& tables) { return dueIn(tables, organization, account, now); };
  const auto due = read(unit.read());
  // Run once more at commit, before the writes that come after it: nobody has signed in meanwhile.
  unit.write([read, was = due.has_value()](MemoryTables& tables) {
    if (read(tables).has_value() != was) throw Error(ErrorCode::kConflict, reason::kStorage, "used meanwhile");
  });
  return due;
}

inline bool MemoryDormancy::claimAccount(UnitOfWork& work, std::string_view organizationId, std::string_view accountId,
                                         TimePoint now, TimePoint until) {
  storage_.requireUp();
  MemoryStorage::requireText({organizationId, accountId});
  auto& unit = MemoryStorage::unitOf(work);
  const std::pair key{std::string(organizationId), std::string(accountId)};
  const auto isClaimed = [key, now](const MemoryTables& tables) {
    const auto row = tables.dormancy.find(key);
    return row != tables.dormancy.end() && toEpochSeconds(row->second.claimedUntil) > toEpochSeconds(now);
  };
  if (isClaimed(unit.read())) return false;
  unit.write([key, isClaimed, until](MemoryTables& tables) {
    if (isClaimed(tables)) throw Error(ErrorCode::kConflict, reason::kStorage, "claimed meanwhile");
    tables.dormancy[key].claimedUntil = wholeSeconds(until);
  });
  return true;
}

inline void MemoryDormancy::noteNotice(UnitOfWork& work, std::string_view organizationId, std::string_view accountId,
                                       TimePoint at) {
  storage_.requireUp();
  MemoryStorage::requireText({organizationId, accountId});
  MemoryStorage::unitOf(work).write(
      [key = std::pair{std::string(organizationId), std::string(accountId)}, at](MemoryTables& tables) {
        const auto row = tables.dormancy.find(key);
        if (row != tables.dormancy.end()) row->second.note.noticedAt = wholeSeconds(at);
      });
}

inline void MemoryDormancy::countFrom(UnitOfWork& work, std::string_view tenantId, std::string_view accountId,
                                      TimePoint at) {
  storage_.requireUp();
  MemoryStorage::requireText({tenantId, accountId});
  MemoryStorage::unitOf(work).write(
      [tenant = std::string(tenantId), account = std::string(accountId), at](MemoryTables& tables) {
        for (const auto& identity : MemoryStorage::identitiesIn(tables, tenant, {account})) {
          auto& note = tables.dormancy[{identity.organizationId, account}].note;
          note.countsFrom = std::max(note.countsFrom, wholeSeconds(at));
        }
      });
}

inline std::optional<DormancyNote> MemoryDormancy::findNote(UnitOfWork& work, std::string_view organizationId,
                                                            std::string_view accountId) {
  storage_.requireUp();
  MemoryStorage::requireText({organizationId, accountId});
  const auto& rows = MemoryStorage::unitOf(work).read().dormancy;
  const auto row = rows.find({std::string(organizationId), std::string(accountId)});
  if (row == rows.end()) return std::nullopt;
  return row->second.note;
}

inline std::size_t MemoryDormancy::forgetUntied() {
  storage_.requireUp();
  std::size_t forgotten = 0;
  storage_.edit([&](MemoryTables& tables) {
    forgotten = std::erase_if(tables.dormancy, [&](const auto& row) {
      return std::none_of(tables.identities.begin(), tables.identities.end(), [&](const auto& one) {
        return one.second.organizationId == row.first.first && one.second.accountId == row.first.second;
      });
    });
  });
  return forgotten;
}

}  // namespace sso::test
