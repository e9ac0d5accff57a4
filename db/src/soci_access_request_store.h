// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "sso/db/database.h"

namespace sso::db {

/// sso_access_requests.
class SociAccessRequestStore : public AccessRequestStore {
 public:
  explicit SociAccessRequestStore(Database& database) : database_(database) {}
  std::optional<AccessRequest> findRequest(UnitOfWork& work, const IdentityKey& key) override;
  void fileRequest(UnitOfWork& work, const AccessRequest& request) override;
  std::size_t countPending(UnitOfWork& work, std::string_view organizationId) override;
  std::vector<AccessRequest> listRequests(std::string_view organizationId, std::size_t limit) override;
  bool decideRequest(UnitOfWork& work, std::string_view organizationId, std::string_view id, AccessRequestState state,
                     TimePoint at) override;
  bool removeRequest(UnitOfWork& work, const IdentityKey& key) override;

 private:
  Database& database_;
};

}  // namespace sso::db
