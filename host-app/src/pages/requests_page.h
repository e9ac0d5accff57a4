// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>

#include "pages/page_helpers.h"

namespace hostapp {

/// GET and POST /settings/requests: who came through the company's sign-in and waits for an account, where the
/// organization's policy asks for approval (JIT.md row 2). Owners and admins decide, for their own tenant alone.
class RequestsPage {
 public:
  explicit RequestsPage(std::shared_ptr<const Parts> parts);
  static void addTo(Router& router, const std::shared_ptr<RequestsPage>& page);

 private:
  sso::WebResponse show(const Visit& visit, int status, const std::string& problem) const;
  sso::WebResponse decide(const Visit& visit) const;

  std::shared_ptr<const Parts> parts_;
};

}  // namespace hostapp
