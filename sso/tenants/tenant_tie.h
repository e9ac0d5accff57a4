// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sso/scalekit/client.h"
#include "sso/storage.h"
#include "sso/tenants.h"
#include "tenants/change_organization.h"

namespace sso::detail {

/// Which Scalekit organization is whose: the host's tenant id is Scalekit's external_id, and our table keeps the pair.
/// A pair is made once, on first need, by an insert that can overwrite nothing, and never changed here. Thread-safe.
class TenantTie {
 public:
  TenantTie(std::shared_ptr<const scalekit::Client> client, std::shared_ptr<Storage> storage,
            std::shared_ptr<Clock> clock, std::shared_ptr<const OrganizationChanges> changes)
      : client_(std::move(client)),
        storage_(std::move(storage)),
        clock_(std::move(clock)),
        changes_(std::move(changes)) {}

  std::optional<Organization> find(std::string_view tenantId) const;
  /// See Tenants::organizationOf.
  Organization organizationOf(const Tenant& tenant, const Actor& actor) const;

 private:
  bool takeTurn(const Tenant& tenant) const;
  scalekit::Organization findOrCreate(const Tenant& tenant) const;
  void requireFeatures(const scalekit::Organization& found) const;
  Organization tie(const Tenant& tenant, const scalekit::Organization& found, const Actor& actor) const;

  std::shared_ptr<const scalekit::Client> client_;
  std::shared_ptr<Storage> storage_;
  std::shared_ptr<Clock> clock_;
  std::shared_ptr<const OrganizationChanges> changes_;
};

}  // namespace sso::detail
