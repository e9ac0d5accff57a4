// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "pages/page_helpers.h"

namespace hostapp {

/// GET /dev/mailbox: what the application would have mailed, for the developer on whose machine it runs; ?mail=NUMBER
/// opens one. With `Accept: application/json` a list of {to, subject, text, at}, the newest first, for tests.
/// Development without a mail server only; anywhere else there is no such page.
class MailboxPage {
 public:
  explicit MailboxPage(std::shared_ptr<const Parts> parts);
  /// Adds no route when the development mailbox is not in use.
  static void addTo(Router& router, const std::shared_ptr<MailboxPage>& page);

 private:
  sso::WebResponse show(const Visit& visit) const;
  sso::WebResponse asJson() const;

  std::shared_ptr<const Parts> parts_;
};

/// A piece of a mail's text: words, or a link into this application.
struct MailPiece {
  std::string text;
  bool isLink = false;
};
/// The text in pieces. A link is what begins with baseUrl as an origin: "http://localhost:8080.evil.example" is none.
std::vector<MailPiece> piecesOf(std::string_view text, std::string_view baseUrl);

}  // namespace hostapp
