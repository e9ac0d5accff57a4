// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "management/api_call.h"

namespace scalekit_simulator {

/// Domains of an organization: create, list, get, verify, delete (CONTRACT.md 4.6).
std::span<const ApiRoute> domainRoutes();

/// The domain as every answer shows it.
nlohmann::json domainJson(const Environment& environment, const Organization& organization, const Domain& domain,
                          EpochSeconds now);

}  // namespace scalekit_simulator
