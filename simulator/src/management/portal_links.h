// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "management/api_call.h"

namespace scalekit_simulator {

/// Links into the admin portal: generate, delete one (CONTRACT.md 5.1).
std::span<const ApiRoute> portalLinkRoutes();

/// GET /magicLink/...: the local Scalekit has no admin portal to show.
HttpResponse portalPage(Context& context, const HttpRequest& http);

}  // namespace scalekit_simulator
