// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "management/api_call.h"

namespace scalekit_simulator {

/// Organizations: create, list, search, get, update, delete (CONTRACT.md 4.4).
std::span<const ApiRoute> organizationRoutes();

/// The organization as every answer shows it.
nlohmann::json organizationJson(const Organization& organization);

}  // namespace scalekit_simulator
