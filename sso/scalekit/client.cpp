// SPDX-License-Identifier: Apache-2.0
#include "sso/scalekit/client.h"

namespace sso::scalekit {

Client::Client(const std::shared_ptr<const detail::RestApi>& api, const std::string& environmentUrl)
    : organizations_(api),
      connections_(api),
      domains_(api),
      portalLinks_(api, environmentUrl),
      users_(api),
      memberships_(api),
      roles_(api),
      permissions_(api),
      directories_(api),
      sessions_(api),
      organizationClients_(api),
      authenticationLogs_(api) {}

}  // namespace sso::scalekit
