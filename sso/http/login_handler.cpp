// SPDX-License-Identifier: Apache-2.0
#include "http/login_handler.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "sso/error.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

/// Whole seconds (OpenID Connect Core 3.1.2.1); the flow knows the bounds.
std::optional<std::chrono::seconds> maxAgeOf(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text->empty() || text->size() > 6 || !std::all_of(text->begin(), text->end(), digit)) {
    throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, "max_age is no number of seconds");
  }
  return std::chrono::seconds(std::stol(*text));
}

}  // namespace

LoginHandler::LoginHandler(std::shared_ptr<const LoginFlow> flow) : flow_(std::move(flow)) {}

WebResponse LoginHandler::handle(const RequestInfo& request) const {
  // One decoding, no parameter twice (SEC-AR-03); anything else in the query is ignored.
  const auto parameters = Parameters::parse(request.query);
  LoginRequest login;
  login.connectionId = parameters.single("connection_id").value_or("");
  login.organizationId = parameters.single("organization_id").value_or("");
  login.domain = parameters.single("domain").value_or("");
  login.email = parameters.single("email").value_or("");
  login.returnTo = parameters.single("return_to").value_or("");
  const auto prompt = parameters.single("prompt").value_or("");
  // Nothing else of what the protocol knows makes sense here: none would end on an error page, create on a sign-up.
  if (!prompt.empty() && prompt != "login") {
    throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, "a prompt other than login");
  }
  login.reauthenticate = prompt == "login";
  login.maxAge = maxAgeOf(parameters.single("max_age"));
  return flow_->begin(login, request);
}

}  // namespace sso::detail
