// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "context.h"
#include "http_message.h"

namespace scalekit_simulator {

/// POST /oauth/token (CONTRACT.md 2.7): authorization_code, refresh_token, client_credentials.
HttpResponse issueTokens(Context& context, const HttpRequest& http);

}  // namespace scalekit_simulator
