// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "management/api_call.h"

namespace scalekit_simulator {

/// Machine clients of an organization and their secrets (CONTRACT.md 4.10). A plain secret is told once and not kept.
std::span<const ApiRoute> organizationClientRoutes();

}  // namespace scalekit_simulator
