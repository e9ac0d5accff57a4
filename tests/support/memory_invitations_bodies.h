// SPDX-License-Identifier: Apache-2.0
// The bodies of memory_invitations.h; included by memory_storage.h alone, after MemoryStorage.
#pragma once

namespace sso::test {

inline void requireSound(const Invitation& invitation) {
  const auto bad = [](const std::string& text, std::size_t longest) { return text.empty() || text.size() > longest; };
  if (bad(invitation.id, 64) || invitation.tokenHash.size() != 64 || bad(invitation.organizationId, 64) ||
      bad(invitation.tenantId, 255) || bad(invitation.connectionId, 64) || bad(invitation.email, 254) ||
      bad(invitation.role, 64) || bad(invitation.invitedBy, 255) ||
      toEpochSeconds(invitation.expiresAt) <= toEpochSeconds(invitation.sentAt)) {
    throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, "invitation");
  }
}

inline InvitationStore::Added MemoryInvitations::addTo(MemoryTables& tables, const Invitation& invitation,
                                                       std::size_t most) {
  const auto organization = tables.organizations.find(invitation.organizationId);
  if (organization == tables.organizations.end() || organization->second.tenantId != invitation.tenantId) {
    throw Error(ErrorCode::kConflict, reason::kStorage, "the invitation's organization is not its tenant's");
  }
  const auto ours = [&](const auto& row) { return row.second.organizationId == invitation.organizationId; };
  const auto expiredAt = [](const Invitation& one, TimePoint at) {
    return toEpochSeconds(one.expiresAt) <= toEpochSeconds(at);
  };
  std::erase_if(tables.invitations, [&](const auto& row) {
    return ours(row) && (expiredAt(row.second, invitation.sentAt - InvitationStore::kForgotten) ||
                         (row.second.email == invitation.email && expiredAt(row.second, invitation.sentAt)));
  });
  std::size_t count = 0;
  for (const auto& row : tables.invitations) {
    if (!ours(row)) continue;
    if (row.second.email == invitation.email) return Added::kInvitedAlready;
    ++count;
  }
  if (count >= most) return Added::kTooMany;
  for (const auto& [id, other] : tables.invitations) {
    if (id == invitation.id || other.tokenHash == invitation.tokenHash) {
      throw Error(ErrorCode::kConflict, reason::kStorage, "invitation exists");
    }
  }
  tables.invitations.emplace(invitation.id, invitation);
  return Added::kYes;
}

inline InvitationStore::Added MemoryInvitations::addInvitation(UnitOfWork& work, const Invitation& invitation,
                                                               std::size_t most) {
  storage_.requireUp();
  MemoryStorage::requireText({invitation.id, invitation.tokenHash, invitation.organizationId, invitation.tenantId,
                              invitation.connectionId, invitation.email, invitation.role, invitation.invitedBy});
  requireSound(invitation);
  auto added = Added::kTooMany;
  MemoryStorage::unitOf(work).write(
      [invitation, most, &added, told = std::optional<Added>()](MemoryTables& tables) mutable {
        const auto now = addTo(tables, invitation, most);
        if (told && *told != now) throw Error(ErrorCode::kConflict, reason::kStorage, "somebody added meanwhile");
        if (!told) added = now;  // at the commit it is gone
        told = now;
      });
  return added;
}

inline std::optional<Invitation> MemoryInvitations::findInvitation(UnitOfWork& work, std::string_view tokenHash) {
  storage_.requireUp();
  MemoryStorage::requireText({tokenHash});
  for (const auto& [id, invitation] : MemoryStorage::unitOf(work).read().invitations) {
    if (invitation.tokenHash == tokenHash) return invitation;
  }
  return std::nullopt;
}

inline std::optional<Invitation> MemoryInvitations::findInvitationFor(UnitOfWork& work, std::string_view organizationId,
                                                                      std::string_view email) {
  storage_.requireUp();
  MemoryStorage::requireText({organizationId, email});
  for (const auto& [id, invitation] : MemoryStorage::unitOf(work).read().invitations) {
    if (invitation.organizationId == organizationId && invitation.email == email) return invitation;
  }
  return std::nullopt;
}

inline std::vector<Invitation> MemoryInvitations::invitationsOf(std::string_view tenantId, std::size_t limit) {
  storage_.requireUp();
  MemoryStorage::requireText({tenantId});
  std::vector<Invitation> found;
  for (const auto& [id, invitation] : storage_.tables().invitations) {
    if (invitation.tenantId == tenantId) found.push_back(invitation);
  }
  std::sort(found.begin(), found.end(), [](const Invitation& a, const Invitation& b) {
    return std::pair(a.sentAt, a.id) > std::pair(b.sentAt, b.id);
  });
  found.resize(std::min(found.size(), limit));
  return found;
}

inline std::optional<Invitation> MemoryInvitations::renewInvitation(UnitOfWork& work, std::string_view tenantId,
                                                                    std::string_view id, std::string_view tokenHash,
                                                                    TimePoint sentAt, TimePoint expiresAt) {
  storage_.requireUp();
  MemoryStorage::requireText({tenantId, id, tokenHash});
  auto& unit = MemoryStorage::unitOf(work);
  const auto row = unit.read().invitations.find(std::string(id));
  if (row == unit.read().invitations.end() || row->second.tenantId != tenantId) return std::nullopt;
  Invitation renewed = row->second;
  renewed.tokenHash = tokenHash;
  renewed.sentAt = sentAt;
  renewed.expiresAt = expiresAt;
  requireSound(renewed);
  unit.write([renewed](MemoryTables& tables) {
    const auto stored = tables.invitations.find(renewed.id);
    if (stored == tables.invitations.end()) {
      throw Error(ErrorCode::kConflict, reason::kStorage, "the invitation is gone");
    }
    stored->second = renewed;
  });
  return renewed;
}

inline std::optional<Invitation> MemoryInvitations::removeInvitation(UnitOfWork& work, std::string_view tenantId,
                                                                     std::string_view id) {
  storage_.requireUp();
  MemoryStorage::requireText({tenantId, id});
  auto& unit = MemoryStorage::unitOf(work);
  const auto row = unit.read().invitations.find(std::string(id));
  if (row == unit.read().invitations.end() || row->second.tenantId != tenantId) return std::nullopt;
  const Invitation removed = row->second;
  unit.write([key = removed.id](MemoryTables& tables) {
    if (tables.invitations.erase(key) == 0) {
      throw Error(ErrorCode::kConflict, reason::kStorage, "the invitation is gone");
    }
  });
  return removed;
}

}  // namespace sso::test
