// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "management/api_call.h"

namespace scalekit_simulator {

/// Features, session policy and user limit of an organization (CONTRACT.md 4.4).
std::span<const ApiRoute> organizationSettingsRoutes();

}  // namespace scalekit_simulator
