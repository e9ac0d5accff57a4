// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "management/api_call.h"

namespace scalekit_simulator {

/// Sessions of signed-in people: get, list of a user, revoke one, revoke all (CONTRACT.md 4.10).
std::span<const ApiRoute> sessionRoutes();

}  // namespace scalekit_simulator
