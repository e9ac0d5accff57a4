// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "model.h"

/// Which domains an organization may have, and how it proves that one is its own (CONTRACT.md 4.6, 7.4). The management
/// API and the admin portal ask here.
namespace scalekit_simulator {

/// ECMAScript; lower case, at least two labels. Lengths are checked apart: 4 to 255 characters.
constexpr const char* kDomainForm = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+";
bool isDomainName(const std::string& name);

/// Anybody can have an address there, so no organization owns it.
bool isPublicMailDomain(std::string_view name);

/// Some organization of the environment has it: one domain, one organization.
bool isTakenDomain(const Environment& environment, std::string_view name);

/// The value of the TXT record at the domain's apex: `{environment}-verify-dom_<id>=<uuid>`. `key` is the part in front
/// of the sign. Empty for a domain that nobody has to prove.
struct TxtRecord {
  std::string key, secret;
  std::string value() const { return key + "=" + secret; }
};
TxtRecord txtRecordOf(const Environment& environment, const Domain& domain);

/// PENDING becomes FAILED two days after the record was asked for; a new one then needs a new domain.
std::string_view domainStatusAt(const Domain& domain, EpochSeconds now);

/// Looks the record up in the environment's stub of the DNS; marks a pending domain VERIFIED when it is there. A
/// pending domain without a record, as a seed may have one, is taken for proven. True when the domain is verified now.
bool verifyDomainAt(Environment& environment, Domain& domain, EpochSeconds now);

}  // namespace scalekit_simulator
