// SPDX-License-Identifier: Apache-2.0
#include "sso/organization.h"

#include <set>
#include <string_view>

#include "base/text_checks.h"
#include "sso/identity.h"

namespace sso {
namespace {

using detail::isScalekitId;
using detail::isText;

constexpr std::size_t kMaxTenantIdBytes = 255;
constexpr std::size_t kMaxNameBytes = 256;
constexpr std::size_t kMaxDomains = 100;

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

}  // namespace

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
  const auto ofPolicy = problemsOf(organization.policy);
  problems.insert(problems.end(), ofPolicy.begin(), ofPolicy.end());
  if (organization.version < 0) problems.push_back("version: negative");
  return problems;
}

}  // namespace sso
