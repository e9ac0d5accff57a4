// SPDX-License-Identifier: Apache-2.0
#include "management_api.h"

#include "encoding.h"
#include "management/authentication_logs.h"
#include "management/connections.h"
#include "management/directories.h"
#include "management/domains.h"
#include "management/memberships.h"
#include "management/organization_clients.h"
#include "management/organization_settings.h"
#include "management/organizations.h"
#include "management/permissions.h"
#include "management/portal_links.h"
#include "management/roles.h"
#include "management/sessions.h"
#include "management/users.h"
#include "token_maker.h"

namespace scalekit_simulator {
namespace {

/// Only a client's own token: users' tokens have a person in sub (CONTRACT.md 4.1).
void checkCaller(Context& context, const HttpRequest& http) {
  constexpr std::string_view kScheme = "bearer ";
  if (http.authorization.empty()) throw unauthenticated("Token empty");
  if (toLower(std::string_view(http.authorization).substr(0, kScheme.size())) != kScheme) {
    throw unauthenticated("Token invalid or expired");
  }
  const auto claims = context.readLiveToken(std::string_view(http.authorization).substr(kScheme.size()));
  if (!claims) throw unauthenticated("Token invalid or expired");
  const std::string subject = textClaim(*claims, "sub");
  const bool machine =
      !subject.empty() && subject == textClaim(*claims, "client_id") && !textClaim(*claims, "jti").empty();
  if (!machine) throw permissionDenied("a machine token of the environment's client is needed");
}

struct FoundRoute {
  const ApiRoute& route;
  std::vector<std::string> arguments;
};

FoundRoute findRoute(const HttpRequest& http) {
  const auto path = apiPath(http.path);
  if (!path) throw invalidArgument("the path is not valid");
  for (const auto routes :
       {organizationRoutes(), organizationSettingsRoutes(), connectionRoutes(), domainRoutes(), portalLinkRoutes(),
        userRoutes(), membershipRoutes(), roleRoutes(), permissionRoutes(), directoryRoutes(), sessionRoutes(),
        organizationClientRoutes(), authenticationLogRoutes()}) {
    for (const auto& route : routes) {
      if (auto arguments = matchRoute(route, http.method, *path)) return {route, std::move(*arguments)};
    }
  }
  throw unimplemented();
}

}  // namespace

HttpResponse managementApi(Context& context, const HttpRequest& http) {
  try {
    checkCaller(context, http);
    FoundRoute found = findRoute(http);
    const Params params = Params::parse(http.query, found.route.repeatable);
    if (!params.problem().empty()) throw invalidArgument(params.problem());
    const RequestBody sent = RequestBody::parse(http.body);
    const EpochSeconds now = context.now().time_since_epoch().count();
    const auto answer = context.state.with([&](StateData& data) {
      ApiCall call{context, data, http, params, sent, std::move(found.arguments), now};
      return found.route.serve(call);
    });
    return HttpResponse::json(found.route.success, answer);
  } catch (const ApiError& error) {
    return errorResponse(context, error);
  }
}

}  // namespace scalekit_simulator
