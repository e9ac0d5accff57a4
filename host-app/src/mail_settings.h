// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "settings.h"
#include "sso/mail.h"

namespace hostapp {

/// Who mail comes from.
struct MailFrom {
  std::string address;  ///< canonical
  std::string name;     ///< may be empty
};
/// "Fieldnote <no-reply@example.com>", "\"Fieldnote, Inc.\" <no-reply@example.com>" or the address alone; nullopt when
/// it is none of them.
std::optional<MailFrom> parseMailFrom(std::string_view text);

/// APP_SMTP_URL, APP_MAIL_FROM and APP_SMTP_CA_FILE, checked together; nullopt without APP_SMTP_URL. Adds every
/// problem, each naming its setting and never its value.
std::optional<sso::SmtpOptions> mailSettings(const Settings& settings, std::vector<std::string>& problems);

}  // namespace hostapp
