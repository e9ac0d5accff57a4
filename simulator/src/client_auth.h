// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <variant>

#include "context.h"
#include "http_message.h"

namespace scalekit_simulator {

struct AuthenticatedClient {
  Client client;
  bool proven = false;  ///< false: a public client, which only named itself.
};

/// client_secret_post or client_secret_basic, never both at once (RFC 6749 section 2.3). The response is the error.
std::variant<AuthenticatedClient, HttpResponse> authenticateClient(Context& context, const HttpRequest& http,
                                                                   const Params& params);

}  // namespace scalekit_simulator
