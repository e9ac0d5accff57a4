// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "pages/page_helpers.h"

namespace hostapp {

/// GET and POST /login/switch: a login that did not begin on a page of ours came back while somebody else is signed in
/// here. It waits until the person says which one to keep (SEC-CB-19).
class SwitchPage {
 public:
  explicit SwitchPage(std::shared_ptr<const Parts> parts);
  static void addTo(Router& router, const std::shared_ptr<SwitchPage>& page);

 private:
  sso::WebResponse show(const Visit& visit) const;
  sso::WebResponse submit(const Visit& visit) const;

  std::shared_ptr<const Parts> parts_;
};

}  // namespace hostapp
