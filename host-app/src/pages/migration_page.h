// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "pages/page_helpers.h"
#include "sso/organization.h"
#include "sso/scalekit/connections.h"

namespace hostapp {

/// Settings → Accounts and roles → Moving to another connection: the windows in which people of a connection that the
/// company gave up keep their accounts (JIT.md row 14). GET and POST /settings/sso/migration, behind the SettingsGuard;
/// owners open and close them, admins read. To open one takes an authentication of the last ten minutes (step_up.h):
/// within it identities change accounts.
class MigrationPage {
 public:
  explicit MigrationPage(std::shared_ptr<const Parts> parts);
  static void addTo(Router& router, const std::shared_ptr<MigrationPage>& page);

 private:
  sso::WebResponse show(const Visit& visit, int status, const std::string& problem) const;
  sso::WebResponse change(const Visit& visit) const;
  sso::WebResponse save(const Visit& visit, const sso::Organization& stored,
                        const sso::OrganizationPolicy& wanted) const;

  std::shared_ptr<const Parts> parts_;
};

}  // namespace hostapp
