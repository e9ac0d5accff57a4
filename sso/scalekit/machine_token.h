// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <string>

#include "sso/http_types.h"
#include "sso/options.h"
#include "sso/runtime.h"

namespace sso::detail {

/// What the client_credentials grant gives (RFC 6749 4.4.3).
struct MachineToken {
  Secret accessToken;
  std::chrono::seconds lifetime{0};  ///< clamped to 30 s ... 24 h; 5 min when the server does not say
};

/// The token request (CONTRACT.md 2.7): client_secret_post, safe to repeat because it spends nothing.
HttpRequest machineTokenRequest(const SsoOptions& options, const std::string& tokenEndpoint);
/// Reads the answer strictly. Throws Error(kUpstreamUnavailable) for 429 and 5xx, Error(kUpstreamRejected) for
/// everything else that holds no usable bearer token.
MachineToken readMachineToken(const HttpResponse& response);

}  // namespace sso::detail
