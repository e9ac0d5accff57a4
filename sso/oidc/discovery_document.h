// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "oidc/provider_metadata.h"

namespace sso::detail {

/// Whom a discovery document may speak for.
struct DiscoveryRules {
  std::string environmentUrl;  ///< origin without a trailing slash
  std::vector<std::string> additionalIssuers, allowedEndpointOrigins;
};

/// Reads and checks an OpenID Provider configuration (OIDC Discovery 3; SEC-DI-01 to -06). end_session_endpoint may be
/// absent: Scalekit's is known. Throws Error(kUpstreamRejected, metadata | malformed | json_duplicate).
Endpoints readDiscoveryDocument(std::string_view json, const DiscoveryRules& rules);

}  // namespace sso::detail
