// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "parts.h"
#include "sso/scalekit/connections.h"

namespace hostapp {

/// The organization's connections at Scalekit, drafts and switched-off ones included. Scalekit being away costs the
/// names of connections, not the page: then there are none.
std::vector<sso::scalekit::ConnectionSummary> connectionsAtScalekit(const Parts& parts,
                                                                    const std::string& organizationId);
/// For people: what its button says, or whose it is.
std::string nameOf(const sso::scalekit::ConnectionSummary& connection);

}  // namespace hostapp
