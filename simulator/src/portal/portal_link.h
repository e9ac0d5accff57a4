// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "context.h"

/// Links into the admin portal (CONTRACT.md 5.1). The address is a bearer secret: only its digest is kept.
namespace scalekit_simulator {

enum class PortalLinkKind {
  kEmbedded,   ///< Of the management API: once, within a minute.
  kShareable,  ///< Of the dashboard: `_p`, many times within a week; a new one replaces the organization's last.
};

/// The features that a link may name, sorted, without repeats. Throws std::invalid_argument on any other.
std::vector<std::string> portalFeatures(std::vector<std::string> features);

/// Makes a link: `{"link":{"id","location","expire_time"}}`. Call it under the state's lock.
nlohmann::json issuePortalLink(Context& context, StateData& data, const std::string& organizationId,
                               std::vector<std::string> features, PortalLinkKind kind);

/// The link of this address, spent if it works once; nullopt when it is unknown, expired or was used.
std::optional<PortalLink> redeemPortalLink(StateData& data, const std::string& uuid, Instant now);

}  // namespace scalekit_simulator
