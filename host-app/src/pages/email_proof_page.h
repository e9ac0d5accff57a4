// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>

#include "pages/page_helpers.h"
#include "rate_limiter.h"

namespace hostapp {

/// /login/confirm: an address has to be proven before somebody comes in (JIT.md rows 4 and 7), or proves an account in
/// place of its password (part 4). Mails a link, and takes it back in the browser that signed in. The link's token
/// stands behind `#`; the page's script puts it into the form, and without the script a person can.
class EmailProofPage {
 public:
  static constexpr const char* kPath = "/login/confirm";

  explicit EmailProofPage(std::shared_ptr<const Parts> parts);
  static void addTo(Router& router, const std::shared_ptr<EmailProofPage>& page);

 private:
  sso::WebResponse show(const Visit& visit) const;
  sso::WebResponse submit(const Visit& visit);
  sso::WebResponse send(const Visit& visit);
  sso::WebResponse confirm(const Visit& visit) const;
  sso::WebResponse form(const Visit& visit, int status, const sso::PendingEmailProof& pending,
                        const std::string& problem) const;

  std::shared_ptr<const Parts> parts_;
  RateLimiter perAddress_, perNetwork_;
};

}  // namespace hostapp
