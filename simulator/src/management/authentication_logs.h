// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "management/api_call.h"

namespace scalekit_simulator {

/// GET logs/authentication/requests: the logins that were tried here (CONTRACT.md 4.10).
std::span<const ApiRoute> authenticationLogRoutes();

}  // namespace scalekit_simulator
