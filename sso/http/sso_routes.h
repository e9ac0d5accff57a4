// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/route_handler.h"
#include "sso/options.h"

namespace sso::detail {

/// One row of the table of routes.
struct Route {
  std::string path;
  std::vector<std::string> methods;
  std::shared_ptr<const RouteHandler> handler;
  bool allows(std::string_view method) const;
  /// "GET, POST", for the Allow header (RFC 9110 10.2.1).
  std::string allowed() const;
};

/// Every route of the module. A path is compared as it was sent, never decoded. Immutable; thread-safe.
class SsoRoutes {
 public:
  SsoRoutes(const SsoOptions& options, std::shared_ptr<const RouteHandler> login,
            std::shared_ptr<const RouteHandler> callback, std::shared_ptr<const RouteHandler> initiate);
  /// The route of this path, or null.
  const Route* find(std::string_view path) const;
  /// Answers a request for this route. HEAD, OPTIONS and the rest get 405 and a prefetch nothing at all: neither may
  /// begin a login or use one up (SEC-AR-09, SEC-CB-13, SEC-CB-18).
  static WebResponse answer(const Route& route, const RequestInfo& request);

 private:
  std::vector<Route> routes_;
};

}  // namespace sso::detail
