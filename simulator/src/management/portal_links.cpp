// SPDX-License-Identifier: Apache-2.0
#include "management/portal_links.h"

#include <array>
#include <stdexcept>

#include "management/field_reader.h"
#include "portal/portal_link.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

/// The body is not read: one SDK puts the features there, and Scalekit's HTTP binding ignores it.
Json generateLink(ApiCall& call) {
  const std::string& organizationId = call.organization().id;
  auto features = call.params.all("features");
  try {
    features = portalFeatures(std::move(features));
  } catch (const std::invalid_argument&) {
    throwViolation("features", "value must be in list [sso, dir_sync]", "enum.defined_only");
  }
  return issuePortalLink(call.context, call.data, organizationId, std::move(features), PortalLinkKind::kEmbedded);
}

Json deleteLink(ApiCall& call) {
  const std::string& organizationId = call.organization().id;
  std::string key;
  call.data.portalLinks.forEach([&](const std::string& digest, const PortalLink& link, Instant expiresAt) {
    const bool alive = Instant(Seconds(call.now)) < expiresAt;
    if (alive && link.id == call.argument(1) && link.organizationId == organizationId) key = digest;
  });
  if (key.empty()) throw notFound("portal link");
  call.data.portalLinks.erase(key);
  return Json::object();
}

/// Listing and deleting all links is for people at the dashboard (CONTRACT.md 4.4).
Json forDashboardOnly(ApiCall&) { throw permissionDenied("this operation is not open to a client's token"); }

constexpr std::array kPortalLinkRoutes = {
    ApiRoute{"PUT", "organizations/{id}/portal_links", generateLink, 200, "features"},
    ApiRoute{"GET", "organizations/{id}/portal_links", forDashboardOnly},
    ApiRoute{"DELETE", "organizations/{id}/portal_links", forDashboardOnly},
    ApiRoute{"DELETE", "organizations/{id}/portal_links/{id}", deleteLink},
};

}  // namespace

std::span<const ApiRoute> portalLinkRoutes() { return kPortalLinkRoutes; }

}  // namespace scalekit_simulator
