// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>

#include "pages/page_helpers.h"
#include "stores/member_store.h"

namespace hostapp {

/// GET and POST /settings/emergency: which owners keep a password when single sign-on is required (break-glass
/// accounts, JIT.md). Owners and admins see it, owners change it. While single sign-on is required one at least must
/// stay.
class EmergencyPage {
 public:
  explicit EmergencyPage(std::shared_ptr<const Parts> parts);
  static void addTo(Router& router, const std::shared_ptr<EmergencyPage>& page);

 private:
  sso::WebResponse show(const Visit& visit, int status, const std::string& problem) const;
  sso::WebResponse change(const Visit& visit) const;
  /// Why this owner cannot be one; empty when they can.
  std::string whyNot(const Visit& visit, const members::Member& owner) const;

  std::shared_ptr<const Parts> parts_;
};

}  // namespace hostapp
