// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>

#include "pages/page_helpers.h"
#include "password_sign_in.h"

namespace hostapp {

/// GET and POST /login/link: somebody came back from their company's sign-in, and an account with their address exists
/// here already. Its password, in the same browser, proves that it is theirs before the two are connected (JIT.md row
/// 6, SEC-MP-18).
class LinkPage {
 public:
  LinkPage(std::shared_ptr<const Parts> parts, std::shared_ptr<const PasswordSignIn> signIn);
  static void addTo(Router& router, const std::shared_ptr<LinkPage>& page);

 private:
  sso::WebResponse show(const Visit& visit) const;
  sso::WebResponse submit(const Visit& visit) const;
  sso::WebResponse form(const Visit& visit, int status, const sso::PendingLink& pending,
                        const std::string& problem) const;

  std::shared_ptr<const Parts> parts_;
  std::shared_ptr<const PasswordSignIn> signIn_;
};

}  // namespace hostapp
