// SPDX-License-Identifier: Apache-2.0
#include "management/organizations.h"

#include <algorithm>
#include <array>

#include "encoding.h"
#include "management/field_reader.h"
#include "management/limits.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

/// Documented as 10 to 100; smaller pages are served too, which is what tests of paging want.
constexpr PageLimits kOrganizationPage{10, 1, 100};
constexpr std::size_t kMaxOrganizationMetadata = 10;
constexpr const char* kSlug = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*";
constexpr const char* kHttpsUrl = "https://[^\\s/?#][^\\s]*";

/// What a body asks for; nullopt leaves alone.
struct Wanted {
  std::optional<std::string> displayName, externalId, slug, logoUrl, regionCode;
  std::optional<Metadata> metadata;

  void applyTo(Organization& organization) const {
    if (displayName) organization.displayName = *displayName;
    if (externalId) organization.externalId = *externalId;
    if (slug) organization.slug = *slug;
    if (logoUrl) organization.logoUrl = *logoUrl;
    if (regionCode) organization.regionCode = *regionCode;
    if (metadata) organization.metadata = *metadata;  // Replaces the whole map (CONTRACT.md 4.4).
  }
};

Wanted readWanted(const Json& body, bool fresh) {
  std::vector<FieldViolation> violations;
  FieldReader reader(body, "organization", violations);
  Wanted wanted;
  if (fresh) {
    wanted.displayName = reader.requiredText("display_name", {1, 200});
    wanted.regionCode = reader.oneOf("region_code", {"US", "EU"});  // In the descriptors only: a preview.
  } else {
    wanted.displayName = reader.text("display_name", {1, 200});
  }
  wanted.externalId = reader.text("external_id", {0, 256});
  // An empty slug clears the old one; a new organization cannot have one.
  wanted.slug = reader.text("slug", {fresh ? 1U : 0U, 253, kSlug});
  wanted.logoUrl = reader.text("logo_url", {0, 1024, kHttpsUrl});
  wanted.metadata = reader.metadata("metadata", kMaxOrganizationMetadata);
  reader.finish();
  throwIfAny(std::move(violations));
  return wanted;
}

/// External ids and slugs are unique in the environment; that Scalekit answers 409 is assumed (CONTRACT.md 4.4).
void refuseTaken(const Environment& environment, const Wanted& wanted, const Organization* self) {
  const auto taken = [&](const std::optional<std::string>& value, std::string Organization::*member) {
    return value && !value->empty() &&
           std::any_of(environment.organizations.begin(), environment.organizations.end(),
                       [&](const Organization& other) { return &other != self && other.*member == *value; });
  };
  if (taken(wanted.externalId, &Organization::externalId)) {
    throw alreadyExists("an organization with this external_id exists");
  }
  if (taken(wanted.slug, &Organization::slug)) throw alreadyExists("an organization with this slug exists");
}

Json createOrganization(ApiCall& call) {
  const Wanted wanted = readWanted(call.body(), true);
  auto& organizations = call.environment().organizations;
  refuseTaken(call.environment(), wanted, nullptr);
  if (organizations.size() >= limits::kOrganizations) throw resourceExhausted("there are too many organizations");
  Organization organization;
  organization.id = call.context.ids.next("org");
  // As in Scalekit, features are off until somebody turns them on.
  organization.ssoEnabled = false;
  organization.createdAt = organization.updatedAt = call.now;
  wanted.applyTo(organization);
  organizations.push_back(std::move(organization));
  call.changed();
  return {{"organization", organizationJson(organizations.back())}};
}

Json listOrganizations(ApiCall& call) {
  const auto externalId = call.params.get("external_id");
  std::vector<const Organization*> matching;
  for (const auto& candidate : call.environment().organizations) {
    if (!externalId || candidate.externalId == *externalId) matching.push_back(&candidate);
  }
  return pagedAnswer(call, kOrganizationPage, "organizations", matching, organizationJson);
}

Json searchOrganizations(ApiCall& call) {
  const std::string query = searchQuery(call);
  std::vector<const Organization*> matching;
  for (const auto& candidate : call.environment().organizations) {
    for (const auto& text : {candidate.id, candidate.displayName, candidate.externalId, candidate.slug}) {
      if (toLower(text).find(query) == std::string::npos) continue;
      matching.push_back(&candidate);
      break;
    }
  }
  return pagedAnswer(call, {10, 1, 30}, "organizations", matching, organizationJson);
}

Json getOrganization(ApiCall& call) { return {{"organization", organizationJson(call.organization())}}; }

Json getByExternalId(ApiCall& call) {
  for (const auto& candidate : call.environment().organizations) {
    if (candidate.externalId == call.argument(0)) return {{"organization", organizationJson(candidate)}};
  }
  throw notFound("organization");
}

Json updateOrganization(ApiCall& call) {
  Organization& organization = call.organization();
  const Wanted wanted = readWanted(call.body(), false);
  refuseTaken(call.environment(), wanted, &organization);
  wanted.applyTo(organization);
  organization.updatedAt = call.now;
  call.changed();
  return {{"organization", organizationJson(organization)}};
}

/// Takes everything with it: connections, domains, memberships, links and the sessions of its people.
Json deleteOrganization(ApiCall& call) {
  const std::string id = call.organization().id;
  for (auto& user : call.environment().users) {
    std::erase_if(user.memberships, [&](const Membership& one) { return one.organizationId == id; });
  }
  std::vector<std::string> links;
  call.data.portalLinks.forEach([&](const std::string& key, const PortalLink& link, Instant) {
    if (link.organizationId == id) links.push_back(key);
  });
  for (const auto& key : links) call.data.portalLinks.erase(key);
  call.data.endLogins([&](const Login& login) { return login.organizationId == id; }, "revoked",
                      Instant(Seconds(call.now)));
  std::erase_if(call.environment().organizations, [&](const Organization& one) { return one.id == id; });
  call.changed();
  return Json::object();
}

constexpr std::array kOrganizationRoutes = {
    ApiRoute{"POST", "organizations", createOrganization, 201},
    ApiRoute{"GET", "organizations", listOrganizations},
    ApiRoute{"GET", "organizations:search", searchOrganizations},
    ApiRoute{"GET", "organizations:external/{text}", getByExternalId},
    ApiRoute{"GET", "organizations/{id}", getOrganization},
    ApiRoute{"PATCH", "organizations/{id}", updateOrganization},
    ApiRoute{"DELETE", "organizations/{id}", deleteOrganization},
};

}  // namespace

Json organizationJson(const Organization& organization) {
  const auto feature = [](const char* name, bool enabled) { return Json{{"name", name}, {"enabled", enabled}}; };
  Json json = {{"id", organization.id},
               {"create_time", rfc3339(organization.createdAt)},
               {"update_time", rfc3339(organization.updatedAt)},
               {"display_name", organization.displayName},
               {"region_code", organization.regionCode},
               {"external_id", organization.externalId},
               {"metadata", organization.metadata},
               {"settings",
                {{"features", Json::array({feature("sso", organization.ssoEnabled),
                                           feature("dir_sync", organization.directoryEnabled),
                                           feature("domain_verification", organization.domainVerificationEnabled),
                                           feature("session_policy", organization.sessionPolicyEnabled)})}}}};
  // Their schemas refuse empty texts.
  if (!organization.slug.empty()) json["slug"] = organization.slug;
  if (!organization.logoUrl.empty()) json["logo_url"] = organization.logoUrl;
  return json;
}

std::span<const ApiRoute> organizationRoutes() { return kOrganizationRoutes; }

}  // namespace scalekit_simulator
