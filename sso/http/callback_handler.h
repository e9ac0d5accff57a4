// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "http/route_handler.h"
#include "login/login_flow.h"

namespace sso::detail {

/// GET /sso/callback: Scalekit's answer; completes a login.
class CallbackHandler : public RouteHandler {
 public:
  explicit CallbackHandler(std::shared_ptr<const LoginFlow> flow);
  WebResponse handle(const RequestInfo& request) const override;

 private:
  std::shared_ptr<const LoginFlow> flow_;
};

}  // namespace sso::detail
