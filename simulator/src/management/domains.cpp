// SPDX-License-Identifier: Apache-2.0
#include "management/domains.h"

#include <algorithm>
#include <array>

#include "domain_rules.h"
#include "encoding.h"
#include "management/field_reader.h"
#include "management/limits.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

/// Both a bad and a taken domain are 400 (CONTRACT.md 4.6, 7.4). Omitting domain_type gives ALLOWED_EMAIL_DOMAIN: what
/// Scalekit does then is not documented.
Json createDomain(ApiCall& call) {
  Organization& organization = call.organization();
  Json body = call.body();
  // Domain names know no letter case (RFC 4343).
  if (body.contains("domain") && body["domain"].is_string())
    body["domain"] = toLower(body["domain"].get<std::string>());
  std::vector<FieldViolation> violations;
  FieldReader reader(body, "domain", violations);
  const std::string name = reader.requiredText("domain", {4, 255, kDomainForm});
  const std::string type =
      reader.oneOf("domain_type", {"ORGANIZATION_DOMAIN", "ALLOWED_EMAIL_DOMAIN"}).value_or("ALLOWED_EMAIL_DOMAIN");
  if (isPublicMailDomain(name)) {
    reader.violation("domain", "public mail domains are not allowed", "domain.public");
  }
  reader.finish();
  throwIfAny(std::move(violations));
  if (isTakenDomain(call.environment(), name)) {
    throwViolation("domain.domain", "the domain already exists", "domain.unique");
  }
  if (organization.domains.size() >= limits::kDomains) throw resourceExhausted("there are too many domains");
  Domain domain;
  domain.id = call.context.ids.next("dom");
  domain.domain = name;
  domain.type = type;
  // Whoever holds the environment's credentials vouches for an organization domain: no DNS record is asked for.
  domain.verificationStatus = type == "ORGANIZATION_DOMAIN" ? "VERIFIED" : "AUTO_VERIFIED";
  domain.createdAt = domain.updatedAt = call.now;
  organization.domains.push_back(std::move(domain));
  call.changed();
  return {{"domain", domainJson(call.environment(), organization, organization.domains.back(), call.now)}};
}

/// Numbered pages, no total: a short page is the last one (CONTRACT.md 4.3).
Json listDomains(ApiCall& call) {
  const Organization& organization = call.organization();
  const auto type = call.params.get("domain_type");
  if (type && *type != "ORGANIZATION_DOMAIN" && *type != "ALLOWED_EMAIL_DOMAIN") {
    throwViolation("domain_type", "value must be in list [ORGANIZATION_DOMAIN, ALLOWED_EMAIL_DOMAIN]", "string.in");
  }
  const auto size = static_cast<std::size_t>(numberParameter(call, "page_size", {30, 1, 100}));
  const auto number = static_cast<std::size_t>(numberParameter(call, "page_number", {0, 0, 1'000'000}));
  Json page = Json::array();
  std::size_t index = 0;
  for (const auto& domain : organization.domains) {
    if (type && domain.type != *type) continue;
    if (index >= number * size && index < (number + 1) * size) {
      page.push_back(domainJson(call.environment(), organization, domain, call.now));
    }
    ++index;
  }
  return {{"page_size", size}, {"page_number", number}, {"domains", std::move(page)}};
}

Domain& theDomain(const ApiCall& call) {
  auto& domains = call.organization().domains;
  const auto found =
      std::find_if(domains.begin(), domains.end(), [&](const Domain& one) { return one.id == call.argument(1); });
  if (found == domains.end()) throw notFound("domain");
  return *found;
}

Json getDomain(ApiCall& call) {
  const Domain& domain = theDomain(call);
  return {{"domain", domainJson(call.environment(), call.organization(), domain, call.now)}};
}

Json deleteDomain(ApiCall& call) {
  const std::string id = theDomain(call).id;
  std::erase_if(call.organization().domains, [&](const Domain& one) { return one.id == id; });
  call.changed();
  return Json::object();
}

/// A preview. Whether the record is there is asked of the stub of the DNS, never of a name server.
Json verifyDomain(ApiCall& call) {
  Domain& domain = theDomain(call);
  if (domainStatusAt(domain, call.now) == "FAILED") {
    throw failedPrecondition("the time to verify is over; delete the domain and add it again");
  }
  const bool before = domain.verificationStatus == "PENDING";
  const bool verified = verifyDomainAt(call.environment(), domain, call.now);
  if (before && verified) call.changed();
  return {{"verified", verified}};
}

constexpr std::array kDomainRoutes = {
    ApiRoute{"POST", "organizations/{id}/domains", createDomain},
    ApiRoute{"GET", "organizations/{id}/domains", listDomains},
    ApiRoute{"GET", "organizations/{id}/domains/{id}", getDomain},
    ApiRoute{"DELETE", "organizations/{id}/domains/{id}", deleteDomain},
    ApiRoute{"PATCH", "organizations/{id}/domains/{id}:verify", verifyDomain},
};

}  // namespace

Json domainJson(const Environment& environment, const Organization& organization, const Domain& domain,
                EpochSeconds now) {
  const char* const vouchedFor = domain.txtSecret.empty() ? "ADMIN" : "DNS";
  Json json = {{"id", domain.id},
               {"domain", domain.domain},
               {"domain_type", domain.type},
               {"environment_id", environment.id},
               {"organization_id", organization.id},
               {"verification_status", domainStatusAt(domain, now)},
               {"verification_method", domain.type == "ORGANIZATION_DOMAIN" ? vouchedFor : "NOT_APPLICABLE"},
               {"create_time", rfc3339(domain.createdAt)},
               {"update_time", rfc3339(domain.updatedAt)}};
  if (!domain.txtSecret.empty()) {
    const TxtRecord record = txtRecordOf(environment, domain);
    json["txt_record_key"] = record.key;
    json["txt_record_secret"] = record.secret;
  }
  return json;
}

std::span<const ApiRoute> domainRoutes() { return kDomainRoutes; }

}  // namespace scalekit_simulator
