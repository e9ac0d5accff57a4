// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "sso/organization.h"
#include "sso/runtime.h"
#include "sso/scalekit/client.h"
#include "sso/sso_module.h"
#include "sso/storage.h"

namespace sso::detail {

/// Which Scalekit organization is whose: the host's tenant id is Scalekit's external_id, and our table keeps the pair.
/// A pair is made once, on first need, and never changed here. Thread-safe.
class TenantOrganizations {
 public:
  TenantOrganizations(std::shared_ptr<const scalekit::Client> client, std::shared_ptr<Storage> storage,
                      std::shared_ptr<Clock> clock)
      : client_(std::move(client)), storage_(std::move(storage)), clock_(std::move(clock)) {}

  /// See SsoModule::organizationOf.
  Organization organizationOf(const Tenant& tenant, std::string_view accountId) const;

 private:
  scalekit::Organization findOrCreate(const Tenant& tenant) const;
  Organization tie(const Tenant& tenant, const scalekit::Organization& found, std::string_view accountId) const;

  std::shared_ptr<const scalekit::Client> client_;
  std::shared_ptr<Storage> storage_;
  std::shared_ptr<Clock> clock_;
};

}  // namespace sso::detail
