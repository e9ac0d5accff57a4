// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "pages/page_helpers.h"
#include "pages/policy_form.h"
#include "pages/policy_view.h"

namespace hostapp {

/// Settings → Accounts and roles: who gets an account through single sign-on, and with which role. GET and POST
/// /settings/sso/policy, behind the SettingsGuard; owners change, admins read. Two who change at the same time never
/// write over each other unseen: whoever comes second is shown what the first one did, with all of their own typing
/// kept. Works without JavaScript: rows come and go by buttons of the form.
class PolicyPage {
 public:
  explicit PolicyPage(std::shared_ptr<const Parts> parts);
  static void addTo(Router& router, const std::shared_ptr<PolicyPage>& page);

 private:
  /// What stands above the form and beside its fields.
  struct Remarks {
    std::vector<std::string> problems = {};  ///< of Tenants::policyProblems
    bool stale = false;                      ///< somebody else saved meanwhile
    std::int64_t typedOver = 0;              ///< the version that the form was made from
    policy_view::NewRow added = {};
  };
  sso::WebResponse show(const Visit& visit) const;
  sso::WebResponse change(const Visit& visit) const;
  sso::WebResponse save(const Visit& visit, PolicyForm typed, const sso::Organization& stored) const;
  sso::WebResponse form(const Visit& visit, int status, const PolicyForm& form, const sso::Organization& stored,
                        const Remarks& remarks) const;
  sso::WebResponse notTied(const Visit& visit) const;
  View meanwhile(const Visit& visit, const sso::Organization& stored, std::int64_t since) const;

  std::shared_ptr<const Parts> parts_;
};

}  // namespace hostapp
