// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "sso/db/database.h"

namespace sso::db {

/// sso_identities. What asks for a unit of work happens on its session.
class SociIdentityStore : public IdentityStore {
 public:
  explicit SociIdentityStore(Database& database) : database_(database) {}
  std::optional<Identity> findIdentity(UnitOfWork& work, const IdentityKey& key) override;
  std::optional<Identity> findOnConnection(UnitOfWork& work, std::string_view accountId, std::string_view issuer,
                                           std::string_view connectionId) override;
  std::vector<Identity> identitiesOf(UnitOfWork& work, std::string_view accountId) override;
  void linkIdentity(UnitOfWork& work, const Identity& identity) override;
  void recordLogin(UnitOfWork& work, const IdentityKey& key, std::string_view email, std::string_view externalId,
                   TimePoint at) override;
  std::vector<Identity> findByExternalId(UnitOfWork& work, std::string_view organizationId, std::string_view issuer,
                                         std::string_view connectionId, std::string_view externalId) override;
  bool unlinkIdentity(UnitOfWork& work, const IdentityKey& key) override;
  std::vector<Identity> identitiesOfTenant(std::string_view tenantId,
                                           const std::vector<std::string>& accountIds) override;
  std::vector<Identity> identitiesOfTenant(UnitOfWork& work, std::string_view tenantId,
                                           std::string_view accountId) override;
  std::vector<std::string> connectionsWithIdentities(std::string_view organizationId) override;

 private:
  Database& database_;
};

}  // namespace sso::db
