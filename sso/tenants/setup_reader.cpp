// SPDX-License-Identifier: Apache-2.0
#include "tenants/setup_reader.h"

#include <algorithm>
#include <set>
#include <utility>

#include "sso/identity.h"

namespace sso::detail {
namespace {

constexpr std::size_t kMaxDomains = 100;       // problemsOf()
constexpr std::size_t kMaxDomainsRead = 1000;  // a person scrolls through no more

bool holds(const std::vector<std::string>& list, const std::string& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

/// "2 added, 1 removed": the names are in the organization, and a trail keeps short facts.
std::map<std::string, std::string> domainChange(const Organization& before, const Organization& after) {
  const auto missingIn = [](const std::vector<std::string>& list, const std::vector<std::string>& from) {
    return std::count_if(from.begin(), from.end(), [&](const std::string& domain) { return !holds(list, domain); });
  };
  return {{"added", std::to_string(missingIn(before.domains, after.domains))},
          {"removed", std::to_string(missingIn(after.domains, before.domains))},
          {"domains", std::to_string(after.domains.size())}};
}

bool sameDomains(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::set<std::string>(a.begin(), a.end()) == std::set<std::string>(b.begin(), b.end());
}

}  // namespace

SsoSetup SetupReader::read(const Organization& organization, const Actor& actor) const {
  SsoSetup setup;
  setup.connections = connectionsOf(organization.id);
  setup.domains = domainsOf(organization.id);
  setup.organization = takeOver(organization, actor, setup);
  // Before and after: a domain that is new here was remembered as nobody's.
  caches_.forget(organization);
  caches_.forget(setup.organization);
  return setup;
}

std::vector<scalekit::ConnectionSummary> SetupReader::connectionsOf(const std::string& organizationId) const {
  auto connections = client_->connections().list({.organizationId = organizationId, .includeInactive = true});
  // Another organization's connection is nobody's business here, whatever the filter was worth (SEC-MG-06).
  std::erase_if(connections, [&](const auto& connection) { return connection.organizationId != organizationId; });
  return connections;
}

std::vector<scalekit::Domain> SetupReader::domainsOf(const std::string& organizationId) const {
  std::vector<scalekit::Domain> domains;
  const std::string type(scalekit::domain_type::kOrganization);
  for (const auto& domain : client_->domains().list(organizationId, {.type = type})) {
    if (domain.organizationId != organizationId || domain.type != type) continue;
    domains.push_back(domain);
    if (domains.size() == kMaxDomainsRead) break;
  }
  return domains;
}

Organization SetupReader::takeOver(const Organization& organization, const Actor& actor, SsoSetup& setup) const {
  if (organization.policy.domainAuthority != DomainAuthority::kScalekit) return organization;
  return changes_->apply(
      organization.id, actor,
      [&](const Organization& stored) -> std::optional<Organization> {
        if (stored.policy.domainAuthority != DomainAuthority::kScalekit) return std::nullopt;
        Organization changed = stored;
        changed.domains = acceptable(stored, setup);
        if (sameDomains(changed.domains, stored.domains)) return std::nullopt;
        return changed;
      },
      [](const Organization& before, const Organization& after) {
        return ChangeEvent{"sso.organization.domains_changed", domainChange(before, after)};
      });
}

/// The verified ones that may be this organization's. A domain is looked up only while it is new here.
std::vector<std::string> SetupReader::acceptable(const Organization& organization, SsoSetup& setup) const {
  std::vector<std::string> accepted;
  setup.refusedDomains.clear();
  for (const auto& domain : setup.domains) {
    if (!domain.routesLogins()) continue;
    const auto canonical = canonicalDomain(domain.name);
    const bool sound = canonical && !isPublicMailDomain(*canonical);
    if (sound && holds(accepted, *canonical)) continue;
    bool ours = sound && accepted.size() < kMaxDomains;
    if (ours && !holds(organization.domains, *canonical)) {
      const auto owner = storage_->organizations().findByDomain(*canonical);
      ours = !owner || owner->id == organization.id;
    }
    if (ours) {
      accepted.push_back(*canonical);
    } else {
      setup.refusedDomains.push_back(domain.name);
    }
  }
  return accepted;
}

}  // namespace sso::detail
