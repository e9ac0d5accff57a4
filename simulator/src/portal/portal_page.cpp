// SPDX-License-Identifier: Apache-2.0
#include "portal/portal_page.h"

#include <algorithm>

#include "encoding.h"
#include "pages.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

std::string_view labelOf(PortalTab tab) {
  switch (tab) {
    case PortalTab::kSso:
      return "Single sign-on";
    case PortalTab::kDirectory:
      return "SCIM provisioning";
    case PortalTab::kDomains:
      return "Domains";
  }
  return {};
}

/// Sources with a wildcard may embed the portal, but are no origin that a message can be addressed to.
Json exactOrigins(const std::vector<std::string>& origins) {
  Json list = Json::array();
  for (const auto& origin : origins) {
    if (origin.find('*') == std::string::npos) list.push_back(origin);
  }
  return list;
}

HttpResponse inLayout(int status, Json values, const Json& forScript, const std::vector<std::string>& origins) {
  values["portal"] = forScript.dump();
  auto response = HttpResponse::html(status, render("pages/portal_layout.html", values));
  response.with("Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                "base-uri 'none'; form-action 'self'; frame-ancestors " +
                    frameAncestorsOf(origins));
  return response;
}

struct Told {
  std::string notice;
  bool bad = false;
  std::vector<Json> events;
};

Told takeTold(Context& context, const std::string& key) {
  return context.state.with([&](StateData& data) {
    Told told;
    PortalSession* session = data.portalSessions.find(key, context.now());
    if (session == nullptr) return told;
    told = {std::move(session->notice), session->noticeIsBad, std::move(session->events)};
    session->notice.clear();
    session->events.clear();
    return told;
  });
}

Json tabValues(const PortalVisit& visit, PortalTab current) {
  Json tabs = Json::array();
  for (const auto tab : portalTabs(visit)) {
    tabs.push_back({{"label", labelOf(tab)}, {"href", portalTabPath(tab)}, {"current", tab == current}});
  }
  return tabs;
}

}  // namespace

std::vector<PortalTab> portalTabs(const PortalVisit& visit) {
  const auto& features = visit.session.features;
  const auto named = [&](std::string_view feature) {
    return features.empty() || std::find(features.begin(), features.end(), feature) != features.end();
  };
  std::vector<PortalTab> tabs;
  if (visit.organization.ssoEnabled && named("sso")) tabs.push_back(PortalTab::kSso);
  if (visit.organization.directoryEnabled && named("dir_sync")) tabs.push_back(PortalTab::kDirectory);
  if (visit.organization.domainVerificationEnabled) tabs.push_back(PortalTab::kDomains);
  return tabs;
}

std::string connectionPath(const std::string& connectionId) { return "/portal/sso/connections/" + connectionId; }

std::string_view portalTabPath(PortalTab tab) {
  switch (tab) {
    case PortalTab::kSso:
      return "/portal/sso";
    case PortalTab::kDirectory:
      return "/portal/directory";
    case PortalTab::kDomains:
      return "/portal/domains";
  }
  return "/portal";
}

HttpResponse portalPage(Context& context, const PortalVisit& visit, PortalTab tab, int status,
                        std::string_view templateName, Json values) {
  const Told told = takeTold(context, visit.key);
  values["csrf"] = visit.session.csrfToken;
  values["organization"] = visit.organization.displayName;
  values["content"] = render(templateName, values);
  values["tabs"] = tabValues(visit, tab);
  values["has_tabs"] = true;
  values["notice"] = told.notice;
  values["notice_bad"] = told.bad;
  const std::string& organizationId = visit.organization.id;
  const Json expiry = {{"expiry", rfc3339(visit.session.expiresAt.time_since_epoch().count())}};
  const Json forScript = {{"origins", exactOrigins(visit.origins)},
                          {"session", portalSessionTag(visit.session)},
                          {"organization_id", organizationId},
                          {"expiry", expiry["expiry"]},
                          {"loaded", portalEvent("PORTAL_LOAD_SUCCESS", "session",
                                                 "The admin portal loaded successfully", organizationId, expiry)},
                          {"events", told.events}};
  return inLayout(status, std::move(values), forScript, visit.origins);
}

HttpResponse portalFailure(Context& context, int status, std::string_view code, const std::string& title,
                           const std::string& message, const std::string& nextStep) {
  const auto origins = context.state.with([](StateData& data) { return portalOrigins(data.environment, nullptr); });
  Json values = {{"title", title}, {"message", message}, {"next", nextStep}, {"code", code}};
  values["content"] = render("pages/portal_failure.html", values);
  const Json failure =
      portalEvent("PORTAL_LOAD_FAILURE", "session", "The admin portal failed to load", {}, {{"error_code", code}});
  auto response = inLayout(status, std::move(values),
                           {{"origins", exactOrigins(origins)}, {"events", Json::array({failure})}}, origins);
  response.note = "portal: " + std::string(code);
  return response;
}

std::string frameAncestorsOf(const std::vector<std::string>& origins) {
  std::string sources = "'self'";
  for (const auto& origin : origins) sources += " " + origin;
  return sources;
}

Json portalEvent(std::string_view type, std::string_view object, std::string_view message,
                 const std::string& organizationId, Json data) {
  Json event = {{"event_type", type}, {"object", object}, {"message", message}, {"data", std::move(data)}};
  if (!organizationId.empty()) event["organization_id"] = organizationId;
  return event;
}

}  // namespace scalekit_simulator
