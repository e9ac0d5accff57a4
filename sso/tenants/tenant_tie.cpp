// SPDX-License-Identifier: Apache-2.0
#include "tenants/tenant_tie.h"

#include <utility>

#include "sso/error.h"
#include "sso/reason.h"
#include "sso/utf8.h"

namespace sso::detail {
namespace {

/// One maker at a time, on all instances, in each slot of this length: longer than a request may last
/// (SsoOptions::totalTimeout). Two makers can meet only across the border of two slots. Scalekit then refuses the
/// second (external_id) or, should it not, is left with an organization that nobody uses; the tie itself is an insert
/// that only one of them gets.
constexpr std::chrono::seconds kMakersSlot{15};
constexpr std::size_t kMaxNameCharacters = 200;  // CONTRACT.md 4.4
constexpr std::size_t kMaxNameBytes = 256;       // problemsOf()
constexpr std::size_t kMaxActorBytes = 255;

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
Organization tiedOrganization(const Tenant& tenant, std::string id) {
  Organization organization;
  organization.id = std::move(id);
  organization.tenantId = tenant.id;
  organization.displayName = shortened(tenant.displayName);
  organization.policy.mode = SsoMode::kOff;  // until its administrators have set it up and switched it on
  organization.policy.defaultRole = tenant.defaultRole;
  organization.policy.domainAuthority = DomainAuthority::kScalekit;
  return organization;
}

/// Before anything is made at Scalekit: could it be stored at all, with its audit event?
void checkBeforeAnythingIsMade(const Tenant& tenant, const Actor& actor) {
  const bool sound = isUtf8(tenant.id) && isUtf8(tenant.displayName) &&
                     problemsOf(tiedOrganization(tenant, "org_0")).empty() && isUtf8(actor.accountId) &&
                     hasNoControls(actor.accountId) && actor.accountId.size() <= kMaxActorBytes;
  if (!sound) throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, "no usable tenant, or account that asks");
}

}  // namespace

std::optional<Organization> TenantTie::find(std::string_view tenantId) const {
  return storage_->organizations().findByTenant(tenantId);
}

Organization TenantTie::organizationOf(const Tenant& tenant, const Actor& actor) const {
  checkBeforeAnythingIsMade(tenant, actor);
  if (auto organization = find(tenant.id)) return *std::move(organization);
  const bool ourTurn = takeTurn(tenant);
  // Somebody else made it between our look and our turn, or while it was not ours.
  if (auto organization = find(tenant.id)) return *std::move(organization);
  if (!ourTurn) {
    throw Error(ErrorCode::kUpstreamUnavailable, reason::kUpstream,
                "this tenant's organization is being made by another request", "try again in a few seconds");
  }
  const auto found = findOrCreate(tenant);
  requireFeatures(found);
  return tie(tenant, found, actor);
}

/// The slot is part of the key, because a key stays used until somebody prunes it (ReplayStore).
bool TenantTie::takeTurn(const Tenant& tenant) const {
  const auto slot = clock_->now().time_since_epoch() / kMakersSlot;
  return storage_->replays().useOnce("tenant.tie:" + std::to_string(slot) + ":" + tenant.id,
                                     clock_->now() + 2 * kMakersSlot);
}

scalekit::Organization TenantTie::findOrCreate(const Tenant& tenant) const {
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
  if (!found || found->externalId != tenant.id || !problemsOf(tiedOrganization(tenant, found->id)).empty()) {
    throw Error(ErrorCode::kUpstreamRejected, reason::kUpstream, "Scalekit answered with another organization's data");
  }
  return *std::move(found);
}

/// Without them the portal shows nothing to set up (CONTRACT.md 5.1). Asked for once, before the tie: an operator who
/// takes one away later is not overruled.
void TenantTie::requireFeatures(const scalekit::Organization& found) const {
  std::vector<scalekit::Feature> missing;
  for (const auto name : {scalekit::feature::kSso, scalekit::feature::kDomainVerification}) {
    if (!found.has(name)) missing.push_back({std::string(name), true});
  }
  if (!missing.empty()) client_->organizations().setFeatures(found.id, missing);
}

Organization TenantTie::tie(const Tenant& tenant, const scalekit::Organization& found, const Actor& actor) const {
  Organization organization = tiedOrganization(tenant, found.id);
  try {
    changes_->insert(organization, actor, {"sso.organization.tied", {{"tenant", tenant.id}}});
    ++organization.version;
    return organization;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kConflict) throw;
  }
  if (auto theirs = find(tenant.id)) return *std::move(theirs);  // another request was faster
  throw Error(ErrorCode::kConflict, reason::kConfig, "this Scalekit organization belongs to another tenant",
              "give each organization its own external_id in Scalekit, and correct the one that is wrong");
}

}  // namespace sso::detail
