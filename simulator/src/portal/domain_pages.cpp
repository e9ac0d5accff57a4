// SPDX-License-Identifier: Apache-2.0
// The tabs of domains and of directories.
#include <algorithm>
#include <array>

#include "domain_rules.h"
#include "encoding.h"
#include "management/limits.h"
#include "portal/portal_request.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kPath = "/portal/domains";

struct DomainForm {
  std::string name, problem;
};

Environment environmentOf(const PortalVisit& visit) {
  Environment environment;
  environment.name = visit.environmentName;
  return environment;
}

Json domainValues(const PortalVisit& visit, const Domain& domain) {
  const auto status = domainStatusAt(domain, visit.now.time_since_epoch().count());
  const TxtRecord record = txtRecordOf(environmentOf(visit), domain);
  const auto published = visit.txtRecords.find(domain.domain);
  const bool isPublished = published != visit.txtRecords.end() && published->second.contains(record.value());
  const bool waits = status == "PENDING";
  return {{"id", domain.id},
          {"domain", domain.domain},
          {"verified", status == "VERIFIED" || status == "AUTO_VERIFIED"},
          {"pending", waits},
          {"failed", status == "FAILED"},
          {"by_provider", domain.txtSecret.empty()},
          {"has_record", waits && !domain.txtSecret.empty()},
          {"record", domain.txtSecret.empty() ? "" : record.value()},
          {"stub", waits && visit.development && !domain.txtSecret.empty()},
          {"published", isPublished},
          {"csrf", visit.session.csrfToken}};
}

HttpResponse showDomainsWith(const PortalRequest& request, const DomainForm& form, int status) {
  Json domains = Json::array();
  for (const auto& domain : request.visit.organization.domains) {
    // Other domains only offer the organization; there is nothing to prove (CONTRACT.md 4.6).
    if (domain.type == "ORGANIZATION_DOMAIN") domains.push_back(domainValues(request.visit, domain));
  }
  return portalPage(
      request.context, request.visit, PortalTab::kDomains, status, "pages/portal_domains.html",
      {{"title", "Domains"}, {"domains", std::move(domains)}, {"name", form.name}, {"problem", form.problem}});
}

HttpResponse showDomains(const PortalRequest& request) { return showDomainsWith(request, {}, 200); }

/// What people paste: an address or a URL means its domain.
std::string domainFrom(std::string text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return {};
  text = toLower(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
  if (text.starts_with("https://")) text.erase(0, 8);
  if (text.starts_with("http://")) text.erase(0, 7);
  if (const auto at = text.rfind('@'); at != std::string::npos) text.erase(0, at + 1);
  while (text.ends_with('/') || text.ends_with('.')) text.pop_back();
  return text;
}

std::string problemOf(const StateData& data, const Organization& organization, const std::string& name) {
  if (name.empty()) return "Type your company's domain, for example acme.com.";
  if (!isDomainName(name)) return "This is no domain name. It looks like acme.com, without spaces or a path.";
  if (isPublicMailDomain(name)) return "Anybody can have an address at " + name + ", so no company can own it.";
  if (isTakenDomain(data.environment, name))
    return "This domain is in use already. Ask your vendor if that surprises you.";
  if (organization.domains.size() >= limits::kDomains) return "There are too many domains. Delete one first.";
  return {};
}

HttpResponse addDomain(const PortalRequest& request) {
  DomainForm form{domainFrom(request.form.getOr("domain", "")), {}};
  const EpochSeconds now = request.visit.now.time_since_epoch().count();
  const auto outcome = changeOrganization(request, [&](StateData& data, Organization& organization) -> PortalOutcome {
    form.problem = problemOf(data, organization, form.name);
    if (!form.problem.empty()) return {{}, true, {}, false};
    Domain domain;
    domain.id = request.context.ids.next("dom");
    domain.domain = form.name;
    domain.verificationStatus = "PENDING";
    domain.txtSecret = randomUuid();
    domain.createdAt = domain.updatedAt = now;
    organization.domains.push_back(std::move(domain));
    return {form.name + " was added. Publish the record below to prove that it is yours."};
  });
  if (outcome.changed) return HttpResponse::redirect(kPath, 303);
  if (form.name.size() > 255) form.name.resize(255);
  if (!isValidUtf8(form.name)) form.name.clear();
  return showDomainsWith(request, form, 400);
}

/// Runs on the organization domain that the request names; 404 when the organization has no such domain.
template <typename Change>
HttpResponse onDomain(const PortalRequest& request, const Change& change) {
  bool found = false;
  changeOrganization(request, [&](StateData& data, Organization& organization) -> PortalOutcome {
    Domain* domain = organization.findDomain(request.id);
    found = domain != nullptr && domain->type == "ORGANIZATION_DOMAIN";
    return found ? change(data, organization, *domain) : PortalOutcome{{}, true, {}, false};
  });
  return found ? HttpResponse::redirect(kPath, 303) : portalNotFound(request, PortalTab::kDomains);
}

HttpResponse verifyDomain(const PortalRequest& request) {
  return onDomain(request, [&](StateData& data, Organization&, Domain& domain) -> PortalOutcome {
    const EpochSeconds now = request.visit.now.time_since_epoch().count();
    if (domainStatusAt(domain, now) == "FAILED") {
      return {"The two days for " + domain.domain + " are over. Delete it and add it again.", true, {}, false};
    }
    if (verifyDomainAt(data.environment, domain, now)) return {domain.domain + " is verified."};
    return {
        "The record for " + domain.domain + " is not there yet. Changes of the DNS can take a while; nothing is lost.",
        true,
        {},
        false};
  });
}

/// Only where developers are: in a production environment nobody proves a domain by pressing a button.
HttpResponse publishRecord(const PortalRequest& request) {
  if (!request.visit.development) return portalNotFound(request, PortalTab::kDomains);
  return onDomain(request, [&](StateData& data, Organization&, Domain& domain) -> PortalOutcome {
    const TxtRecord record = txtRecordOf(data.environment, domain);
    if (record.key.empty()) return {"Nobody has to prove this domain.", true, {}, false};
    data.environment.txtRecords[domain.domain].insert(record.value());
    return {"The record for " + domain.domain + " is in the local Scalekit's DNS stub. Press Verify now."};
  });
}

HttpResponse deleteDomain(const PortalRequest& request) {
  return onDomain(request, [&](StateData&, Organization& organization, Domain& domain) -> PortalOutcome {
    const std::string name = domain.domain;
    const std::string id = domain.id;
    std::erase_if(organization.domains, [&](const Domain& one) { return one.id == id; });
    return {name + " was deleted. Addresses there no longer lead to your company's sign-in."};
  });
}

HttpResponse showDirectory(const PortalRequest& request) {
  return portalPage(request.context, request.visit, PortalTab::kDirectory, 200, "pages/portal_directory.html",
                    {{"title", "SCIM provisioning"}});
}

constexpr std::array kPortalDomainRoutes = {
    PortalRoute{"GET", "/portal/directory", PortalTab::kDirectory, showDirectory},
    PortalRoute{"GET", "/portal/domains", PortalTab::kDomains, showDomains},
    PortalRoute{"POST", "/portal/domains", PortalTab::kDomains, addDomain},
    PortalRoute{"POST", "/portal/domains/{id}/verify", PortalTab::kDomains, verifyDomain},
    PortalRoute{"POST", "/portal/domains/{id}/publish", PortalTab::kDomains, publishRecord},
    PortalRoute{"POST", "/portal/domains/{id}/delete", PortalTab::kDomains, deleteDomain},
};

}  // namespace

std::span<const PortalRoute> portalDomainRoutes() { return kPortalDomainRoutes; }

}  // namespace scalekit_simulator
