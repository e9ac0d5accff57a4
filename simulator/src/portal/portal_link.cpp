// SPDX-License-Identifier: Apache-2.0
#include "portal/portal_link.h"

#include <algorithm>
#include <stdexcept>

#include "encoding.h"

namespace scalekit_simulator {
namespace {

constexpr Seconds kUntilFirstLoad{60};
constexpr Seconds kShareableLifetime{7 * 86400};

void dropShareableLink(StateData& data, const std::string& organizationId) {
  std::string last;
  data.portalLinks.forEach([&](const std::string& digest, const PortalLink& link, Instant) {
    if (link.shareable && link.organizationId == organizationId) last = digest;
  });
  if (!last.empty()) data.portalLinks.erase(last);
}

}  // namespace

std::vector<std::string> portalFeatures(std::vector<std::string> features) {
  for (const auto& feature : features) {
    if (feature != "sso" && feature != "dir_sync") {
      throw std::invalid_argument("a feature must be one of sso, dir_sync");
    }
  }
  std::sort(features.begin(), features.end());
  features.erase(std::unique(features.begin(), features.end()), features.end());
  return features;
}

nlohmann::json issuePortalLink(Context& context, StateData& data, const std::string& organizationId,
                               std::vector<std::string> features, PortalLinkKind kind) {
  const bool shareable = kind == PortalLinkKind::kShareable;
  const Instant now = context.now();
  const Instant expiresAt = now + (shareable ? kShareableLifetime : kUntilFirstLoad);
  const std::string secret = randomUuid() + (shareable ? "_p" : "");
  PortalLink link{context.ids.next("lnk"), organizationId, std::move(features), shareable};
  if (shareable) dropShareableLink(data, organizationId);
  data.sweep(now);
  nlohmann::json answer = {{"link",
                            {{"id", link.id},
                             {"location", context.baseUrl + "/magicLink/" + secret},
                             {"expire_time", rfc3339(expiresAt.time_since_epoch().count())}}}};
  data.portalLinks.put(sha256(secret), std::move(link), expiresAt);
  return answer;
}

std::optional<PortalLink> redeemPortalLink(StateData& data, const std::string& uuid, Instant now) {
  const std::string digest = sha256(uuid);
  const PortalLink* found = data.portalLinks.find(digest, now);
  if (found == nullptr) return std::nullopt;
  PortalLink link = *found;
  if (!link.shareable) data.portalLinks.erase(digest);
  return link;
}

}  // namespace scalekit_simulator
