// SPDX-License-Identifier: Apache-2.0
#include "http/login_handler.h"

#include <utility>

#include "sso/error.h"
#include "sso/reason.h"

namespace sso::detail {

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
  return flow_->begin(login, request);
}

}  // namespace sso::detail
