// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sso/runtime.h"
#include "sso/scalekit/organizations.h"

namespace sso::scalekit {

/// A way into the admin portal of one organization (CONTRACT.md 5.1). location is a bearer secret: whoever opens it
/// first configures the organization's sign-in, for up to six hours. Never log, cache or store it.
struct PortalLink {
  std::string id;
  Secret location;  ///< absolute URL below the environment's address
  Time expireTime;  ///< 60 s after it was made, unless it is opened before
};

/// Calls on portal links. Threads, errors and ids as with Organizations.
class PortalLinks {
 public:
  /// environmentUrl: origin that every location must have.
  PortalLinks(std::shared_ptr<const detail::RestApi> api, std::string environmentUrl)
      : api_(std::move(api)), environmentUrl_(std::move(environmentUrl)) {}

  /// PUT /api/v1/organizations/{organization_id}/portal_links. features: feature::kSso, feature::kDirectorySync; none:
  /// whatever is switched on for the organization. Make one for each time the page is shown, for a signed-in
  /// administrator of this very organization. Throws Error(kUpstreamRejected) when the location is on another origin
  /// than the environment's: it would be framed in the application's settings.
  PortalLink create(std::string_view organizationId, const std::vector<std::string>& features = {}) const;
  /// DELETE …/portal_links/{link_id}: a link that was not opened leads nowhere any more.
  void revoke(std::string_view organizationId, std::string_view linkId) const;

 private:
  std::shared_ptr<const detail::RestApi> api_;
  std::string environmentUrl_;
};

}  // namespace sso::scalekit
