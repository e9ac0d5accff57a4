// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "sso/admin_portal/setup_view.h"

/// Scalekit's words and ours, in those that an administrator knows. Pure.
namespace sso::admin_portal {

/// "Microsoft Entra ID" for MICROSOFT_AD; a provider that we do not know keeps its name.
std::string providerName(std::string_view provider);
/// "OpenID Connect" for OIDC.
std::string protocolName(std::string_view type);

ConnectionView viewOf(const scalekit::ConnectionSummary& connection);
DomainView viewOf(const scalekit::Domain& domain);
DomainView refusedDomain(std::string name);

struct RequirementWords {
  std::string_view title, how;
  bool inPortal;
};
RequirementWords wordsOf(ModeObstacle obstacle);

struct ModeWords {
  std::string_view title, text, action;
  std::string_view consequence;  ///< of switching to it, beyond what text says; may be empty
};
ModeWords wordsOf(SsoMode mode);

}  // namespace sso::admin_portal
