// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>

#include "pages/page_helpers.h"
#include "rate_limiter.h"
#include "sso/admin_portal/admin_portal.h"

namespace hostapp {

/// Settings → Single sign-on: GET /settings/sso, GET /settings/sso/status (JSON), GET /settings/sso/required (who
/// would be affected), POST /settings/sso/portal-link and
/// POST /settings/sso/mode. The library (admin-portal/) does the work; this is what an application adds: who asks, its
/// layout, its forms. Behind the SettingsGuard.
class SsoSettingsPage {
 public:
  explicit SsoSettingsPage(std::shared_ptr<const Parts> parts);
  static void addTo(Router& router, const std::shared_ptr<SsoSettingsPage>& page);

 private:
  sso::admin_portal::Administrator administrator(const Visit& visit) const;
  sso::WebResponse page(const Visit& visit) const;
  sso::WebResponse show(const Visit& visit, int status, const std::string& refusal) const;
  sso::WebResponse status(const Visit& visit) const;
  sso::WebResponse preview(const Visit& visit) const;
  sso::WebResponse showPreview(const Visit& visit, int status, const std::string& refusal) const;
  sso::WebResponse portalLink(const Visit& visit) const;
  sso::WebResponse portalInTab(const Visit& visit) const;
  /// Throws TooManyLinks when this person or team asked too often, on whichever instance (SEC-AP-11).
  sso::admin_portal::FreshLink freshLink(const Visit& visit) const;
  sso::WebResponse switchMode(const Visit& visit) const;
  void addForm(View& view, const Visit& visit) const;
  /// What the library's fragments are filled with.
  View viewOf(const Visit& visit, const sso::admin_portal::SetupView& setup) const;

  std::shared_ptr<const Parts> parts_;
  sso::admin_portal::AdminPortal portal_;
  mutable RateLimiter linksOfAccount_, linksOfTenant_;  ///< thread-safe
};

}  // namespace hostapp
