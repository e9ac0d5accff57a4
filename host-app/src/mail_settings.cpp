// SPDX-License-Identifier: Apache-2.0
#include "mail_settings.h"

#include <algorithm>

#include "sso/identity.h"

namespace hostapp {
namespace {

constexpr const char *kUrlName = "APP_SMTP_URL", *kFromName = "APP_MAIL_FROM", *kCaName = "APP_SMTP_CA_FILE";

std::string_view trimmedSpaces(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// The setting that a field of SmtpOptions comes from; a problem begins with the field's name.
std::string settingOf(std::string_view problem) {
  if (problem.starts_with("from")) return kFromName;
  return problem.starts_with("certificateFile") ? kCaName : kUrlName;
}

}  // namespace

std::optional<MailFrom> parseMailFrom(std::string_view text) {
  text = trimmedSpaces(text);
  std::string_view name;
  if (text.ends_with('>')) {
    const auto open = text.rfind('<');
    if (open == std::string_view::npos) return std::nullopt;
    name = trimmedSpaces(text.substr(0, open));
    text = text.substr(open + 1, text.size() - open - 2);
    if (name.size() >= 2 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
  }
  auto address = sso::canonicalEmail(text);
  if (!address) return std::nullopt;
  return MailFrom{std::move(*address), std::string(name)};
}

std::optional<sso::SmtpOptions> mailSettings(const Settings& settings, std::vector<std::string>& problems) {
  const auto url = settings.get(kUrlName);
  const auto from = settings.get(kFromName);
  const auto caFile = settings.get(kCaName);
  if (!url) {
    // A mail server that somebody meant to set must not turn out to be missing at the first invitation.
    for (const char* name : {kFromName, kCaName}) {
      if (settings.get(name)) problems.push_back(std::string(name) + ": only together with " + kUrlName);
    }
    return std::nullopt;
  }
  std::vector<std::string> told;  // settings that cannot be read: what follows from that is not told besides
  const auto unreadable = [&](const char* name, const std::string& why) {
    problems.push_back(std::string(name) + ": " + why);
    told.emplace_back(name);
  };
  sso::SmtpOptions options;
  try {
    options = sso::smtpOptionsFromUrl(*url);
  } catch (const sso::Error& error) {
    unreadable(kUrlName, plainText(error) + " (" + error.hint() + ")");
  }
  const auto author = parseMailFrom(from.value_or(""));
  if (author) {
    options.from = author->address;
    options.fromName = author->name;
  } else {
    unreadable(kFromName, from ? "expected Name <address> or an address" : std::string("required with ") + kUrlName);
  }
  options.certificateFile = caFile.value_or("");
  for (const auto& problem : options.problems()) {
    const std::string setting = settingOf(problem);
    if (std::find(told.begin(), told.end(), setting) != told.end()) continue;
    problems.push_back(setting + ": " + problem.substr(problem.find(": ") + 2));
  }
  return options;
}

}  // namespace hostapp
