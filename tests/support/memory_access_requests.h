// SPDX-License-Identifier: Apache-2.0
// MemoryStorage's access requests; included by memory_storage.h alone.
#pragma once

namespace sso::test {

class MemoryAccessRequests : public AccessRequestStore {
 public:
  explicit MemoryAccessRequests(MemoryStorage& storage) : storage_(storage) {}
  inline std::optional<AccessRequest> findRequest(UnitOfWork& work, const IdentityKey& key) override;
  inline void fileRequest(UnitOfWork& work, const AccessRequest& request) override;
  inline std::size_t countPending(UnitOfWork& work, std::string_view organizationId) override;
  inline std::vector<AccessRequest> listRequests(std::string_view organizationId, std::size_t limit) override;
  inline bool decideRequest(UnitOfWork& work, std::string_view organizationId, std::string_view id,
                            AccessRequestState state, TimePoint at) override;
  inline bool removeRequest(UnitOfWork& work, const IdentityKey& key) override;

 private:
  MemoryStorage& storage_;
};

}  // namespace sso::test
