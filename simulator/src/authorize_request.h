// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <set>
#include <string>
#include <variant>

#include "http_message.h"
#include "model.h"
#include "state.h"

/// Judging an authorization request (CONTRACT.md 2.4 to 2.6), as a pure function of parameters and environment.
namespace scalekit_simulator {

/// Client or redirect URI cannot be trusted: the person sees a page, nobody is redirected (RFC 6749 section 4.1.2.1).
struct AuthorizePageError {
  std::string code, description;
};

/// Goes back to the application.
struct AuthorizeRedirectError {
  std::string redirectUri;
  std::optional<std::string> state;
  std::string code, description;
};

struct AcceptedAuthorize {
  AuthRequest request;
  std::set<std::string> prompts;
};

using AuthorizeDecision = std::variant<AuthorizePageError, AuthorizeRedirectError, AcceptedAuthorize>;

AuthorizeDecision judgeAuthorize(Environment& environment, const Params& params);

/// Every error code of CONTRACT.md 2.6 that a callback may carry, with the description the simulator sends.
struct CallbackError {
  std::string_view code, description;
};
const std::vector<CallbackError>& callbackErrors();
/// The description of a code; empty for an unknown one.
std::string_view describeCallbackError(std::string_view code);

}  // namespace scalekit_simulator
