// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "pages/page_helpers.h"
#include "rate_limiter.h"
#include "sso/admin_portal/admin_portal.h"
#include "sso/setup_links.h"

namespace hostapp {

/// The page of a setup link, for a customer's IT admin without an account: GET /setup, POST /setup/status (JSON) and
/// POST /setup/portal-link.
///
/// The page is the same for everybody and knows nothing. Its script takes the token out of the address's fragment and
/// sends it in the body of both posts; the token is the only authority there, whoever is signed in on this browser. A
/// link that is unknown, expired or revoked, or whose organization is suspended, gets one and the same answer (404).
/// What a live one shows: the organization's name, its connections and domains, and when the link ends.
class SetupPage {
 public:
  explicit SetupPage(std::shared_ptr<const Parts> parts);
  static void addTo(Router& router, const std::shared_ptr<SetupPage>& page);

 private:
  sso::WebResponse page(const Visit& visit) const;
  sso::WebResponse status(const Visit& visit) const;
  sso::WebResponse portalLink(const Visit& visit) const;
  sso::WebResponse lead(const Visit& visit, const sso::admin_portal::FreshLink& link) const;
  sso::WebResponse tooMany(const Visit& visit, std::chrono::seconds wait) const;
  sso::WebResponse dead(const Visit& visit) const;
  sso::WebResponse noPortal(const sso::Error& error) const;
  /// How long this client has to wait before anything is looked up for it.
  std::optional<std::chrono::seconds> waitOf(const Visit& visit) const;

  std::shared_ptr<const Parts> parts_;
  sso::admin_portal::AdminPortal portal_;
  mutable RateLimiter perNetwork_, perLink_;
};

}  // namespace hostapp
