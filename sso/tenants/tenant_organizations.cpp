// SPDX-License-Identifier: Apache-2.0
#include "tenants/tenant_organizations.h"

#include "identity/run_unit_of_work.h"
#include "sso/error.h"
#include "sso/reason.h"
#include "sso/utf8.h"

namespace sso::detail {
namespace {

/// One maker at a time, on all instances. Longer than a request may last (SsoOptions::totalTimeout), so whoever holds
/// it has finished or given up by then.
constexpr std::chrono::seconds kMakersTurn{15};
constexpr std::size_t kMaxNameCharacters = 200;  // CONTRACT.md 4.4
constexpr std::size_t kMaxNameBytes = 256;       // problemsOf()

/// As much as both sides keep, cut between two characters.
std::string shortened(const std::string& name) {
  std::size_t characters = 0, end = 0;
  for (std::size_t i = 0; i <= name.size(); ++i) {
    const bool begins = i == name.size() || (static_cast<unsigned char>(name[i]) & 0xC0U) != 0x80U;
    if (!begins) continue;
    if (i > kMaxNameBytes || characters > kMaxNameCharacters) break;
    end = i;
    ++characters;
  }
  return name.substr(0, end);
}

/// What is stored once Scalekit's id is known.
Organization organizationFor(const Tenant& tenant, std::string id) {
  Organization organization;
  organization.id = std::move(id);
  organization.tenantId = tenant.id;
  organization.displayName = shortened(tenant.displayName);
  organization.policy.mode = SsoMode::kOff;  // until its administrators have set it up and switched it on
  return organization;
}

/// Before anything is made at Scalekit: could the pair be stored at all?
void checkTenant(const Tenant& tenant) {
  const bool sound =
      isUtf8(tenant.id) && isUtf8(tenant.displayName) && problemsOf(organizationFor(tenant, "org_0")).empty();
  if (!sound) throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, "a tenant has no usable id or name");
}

}  // namespace

Organization TenantOrganizations::organizationOf(const Tenant& tenant, std::string_view accountId) const {
  checkTenant(tenant);
  auto& stored = storage_->organizations();
  if (auto organization = stored.findByTenant(tenant.id)) return *std::move(organization);
  const bool ourTurn = storage_->replays().useOnce("tenant.organization:" + tenant.id, clock_->now() + kMakersTurn);
  // Somebody else made it between our look and our turn, or while it was not ours.
  if (auto organization = stored.findByTenant(tenant.id)) return *std::move(organization);
  if (!ourTurn) {
    throw Error(ErrorCode::kUpstreamUnavailable, reason::kUpstream,
                "this tenant's organization is being made by another request", "try again in a few seconds");
  }
  return tie(tenant, findOrCreate(tenant), accountId);
}

scalekit::Organization TenantOrganizations::findOrCreate(const Tenant& tenant) const {
  const auto& organizations = client_->organizations();
  auto found = organizations.byExternalId(tenant.id);
  if (!found) {
    try {
      found = organizations.create({.displayName = shortened(tenant.displayName), .externalId = tenant.id});
    } catch (const scalekit::ApiError& error) {
      if (error.refusal() != scalekit::Refusal::kConflict) throw;
      found = organizations.byExternalId(tenant.id);  // made by hand at this very moment
    }
  }
  // Threat: an answer about another organization would hand one customer's sign-in to another (SEC-MG-06).
  if (!found || found->externalId != tenant.id) {
    throw Error(ErrorCode::kUpstreamRejected, reason::kUpstream, "Scalekit answered with another organization's data");
  }
  return *std::move(found);
}

Organization TenantOrganizations::tie(const Tenant& tenant, const scalekit::Organization& found,
                                      std::string_view accountId) const {
  auto& stored = storage_->organizations();
  if (const auto other = stored.findOrganization(found.id); other && other->tenantId != tenant.id) {
    throw Error(ErrorCode::kConflict, reason::kConfig, "this Scalekit organization belongs to another tenant",
                "give each organization its own external_id in Scalekit, and correct the one that is wrong");
  }
  const Organization organization = organizationFor(tenant, found.id);
  runUnitOfWork(*storage_, [&](UnitOfWork& work) {
    stored.saveOrganization(work, organization);
    AuditEvent event;
    event.name = "sso.organization.tied";
    event.organizationId = organization.id;
    event.accountId = accountId;
    event.details = {{"tenant", organization.tenantId}};
    event.at = clock_->now();
    storage_->audit().record(work, event);
    work.commit();
  });
  return stored.findByTenant(tenant.id).value_or(organization);
}

}  // namespace sso::detail
