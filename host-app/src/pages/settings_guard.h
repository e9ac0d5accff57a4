// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>

#include "pages/page_helpers.h"

namespace hostapp {

/// The gate of every settings page: owners and admins of the session's own tenant. Which tenant that is comes from the
/// session alone; nothing of a request is asked (SEC-AP-01). Everybody else gets 403 and a page that says whom to ask;
/// programs get Error(kForbidden).
class SettingsGuard {
 public:
  explicit SettingsGuard(std::shared_ptr<const Parts> parts);
  /// page, behind the gate.
  Router::Page behind(Router::Page page) const;

 private:
  static sso::WebResponse refuse(const Parts& parts, const Visit& visit);

  std::shared_ptr<const Parts> parts_;
};

}  // namespace hostapp
