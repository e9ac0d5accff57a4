// SPDX-License-Identifier: Apache-2.0
#include "pages/connection_list.h"

#include "sso/error.h"
#include "sso/scalekit/client.h"

namespace hostapp {

std::vector<sso::scalekit::ConnectionSummary> connectionsAtScalekit(const Parts& parts,
                                                                    const std::string& organizationId) {
  try {
    auto found = parts.sso->scalekit()->connections().list({.organizationId = organizationId, .includeInactive = true});
    std::erase_if(found, [&](const auto& one) { return one.organizationId != organizationId; });  // SEC-MG-06
    return found;
  } catch (const sso::Error& error) {
    parts.log->write({sso::LogLevel::kWarning, "app.settings.no_connections", {{"reason", error.reason()}}});
    return {};
  }
}

std::string nameOf(const sso::scalekit::ConnectionSummary& connection) {
  return connection.buttonTitle.empty() ? connection.provider : connection.buttonTitle;
}

}  // namespace hostapp
