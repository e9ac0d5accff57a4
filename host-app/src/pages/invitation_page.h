// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "pages/page_helpers.h"
#include "rate_limiter.h"
#include "sso/invitations.h"

namespace hostapp {

/// /invitation: where the link of an invitation leads, for somebody who may have no account. Shows whose invitation it
/// is, and on their word begins the sign-in at the company's identity provider. The token stands behind `#`, comes in
/// the body of a form, and goes nowhere else.
class InvitationPage {
 public:
  explicit InvitationPage(std::shared_ptr<const Parts> parts);
  static void addTo(Router& router, const std::shared_ptr<InvitationPage>& page);

 private:
  sso::WebResponse open(const Visit& visit) const;
  sso::WebResponse submit(const Visit& visit);
  sso::WebResponse welcome(const Visit& visit, const std::string& token, const sso::SharedInvitation& shared) const;
  sso::WebResponse accept(const Visit& visit, const std::string& token) const;
  sso::WebResponse dead(const Visit& visit) const;

  std::shared_ptr<const Parts> parts_;
  RateLimiter perNetwork_;
};

}  // namespace hostapp
