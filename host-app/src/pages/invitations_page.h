// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "pages/page_helpers.h"
#include "rate_limiter.h"
#include "sso/invitations.h"

namespace hostapp {

/// /settings/invitations: owners and admins bring in people for whom their company does not speak (JIT.md rows 3, 5, 8
/// and 28). An admin invites members, an owner admins, too.
class InvitationsPage {
 public:
  explicit InvitationsPage(std::shared_ptr<const Parts> parts);
  static void addTo(Router& router, const std::shared_ptr<InvitationsPage>& page);

 private:
  /// What stands in the form, and what is wrong with it.
  struct Form {
    std::string email, role, connection, lifetime, problem;
    const char* wrong = "";  ///< the field that the problem is about
  };
  struct Choice {
    std::string id, label;
  };
  sso::WebResponse show(const Visit& visit, int status, const Form& form) const;
  sso::WebResponse invite(const Visit& visit);
  sso::WebResponse renew(const Visit& visit);
  sso::WebResponse revoke(const Visit& visit) const;
  sso::WebResponse send(const Visit& visit, const sso::NewInvitation& made, std::string_view done) const;
  std::vector<Choice> connectionsOf(const std::string& tenantId) const;
  void fillForm(const Visit& visit, const Form& form, View& view) const;

  std::shared_ptr<const Parts> parts_;
  RateLimiter perAccount_;
};

}  // namespace hostapp
