// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "management/api_call.h"

namespace scalekit_simulator {

/// Directories with their users and groups: list, get, enable, disable (CONTRACT.md 4.7). They are made in the seed
/// file: no identity provider pushes anything here.
std::span<const ApiRoute> directoryRoutes();

}  // namespace scalekit_simulator
