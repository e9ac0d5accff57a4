// SPDX-License-Identifier: Apache-2.0
#include "http/initiate_handler.h"

#include <utility>

namespace sso::detail {

InitiateHandler::InitiateHandler(std::shared_ptr<const LoginFlow> flow) : flow_(std::move(flow)) {}

WebResponse InitiateHandler::handle(const RequestInfo& request) const { return flow_->initiate(request); }

}  // namespace sso::detail
