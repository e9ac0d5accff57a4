// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "context.h"
#include "http_message.h"
#include "portal/portal_session.h"

/// Pages of the admin portal: one layout, one policy, and what they tell the page that embeds them (CONTRACT.md 5.2,
/// 5.4).
namespace scalekit_simulator {

enum class PortalTab { kSso, kDirectory, kDomains };

/// The tabs that this visit may see: what the link names and the organization has enabled, in the order of the menu.
/// The tab of domains follows the organization's feature alone (CONTRACT.md 12 row 6).
std::vector<PortalTab> portalTabs(const PortalVisit& visit);
std::string_view portalTabPath(PortalTab tab);
/// The page of one connection.
std::string connectionPath(const std::string& connectionId);

/// A page inside the portal; takes along what the session has to tell. `values` must hold `title`.
HttpResponse portalPage(Context& context, const PortalVisit& visit, PortalTab tab, int status,
                        std::string_view templateName, nlohmann::json values);

/// A page instead of the portal. Tells the embedding page PORTAL_LOAD_FAILURE with the code.
HttpResponse portalFailure(Context& context, int status, std::string_view code, const std::string& title,
                           const std::string& message, const std::string& nextStep);

/// `'self'` and the origins, for a Content-Security-Policy.
std::string frameAncestorsOf(const std::vector<std::string>& origins);

/// An event as CONTRACT.md 5.4 has it; organizationId may be empty.
nlohmann::json portalEvent(std::string_view type, std::string_view object, std::string_view message,
                           const std::string& organizationId, nlohmann::json data);

}  // namespace scalekit_simulator
