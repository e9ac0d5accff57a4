// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "management/api_call.h"

namespace scalekit_simulator {

/// Roles of the environment and of organizations, with their defaults (CONTRACT.md 4.9).
std::span<const ApiRoute> roleRoutes();

}  // namespace scalekit_simulator
