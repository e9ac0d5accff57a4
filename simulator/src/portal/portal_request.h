// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "context.h"
#include "http_message.h"
#include "portal/portal_page.h"
#include "portal/portal_session.h"

/// One request inside the portal. portal.cpp finds session and route and checks the form; then the route's function
/// answers:
///
///     request -> session -> route -> its tab is shown -> [POST: own page, token of the session] -> function
namespace scalekit_simulator {

struct PortalRequest {
  Context& context;
  const HttpRequest& http;
  const PortalVisit& visit;
  const Params& form;  ///< Of a POST; its parameters came once each.
  std::string id;      ///< What stood in the place of the route's {id}; belongs to nobody yet.
};

/// A place below /portal: words, and `{id}` at most once.
struct PortalRoute {
  std::string_view method, pattern;
  PortalTab tab;
  HttpResponse (*serve)(const PortalRequest&);
};

std::span<const PortalRoute> portalConnectionRoutes();
std::span<const PortalRoute> portalDomainRoutes();

/// Works on the session's own organization under the lock: `change(data, organization)` says what to tell the admin.
struct PortalOutcome {
  std::string notice;
  bool bad = false;
  nlohmann::json event = {};  ///< For the embedding page; null: none.
  bool changed = true;        ///< The data file has something to keep.
};
template <typename Change>
PortalOutcome changeOrganization(const PortalRequest& request, const Change& change) {
  PortalOutcome outcome = request.context.state.with([&](StateData& data) {
    Organization* organization = data.environment.findOrganization(request.visit.organization.id);
    PortalOutcome result = organization == nullptr ? PortalOutcome{"The organization is gone.", true, {}, false}
                                                   : change(data, *organization);
    tellPortal(data, request.visit.key, result.notice, result.bad, result.event);
    return result;
  });
  if (outcome.changed) request.context.state.markDirty();
  return outcome;
}

/// 404 inside the portal: the thing is gone, or never was this organization's.
HttpResponse portalNotFound(const PortalRequest& request, PortalTab tab);

}  // namespace scalekit_simulator
