// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "login/organization_cache.h"
#include "scalekit/connection_directory.h"
#include "sso/scalekit/client.h"
#include "sso/storage.h"
#include "sso/tenants.h"
#include "tenants/change_organization.h"

namespace sso::detail {

/// What this instance remembers of organizations and their connections, to be looked up again after a change.
struct RoutingCaches {
  std::shared_ptr<OrganizationCache> organizations;
  std::shared_ptr<ConnectionDirectory> connections;

  void forget(const Organization& organization) const {
    organizations->forget(organization);
    connections->forget(organization.id);
  }
};

/// Looks at Scalekit and takes over the domains that it has verified. Thread-safe.
class SetupReader {
 public:
  SetupReader(std::shared_ptr<const scalekit::Client> client, std::shared_ptr<Storage> storage,
              std::shared_ptr<const OrganizationChanges> changes, RoutingCaches caches)
      : client_(std::move(client)),
        storage_(std::move(storage)),
        changes_(std::move(changes)),
        caches_(std::move(caches)) {}

  /// See Tenants::refresh; organization: the tenant's, as it is stored.
  SsoSetup read(const Organization& organization, const Actor& actor) const;
  /// Those of this organization at Scalekit, drafts and switched-off ones included, read afresh; takes nothing over.
  /// Throws Error(kUpstreamUnavailable | kUpstreamRejected), scalekit::ApiError.
  std::vector<scalekit::ConnectionSummary> connectionsOf(const std::string& organizationId) const;

 private:
  std::vector<scalekit::Domain> domainsOf(const std::string& organizationId) const;
  Organization takeOver(const Organization& organization, const Actor& actor, SsoSetup& setup) const;
  std::vector<std::string> acceptable(const Organization& organization, SsoSetup& setup) const;

  std::shared_ptr<const scalekit::Client> client_;
  std::shared_ptr<Storage> storage_;
  std::shared_ptr<const OrganizationChanges> changes_;
  RoutingCaches caches_;
};

}  // namespace sso::detail
