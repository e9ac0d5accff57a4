// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "pages/page_helpers.h"

namespace hostapp {

/// GET /settings/audit: the organization's audit trail, the newest hundred events. Behind the SettingsGuard. A tenant
/// without an organization has none; it never falls back to events that belong to nobody.
class AuditPage {
 public:
  explicit AuditPage(std::shared_ptr<const Parts> parts);
  static void addTo(Router& router, const std::shared_ptr<AuditPage>& page);

 private:
  sso::WebResponse show(const Visit& visit) const;

  std::shared_ptr<const Parts> parts_;
};

/// "Somebody signed in through the company" for sso.login.completed; an event that is not known keeps its name.
std::string_view eventInWords(std::string_view name);

}  // namespace hostapp
