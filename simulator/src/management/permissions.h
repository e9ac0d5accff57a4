// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "management/api_call.h"

namespace scalekit_simulator {

/// Permissions of the environment, and which of them a role has (CONTRACT.md 4.9).
std::span<const ApiRoute> permissionRoutes();

}  // namespace scalekit_simulator
