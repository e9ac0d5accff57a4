// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "management/api_call.h"

namespace scalekit_simulator {

/// Links into the admin portal: generate, delete one (CONTRACT.md 5.1).
std::span<const ApiRoute> portalLinkRoutes();

}  // namespace scalekit_simulator
