// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>

#include "pages/page_helpers.h"

namespace hostapp {

/// GET and POST /signup: a new customer, its first account and its owner, in one transaction. The address counts as
/// unverified: this application sends no mail yet, and says so on the account page.
class SignUpPage {
 public:
  explicit SignUpPage(std::shared_ptr<const Parts> parts);
  static void addTo(Router& router, const std::shared_ptr<SignUpPage>& page);

 private:
  struct Problems {
    std::string company, name, email, password, general;
    bool any() const {
      return !(company.empty() && name.empty() && email.empty() && password.empty()) || !general.empty();
    }
  };
  sso::WebResponse show(const Visit& visit) const;
  sso::WebResponse submit(const Visit& visit) const;
  sso::WebResponse form(const Visit& visit, int status, const Problems& problems) const;

  std::shared_ptr<const Parts> parts_;
};

}  // namespace hostapp
