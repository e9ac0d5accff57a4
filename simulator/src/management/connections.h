// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "management/api_call.h"

namespace scalekit_simulator {

/// Connections: list, get, enable, disable, delete (CONTRACT.md 4.5). They are made in the seed file
/// and in the admin portal.
std::span<const ApiRoute> connectionRoutes();

}  // namespace scalekit_simulator
