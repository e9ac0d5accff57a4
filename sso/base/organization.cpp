// SPDX-License-Identifier: Apache-2.0
#include "sso/organization.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "sso/identity.h"
#include "sso/utf8.h"

namespace sso {
namespace {

constexpr std::uint32_t kMaxCreationsPerHour = 100'000;
constexpr std::size_t kMaxIdBytes = 64;
constexpr std::size_t kMaxTenantIdBytes = 255;
constexpr std::size_t kMaxNameBytes = 256;
constexpr std::size_t kMaxDomains = 100;
constexpr std::size_t kMaxConnections = 100;

/// Ids go into URLs and SQL: letters, digits, '_' and '-' only.
bool isScalekitId(std::string_view id, std::string_view prefix) {
  return id.size() > prefix.size() && id.size() <= kMaxIdBytes && id.starts_with(prefix) &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
         });
}

bool isText(std::string_view text, std::size_t least, std::size_t most) {
  return text.size() >= least && text.size() <= most && isUtf8(text) && hasNoControls(text);
}

void checkDomains(const Organization& organization, std::vector<std::string>& problems) {
  if (organization.domains.size() > kMaxDomains) problems.push_back("domains: more than 100");
  std::set<std::string_view> seen;
  std::size_t position = 0;
  for (const auto& domain : organization.domains) {
    const std::string name = "domains[" + std::to_string(position++) + "]";
    if (canonicalDomain(domain) != domain) {
      problems.push_back(name + ": not a domain in lower-case ASCII form, like \"example.com\"");
    } else if (isPublicMailDomain(domain)) {
      problems.push_back(name + ": a public mail domain belongs to no organization");
    } else if (!seen.insert(domain).second) {
      problems.push_back(name + ": listed twice");
    }
  }
}

void checkPolicy(const OrganizationPolicy& policy, std::vector<std::string>& problems) {
  if (policy.mode != SsoMode::kOff && policy.mode != SsoMode::kOptional && policy.mode != SsoMode::kRequired) {
    problems.push_back("policy.mode: unknown value");
  }
  if (policy.linkExisting != LinkRule::kAfterProof && policy.linkExisting != LinkRule::kAutomatic) {
    problems.push_back("policy.linkExisting: unknown value");
  }
  if (policy.domainAuthority != DomainAuthority::kOperator && policy.domainAuthority != DomainAuthority::kScalekit) {
    problems.push_back("policy.domainAuthority: unknown value");
  }
  if (!isText(policy.defaultRole, 0, kMaxIdBytes)) {
    problems.push_back("policy.defaultRole: at most 64 bytes, no control characters");
  }
  if (policy.trustedConnections.size() > kMaxConnections) {
    problems.push_back("policy.trustedConnections: more than 100");
  }
  if (policy.creationsPerHour < 1 || policy.creationsPerHour > kMaxCreationsPerHour) {
    problems.push_back("policy.creationsPerHour: 1 to 100000");
  }
  std::set<std::string_view> seen;
  std::size_t position = 0;
  for (const auto& connection : policy.trustedConnections) {
    const std::string name = "policy.trustedConnections[" + std::to_string(position++) + "]";
    if (!isScalekitId(connection, "conn_")) {
      problems.push_back(name + ": not a connection id (conn_...)");
    } else if (!seen.insert(connection).second) {
      problems.push_back(name + ": listed twice");
    }
  }
}

}  // namespace

std::string_view nameOf(SsoMode mode) {
  switch (mode) {
    case SsoMode::kOff:
      return "off";
    case SsoMode::kOptional:
      return "optional";
    case SsoMode::kRequired:
      return "required";
  }
  return "unknown";
}

std::vector<std::string> problemsOf(const Organization& organization) {
  std::vector<std::string> problems;
  if (!isScalekitId(organization.id, "org_")) problems.push_back("id: not an organization id of Scalekit (org_...)");
  if (!isText(organization.tenantId, 1, kMaxTenantIdBytes)) {
    problems.push_back("tenantId: 1 to 255 bytes, no control characters");
  }
  if (!isText(organization.displayName, 1, kMaxNameBytes)) {
    problems.push_back("displayName: 1 to 256 bytes, no control characters");
  }
  if (organization.status != OrganizationStatus::kActive && organization.status != OrganizationStatus::kSuspended) {
    problems.push_back("status: unknown value");
  }
  checkDomains(organization, problems);
  checkPolicy(organization.policy, problems);
  if (organization.version < 0) problems.push_back("version: negative");
  return problems;
}

}  // namespace sso
