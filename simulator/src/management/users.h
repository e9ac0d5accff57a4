// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "management/api_call.h"

namespace scalekit_simulator {

/// Users of the environment: create with a first membership, list, search, get, update, delete (CONTRACT.md 4.8).
std::span<const ApiRoute> userRoutes();

/// The user that an argument names by id, or by external id; throws NOT_FOUND.
User& userById(const ApiCall& call, std::size_t index);
User& userByExternalId(const ApiCall& call, std::size_t index);

}  // namespace scalekit_simulator
