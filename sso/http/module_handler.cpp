// SPDX-License-Identifier: Apache-2.0
#include "http/module_handler.h"

#include <utility>

#include "sso/error.h"
#include "sso/reason.h"

namespace sso::detail {

ModuleHandler::ModuleHandler(std::shared_ptr<const SsoModule> module, HandlerLimits limits,
                             std::shared_ptr<LogSink> log)
    : RequestHandlerBase(limits, std::move(log)), module_(std::move(module)) {}

WebResponse ModuleHandler::run(const RequestInfo& request) {
  auto response = module_->handle(request);
  if (!response) throw Error(ErrorCode::kNotFound, reason::kMalformed, "not a path of the module");
  return std::move(*response);
}

}  // namespace sso::detail
