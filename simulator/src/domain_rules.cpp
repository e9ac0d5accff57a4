// SPDX-License-Identifier: Apache-2.0
#include "domain_rules.h"

#include <algorithm>
#include <array>
#include <regex>

#include "encoding.h"

namespace scalekit_simulator {
namespace {

constexpr EpochSeconds kTimeToPublish = 48LL * 3600;

/// The usual ones; Scalekit's list is not published.
constexpr std::array<std::string_view, 22> kPublicMailDomains = {
    "aol.com",     "fastmail.com", "gmail.com", "gmx.com", "gmx.de",         "gmx.net",  "googlemail.com", "hey.com",
    "hotmail.com", "icloud.com",   "live.com",  "mac.com", "mail.com",       "mail.ru",  "me.com",         "msn.com",
    "outlook.com", "proton.me",    "qq.com",    "web.de",  "protonmail.com", "yahoo.com"};

/// "Local Scalekit" -> "local-scalekit"
std::string slugOf(std::string_view name) {
  std::string slug;
  for (const char c : toLower(name)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain) slug.push_back(c);
    if (!plain && !slug.empty() && slug.back() != '-') slug.push_back('-');
  }
  while (!slug.empty() && slug.back() == '-') slug.pop_back();
  return slug.empty() ? "environment" : slug;
}

}  // namespace

bool isDomainName(const std::string& name) {
  static const std::regex kForm(kDomainForm);
  return name.size() >= 4 && name.size() <= 255 && std::regex_match(name, kForm);
}

bool isPublicMailDomain(std::string_view name) {
  return std::find(kPublicMailDomains.begin(), kPublicMailDomains.end(), name) != kPublicMailDomains.end();
}

bool isTakenDomain(const Environment& environment, std::string_view name) {
  for (const auto& organization : environment.organizations) {
    for (const auto& domain : organization.domains) {
      if (domain.domain == name) return true;
    }
  }
  return false;
}

TxtRecord txtRecordOf(const Environment& environment, const Domain& domain) {
  if (domain.txtSecret.empty()) return {};
  return {slugOf(environment.name) + "-verify-" + domain.id, domain.txtSecret};
}

std::string_view domainStatusAt(const Domain& domain, EpochSeconds now) {
  const bool waiting = domain.verificationStatus == "PENDING" && !domain.txtSecret.empty();
  return waiting && now - domain.createdAt >= kTimeToPublish ? "FAILED" : std::string_view(domain.verificationStatus);
}

bool verifyDomainAt(Environment& environment, Domain& domain, EpochSeconds now) {
  const auto status = domainStatusAt(domain, now);
  if (status != "PENDING") return status != "FAILED";
  if (!domain.txtSecret.empty()) {
    const auto records = environment.txtRecords.find(domain.domain);
    if (records == environment.txtRecords.end()) return false;
    if (!records->second.contains(txtRecordOf(environment, domain).value())) return false;
  }
  domain.verificationStatus = "VERIFIED";
  domain.updatedAt = now;
  return true;
}

}  // namespace scalekit_simulator
