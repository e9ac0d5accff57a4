// SPDX-License-Identifier: Apache-2.0
#include "portal/portal.h"

#include <algorithm>
#include <optional>

#include "encoding.h"
#include "portal/portal_link.h"
#include "portal/portal_request.h"

namespace scalekit_simulator {
namespace {

/// Where a link leads. A browser that kept the cookie of the redirect brings it along here.
constexpr std::string_view kStart = "/portal/start";

HttpResponse noSession(Context& context, const HttpRequest& http) {
  const bool embedded = http.fetchDestination == "iframe" || http.fetchDestination == "frame";
  if (portalSessionKey(http).empty() && (embedded || http.path == kStart)) {
    return portalFailure(context, 403, "COOKIES_BLOCKED", "Your browser blocks the portal's cookie",
                         "The portal cannot know you inside this page, because your browser keeps cookies of embedded "
                         "pages away. Nothing was changed.",
                         "Open the portal in a tab of its own from your application, or allow cookies of embedded "
                         "pages for this site, then ask for a new link.");
  }
  return portalFailure(context, 403, "SESSION_EXPIRED", "Your portal session has ended",
                       "A session lasts six hours at most. What you saved is kept.",
                       "Go back to your application and open the portal from there again.");
}

/// The id, or nullopt when the path is another.
std::optional<std::string> matchPortal(const PortalRoute& route, const HttpRequest& http) {
  if (route.method != (http.method == "HEAD" ? "GET" : http.method)) return std::nullopt;
  const auto place = route.pattern.find("{id}");
  if (place == std::string_view::npos) {
    return http.path == route.pattern ? std::optional(std::string{}) : std::nullopt;
  }
  const std::string_view head = route.pattern.substr(0, place);
  const std::string_view tail = route.pattern.substr(place + 4);
  const std::string_view path = http.path;
  if (path.size() <= head.size() + tail.size() || !path.starts_with(head) || !path.ends_with(tail)) return {};
  std::string id(path.substr(head.size(), path.size() - head.size() - tail.size()));
  return id.find('/') == std::string::npos ? std::optional(std::move(id)) : std::nullopt;
}

const PortalRoute* findPortalRoute(const HttpRequest& http, std::string& id) {
  for (const auto routes : {portalConnectionRoutes(), portalDomainRoutes()}) {
    for (const auto& route : routes) {
      if (auto found = matchPortal(route, http)) {
        id = std::move(*found);
        return &route;
      }
    }
  }
  return nullptr;
}

/// Nobody but a page of this session may change anything (CSRF): our own origin and the session's token.
bool isOwnForm(const Context& context, const HttpRequest& http, const PortalVisit& visit, const Params& form) {
  const std::string byHost = (context.https() ? "https://" : "http://") + http.host;
  const bool ownOrigin = http.origin.empty() || http.origin == context.baseUrl || http.origin == byHost;
  return ownOrigin && http.hasForm() && form.problem().empty() &&
         equalInConstantTime(form.getOr("csrf", ""), visit.session.csrfToken);
}

HttpResponse sessionState(Context& context, const HttpRequest& http) {
  const auto visit = findPortalVisit(context, http);
  const auto end = portalSessionEnd(context, http);
  nlohmann::json state = {{"seconds_left", 0}, {"session", visit ? portalSessionTag(visit->session) : ""}};
  if (end) state["expiry"] = rfc3339(end->time_since_epoch().count());
  if (visit) state["seconds_left"] = (visit->session.expiresAt - visit->now).count();
  auto response = HttpResponse::json(200, state);
  response.with("Cache-Control", "no-store");
  return response;
}

HttpResponse emptyPortal(const PortalRequest& request) {
  return portalPage(request.context, request.visit, PortalTab::kSso, 200, "pages/portal_empty.html",
                    {{"title", "Nothing to set up yet"}});
}

HttpResponse serve(const PortalRequest& request, const PortalRoute& route) {
  const auto tabs = portalTabs(request.visit);
  if (std::find(tabs.begin(), tabs.end(), route.tab) == tabs.end()) return portalNotFound(request, route.tab);
  if (route.method == "POST" && !isOwnForm(request.context, request.http, request.visit, request.form)) {
    return portalFailure(request.context, 403, "FORM_REFUSED", "This form cannot be used any more",
                         "It belongs to another session of the portal, or to another page. Nothing was changed.",
                         "Go back to your application and open the portal from there again.");
  }
  return route.serve(request);
}

}  // namespace

HttpResponse portalNotFound(const PortalRequest& request, PortalTab tab) {
  return portalPage(request.context, request.visit, tab, 404, "pages/portal_gone.html",
                    {{"title", "There is nothing here"}});
}

HttpResponse openPortal(Context& context, const HttpRequest& http) {
  if (http.method == "HEAD") {  // Whoever only looks, such as a preview of links, must not spend it.
    auto response = HttpResponse::oauthError(405, "invalid_request", "use GET");
    response.with("Allow", "GET");
    return response;
  }
  const std::string uuid = http.path.substr(std::string_view("/magicLink/").size());
  const auto link = context.state.with([&](StateData& data) { return redeemPortalLink(data, uuid, context.now()); });
  if (!link) {
    return portalFailure(context, 403, "LINK_EXPIRED", "This link does not open the portal any more",
                         "Links work once and within a minute; shared ones within seven days, until a newer one is "
                         "made. Nothing was changed.",
                         "Go back to your application and open the portal from there again.");
  }
  auto response = HttpResponse::redirect(kStart);
  response.with("Set-Cookie", beginPortalSession(context, *link));
  response.note = "portal opened for " + link->organizationId;
  return response;
}

HttpResponse portal(Context& context, const HttpRequest& http) {
  if (http.path == "/portal/session") return sessionState(context, http);
  const auto visit = findPortalVisit(context, http);
  if (!visit) return noSession(context, http);
  const Params form = http.method == "POST" ? Params::parse(http.body) : Params{};
  PortalRequest request{context, http, *visit, form, {}};
  const auto tabs = portalTabs(*visit);
  if (tabs.empty()) return emptyPortal(request);
  if (http.path == kStart || http.path == "/portal" || http.path == "/portal/") {
    return HttpResponse::redirect(portalTabPath(tabs.front()));
  }
  const PortalRoute* route = findPortalRoute(http, request.id);
  return route == nullptr ? portalNotFound(request, tabs.front()) : serve(request, *route);
}

}  // namespace scalekit_simulator
