// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "sso/mail.h"

namespace sso::detail {

/// Who sends, as the header shows it.
struct MailAuthor {
  std::string address;  ///< canonical
  std::string name;     ///< UTF-8, may be empty
};

/// The whole message (RFC 5322), lines ending in CRLF, without dot-stuffing. One recipient, no Bcc; marked as sent by a
/// program, so that no holiday note answers it (RFC 3834 5). now: for Date; token: letters and digits that make
/// Message-ID unique. The message must be sendable.
std::string writeMail(const MailMessage& message, const MailAuthor& author, TimePoint now, std::string_view token);

/// With a dot before each dot that begins a line, and the line with the dot that ends it all (RFC 5321 4.5.2).
std::string dotStuffed(std::string_view message);

}  // namespace sso::detail
