// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "http/route_handler.h"
#include "login/login_flow.h"

namespace sso::detail {

/// GET /sso/initiate?idp_initiated_login=...: the identity provider's tile; begins a login.
class InitiateHandler : public RouteHandler {
 public:
  explicit InitiateHandler(std::shared_ptr<const LoginFlow> flow);
  WebResponse handle(const RequestInfo& request) const override;

 private:
  std::shared_ptr<const LoginFlow> flow_;
};

}  // namespace sso::detail
