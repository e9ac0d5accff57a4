// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string_view>

#include "identity/facts.h"
#include "login/organization_cache.h"
#include "scalekit/connection_directory.h"
#include "sso/sso_module.h"

namespace sso::detail {

/// Password or single sign-on? The stored organization decides; Scalekit may only say that nothing is switched on.
/// Where single sign-on is required it stays required, even if it cannot work right now: the login then says why,
/// which is safer than letting passwords in because somebody switched a connection off. Thread-safe.
class SignInRouter {
 public:
  SignInRouter(std::shared_ptr<OrganizationCache> organizations, std::shared_ptr<ConnectionDirectory> connections);
  SignInRoute forEmail(std::string_view email) const;
  SignInRoute forTenant(std::string_view tenantId) const;
  /// The gates of JIT.md row 17, for sessions that are open already.
  bool admits(std::string_view organizationId, std::string_view connectionId) const;

 private:
  SignInRoute routeOf(const OrganizationCache::Found& organization, std::string_view domain) const;

  std::shared_ptr<OrganizationCache> organizations_;
  std::shared_ptr<ConnectionDirectory> connections_;
};

ConnectionStanding standingOf(ConnectionDirectory::Answer answer);
OrganizationStanding standingOf(const Organization* organization);

}  // namespace sso::detail
