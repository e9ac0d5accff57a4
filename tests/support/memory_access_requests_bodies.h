// SPDX-License-Identifier: Apache-2.0
// The bodies of memory_access_requests.h; included by memory_storage.h alone, after MemoryStorage.
#pragma once

namespace sso::test {

inline std::optional<AccessRequest> MemoryAccessRequests::findRequest(UnitOfWork& work, const IdentityKey& key) {
  storage_.requireUp();
  MemoryStorage::requireText({key.issuer, key.connectionId, key.subject});
  const auto& rows = MemoryStorage::unitOf(work).read().accessRequests;
  const auto row = rows.find(key);
  if (row == rows.end()) return std::nullopt;
  return row->second;
}

inline void MemoryAccessRequests::fileRequest(UnitOfWork& work, const AccessRequest& request) {
  storage_.requireUp();
  MemoryStorage::requireText({request.id, request.key.issuer, request.key.connectionId, request.key.subject,
                              request.organizationId, request.email, request.displayName});
  MemoryStorage::unitOf(work).write([request](MemoryTables& tables) {
    for (const auto& [key, other] : tables.accessRequests) {
      if (other.id == request.id && key != request.key) {
        throw Error(ErrorCode::kConflict, reason::kStorage, "the id is taken");
      }
    }
    tables.accessRequests[request.key] = request;
  });
}

inline std::size_t MemoryAccessRequests::countPending(UnitOfWork& work, std::string_view organizationId) {
  storage_.requireUp();
  MemoryStorage::requireText({organizationId});
  const auto& rows = MemoryStorage::unitOf(work).read().accessRequests;
  return static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), [&](const auto& row) {
    return row.second.organizationId == organizationId && row.second.state == AccessRequestState::kPending;
  }));
}

inline std::vector<AccessRequest> MemoryAccessRequests::listRequests(std::string_view organizationId,
                                                                     std::size_t limit) {
  storage_.requireUp();
  MemoryStorage::requireText({organizationId});
  std::vector<AccessRequest> found;
  for (const auto& [key, request] : storage_.tables().accessRequests) {
    if (request.organizationId == organizationId && request.state != AccessRequestState::kApproved) {
      found.push_back(request);
    }
  }
  const auto rank = [](const AccessRequest& one) {
    const bool pending = one.state == AccessRequestState::kPending;
    return std::tuple(!pending, pending ? toEpochSeconds(one.requestedAt) : -toEpochSeconds(one.decidedAt), one.id);
  };
  std::sort(found.begin(), found.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  found.resize(std::min(found.size(), limit));
  return found;
}

inline bool MemoryAccessRequests::decideRequest(UnitOfWork& work, std::string_view organizationId, std::string_view id,
                                                AccessRequestState state, TimePoint at) {
  storage_.requireUp();
  MemoryStorage::requireText({organizationId, id});
  if (state == AccessRequestState::kPending) return false;
  auto& unit = MemoryStorage::unitOf(work);
  for (const auto& [key, request] : unit.read().accessRequests) {
    const bool open = request.state == AccessRequestState::kPending ||
                      (request.state == AccessRequestState::kDeclined && state == AccessRequestState::kApproved);
    if (request.id != id || request.organizationId != organizationId || !open) continue;
    unit.write([key, was = request.state, state, at](MemoryTables& tables) {
      const auto row = tables.accessRequests.find(key);
      if (row == tables.accessRequests.end() || row->second.state != was) {
        throw Error(ErrorCode::kConflict, reason::kStorage, "decided meanwhile");
      }
      row->second.state = state;
      row->second.decidedAt = at;
    });
    return true;
  }
  return false;
}

inline bool MemoryAccessRequests::removeRequest(UnitOfWork& work, const IdentityKey& key) {
  storage_.requireUp();
  MemoryStorage::requireText({key.issuer, key.connectionId, key.subject});
  auto& unit = MemoryStorage::unitOf(work);
  if (!unit.read().accessRequests.contains(key)) return false;
  unit.write([key](MemoryTables& tables) { tables.accessRequests.erase(key); });
  return true;
}

}  // namespace sso::test
