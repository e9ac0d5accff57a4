// SPDX-License-Identifier: Apache-2.0
#include "management/portal_links.h"

#include <algorithm>
#include <array>

#include "encoding.h"
#include "management/field_reader.h"
#include "pages.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

constexpr Seconds kLinkLifetime{60};  // Until first use (CONTRACT.md 5.1).

std::vector<std::string> wantedFeatures(const ApiCall& call) {
  auto features = call.params.all("features");
  for (const auto& feature : features) {
    if (feature != "sso" && feature != "dir_sync") {
      throwViolation("features", "value must be in list [sso, dir_sync]", "enum.defined_only");
    }
  }
  std::sort(features.begin(), features.end());
  features.erase(std::unique(features.begin(), features.end()), features.end());
  return features;
}

/// The body is not read: one SDK puts the features there, and Scalekit's HTTP binding ignores it.
Json generateLink(ApiCall& call) {
  PortalLink link{call.context.ids.next("lnk"), call.organization().id, wantedFeatures(call)};
  const std::string uuid = randomUuid();
  const Instant expiresAt = Instant(Seconds(call.now)) + kLinkLifetime;
  call.data.sweep(Instant(Seconds(call.now)));
  Json answer = {{"link",
                  {{"id", link.id},
                   {"location", call.context.baseUrl + "/magicLink/" + uuid},
                   {"expire_time", rfc3339(expiresAt.time_since_epoch().count())}}}};
  call.data.portalLinks.put(sha256(uuid), std::move(link), expiresAt);
  return answer;
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

constexpr std::array kRoutes = {
    ApiRoute{"PUT", "organizations/{id}/portal_links", generateLink, 200, "features"},
    ApiRoute{"GET", "organizations/{id}/portal_links", forDashboardOnly},
    ApiRoute{"DELETE", "organizations/{id}/portal_links", forDashboardOnly},
    ApiRoute{"DELETE", "organizations/{id}/portal_links/{id}", deleteLink},
};

}  // namespace

std::span<const ApiRoute> portalLinkRoutes() { return kRoutes; }

HttpResponse portalPage(Context&, const HttpRequest&) {
  return errorPage(501, "unimplemented", "The local Scalekit has no admin portal to show.",
                   "The link was made as Scalekit makes it. Change connections and domains in the seed file, on the "
                   "start page or through the management API.");
}

}  // namespace scalekit_simulator
