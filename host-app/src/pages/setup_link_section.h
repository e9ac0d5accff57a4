// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "pages/page_helpers.h"

namespace hostapp {

/// "Share with an IT admin" on the settings page, and its forms: POST /settings/sso/setup-links makes a link and shows
/// it this once, POST /settings/sso/setup-links/revoke takes one back. For owners of the session's own tenant: whoever
/// gets such a link decides who signs in. Admins are told that an owner can do this.
class SetupLinkSection {
 public:
  explicit SetupLinkSection(std::shared_ptr<const Parts> parts);
  static void addTo(Router& router, const std::shared_ptr<SetupLinkSection>& section);

  /// Adds to the settings page what the partial setup_links.html shows.
  static void fill(const Parts& parts, const Visit& visit, View& view);

 private:
  sso::WebResponse create(const Visit& visit) const;
  sso::WebResponse revoke(const Visit& visit) const;

  std::shared_ptr<const Parts> parts_;
};

}  // namespace hostapp
