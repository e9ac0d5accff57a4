// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>

#include "pages/page_helpers.h"
#include "password_sign_in.h"

namespace hostapp {

/// GET and POST /login, POST /logout: the address first, then the company's sign-in or the password.
///
///   address typed ─▶ SsoModule::routeFor ─▶ company's sign-in required   ─▶ on the way there
///                                        ─▶ both allowed                 ─▶ choice
///                                        ─▶ password only, unknown too   ─▶ password ─▶ session
class SignInPages {
 public:
  SignInPages(std::shared_ptr<const Parts> parts, std::shared_ptr<const PasswordSignIn> signIn);
  static void addTo(Router& router, const std::shared_ptr<SignInPages>& pages);

 private:
  sso::WebResponse show(const Visit& visit) const;
  sso::WebResponse submit(const Visit& visit) const;
  sso::WebResponse logout(const Visit& visit) const;

  sso::WebResponse emailStep(const Visit& visit, int status, const std::string& problem) const;
  sso::WebResponse choiceStep(const Visit& visit) const;
  sso::WebResponse passwordStep(const Visit& visit, int status, const std::string& problem) const;
  sso::WebResponse checkPassword(const Visit& visit, const std::string& password) const;
  sso::WebResponse toCompany(const Visit& visit) const;
  sso::WebResponse companyStep(const Visit& visit, int status, const std::string& problem) const;
  sso::WebResponse toNamedCompany(const Visit& visit, const std::string& typed) const;
  /// selector: of the module's loginPath, encoded.
  sso::WebResponse begin(const Visit& visit, const std::string& selector) const;

  std::shared_ptr<const Parts> parts_;
  std::shared_ptr<const PasswordSignIn> signIn_;
};

}  // namespace hostapp
