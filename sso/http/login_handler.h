// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "http/route_handler.h"
#include "login/login_flow.h"

namespace sso::detail {

/// GET /sso/login?organization_id|connection_id|domain|email=...&return_to=/path: begins a login.
class LoginHandler : public RouteHandler {
 public:
  explicit LoginHandler(std::shared_ptr<const LoginFlow> flow);
  WebResponse handle(const RequestInfo& request) const override;

 private:
  std::shared_ptr<const LoginFlow> flow_;
};

}  // namespace sso::detail
