// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "login/organization_cache.h"
#include "sso/host_adapter.h"
#include "sso/storage.h"
#include "sso/tenants.h"
#include "tenants/change_organization.h"
#include "tenants/migration_check.h"

namespace sso::detail {

/// The rules that a customer sets for itself: judges them, and writes. Asks the database and the host alone, so it
/// works while Scalekit does not; where a migration window is opened it asks Scalekit, too. Thread-safe.
class PolicyChanger {
 public:
  PolicyChanger(std::shared_ptr<Storage> storage, std::shared_ptr<AccountStore> accounts,
                std::shared_ptr<const OrganizationChanges> changes, std::shared_ptr<OrganizationCache> organizations,
                std::shared_ptr<const MigrationCheck> migrations)
      : storage_(std::move(storage)),
        accounts_(std::move(accounts)),
        changes_(std::move(changes)),
        organizations_(std::move(organizations)),
        migrations_(std::move(migrations)) {}

  /// See Tenants::policyProblems.
  std::vector<std::string> problems(const Organization& stored, const OrganizationPolicy& wanted) const;
  /// See Tenants::changePolicy; stored: the tenant's organization.
  Organization change(const Organization& stored, std::int64_t expectedVersion, const OrganizationPolicy& wanted,
                      const Actor& actor) const;
  /// See Tenants::policyAt.
  std::optional<PolicyVersion> at(const Organization& stored, std::int64_t version) const {
    return storage_->organizations().policyAt(stored.id, version);
  }

 private:
  std::vector<std::string> roleProblems(const std::string& tenantId, const OrganizationPolicy& wanted) const;

  std::shared_ptr<Storage> storage_;
  std::shared_ptr<AccountStore> accounts_;
  std::shared_ptr<const OrganizationChanges> changes_;
  std::shared_ptr<OrganizationCache> organizations_;
  std::shared_ptr<const MigrationCheck> migrations_;
};

}  // namespace sso::detail
