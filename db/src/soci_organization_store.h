// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "sso/db/database.h"

namespace sso::db {

/// sso_organizations, sso_domains and sso_policy_versions.
class SociOrganizationStore : public OrganizationStore {
 public:
  explicit SociOrganizationStore(Database& database) : database_(database) {}
  std::optional<Organization> findOrganization(std::string_view organizationId) override;
  std::optional<Organization> findByDomain(std::string_view canonicalDomain) override;
  std::optional<Organization> findByTenant(std::string_view tenantId) override;
  void saveOrganization(UnitOfWork& work, const Organization& organization, const WrittenBy& by) override;
  std::optional<PolicyVersion> policyAt(std::string_view organizationId, std::int64_t version) override;

 private:
  Database& database_;
};

}  // namespace sso::db
