// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "context.h"
#include "http_message.h"

namespace scalekit_simulator {

/// GET /oauth/authorize: judges the request, then either answers at once (queued outcome, silent session, automatic
/// login, prompt=none) or sends the browser to the login page.
HttpResponse authorize(Context& context, const HttpRequest& http);

}  // namespace scalekit_simulator
