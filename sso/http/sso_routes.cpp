// SPDX-License-Identifier: Apache-2.0
#include "http/sso_routes.h"

#include <algorithm>
#include <utility>

#include "login/refusals.h"

namespace sso::detail {
namespace {

WebResponse nothing(int status) {
  WebResponse response;
  response.status = status;
  response.contentType = "text/plain; charset=utf-8";
  keepPrivate(response);
  return response;
}

}  // namespace

bool Route::allows(std::string_view method) const {
  return std::find(methods.begin(), methods.end(), method) != methods.end();
}

std::string Route::allowed() const {
  std::string list;
  for (const auto& method : methods) list += (list.empty() ? "" : ", ") + method;
  return list;
}

SsoRoutes::SsoRoutes(const SsoOptions& options, std::shared_ptr<const RouteHandler> login,
                     std::shared_ptr<const RouteHandler> callback, std::shared_ptr<const RouteHandler> initiate)
    : routes_{{options.loginPath, {"GET"}, std::move(login)},
              {options.callbackPath, {"GET"}, std::move(callback)},
              {options.initiatePath, {"GET"}, std::move(initiate)}} {}

const Route* SsoRoutes::find(std::string_view path) const {
  for (const auto& route : routes_) {
    if (route.path == path) return &route;
  }
  return nullptr;
}

WebResponse SsoRoutes::answer(const Route& route, const RequestInfo& request) {
  if (!route.allows(request.method)) {
    auto refused = nothing(405);
    refused.headers.emplace_back("Allow", route.allowed());
    return refused;
  }
  // 204 makes browsers throw the prefetch away and ask again when somebody really comes.
  if (request.prefetch) return nothing(204);
  return route.handler->handle(request);
}

}  // namespace sso::detail
