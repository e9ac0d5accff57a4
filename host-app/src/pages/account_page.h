// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>

#include "pages/page_helpers.h"
#include "password_sign_in.h"

namespace hostapp {

/// GET /account and its forms: password, sessions, sign out everywhere; the company sign-ins that are connected.
class AccountPage {
 public:
  AccountPage(std::shared_ptr<const Parts> parts, std::shared_ptr<const PasswordSignIn> signIn);
  static void addTo(Router& router, const std::shared_ptr<AccountPage>& page);

 private:
  sso::WebResponse show(const Visit& visit, int status, const std::string& problem) const;
  sso::WebResponse changePassword(const Visit& visit) const;
  sso::WebResponse endSession(const Visit& visit) const;
  sso::WebResponse endAllSessions(const Visit& visit) const;
  bool mayUsePassword(const Visit& visit) const;
  void tellSessionsEnded(const Visit& visit, const std::string& which) const;
  void addSessions(View& view, const Visit& visit) const;
  void addIdentities(View& view, const Visit& visit) const;

  std::shared_ptr<const Parts> parts_;
  std::shared_ptr<const PasswordSignIn> signIn_;
};

}  // namespace hostapp
