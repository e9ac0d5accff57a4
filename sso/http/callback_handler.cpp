// SPDX-License-Identifier: Apache-2.0
#include "http/callback_handler.h"

#include <utility>

namespace sso::detail {

CallbackHandler::CallbackHandler(std::shared_ptr<const LoginFlow> flow) : flow_(std::move(flow)) {}

WebResponse CallbackHandler::handle(const RequestInfo& request) const { return flow_->complete(request); }

}  // namespace sso::detail
