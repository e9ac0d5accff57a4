// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "sso/request_handler_base.h"
#include "sso/sso_module.h"

namespace sso::detail {

/// Hands a request of the server to the module. Holds the module, so the host may drop its own first. One per request.
class ModuleHandler : public RequestHandlerBase {
 public:
  ModuleHandler(std::shared_ptr<const SsoModule> module, HandlerLimits limits, std::shared_ptr<LogSink> log);

 protected:
  WebResponse run(const RequestInfo& request) override;

 private:
  std::shared_ptr<const SsoModule> module_;
};

}  // namespace sso::detail
