// SPDX-License-Identifier: Apache-2.0
#include "login/sign_in_router.h"

#include <utility>

#include "identity/jit_policy.h"
#include "sso/identity.h"

namespace sso::detail {

SignInRouter::SignInRouter(std::shared_ptr<OrganizationCache> organizations,
                           std::shared_ptr<ConnectionDirectory> connections)
    : organizations_(std::move(organizations)), connections_(std::move(connections)) {}

SignInRoute SignInRouter::forEmail(std::string_view email) const {
  const auto canonical = canonicalEmail(email);
  if (!canonical || isPublicMailDomain(domainOf(*canonical))) return {};
  return routeOf(organizations_->byDomain(domainOf(*canonical)), domainOf(*canonical));
}

SignInRoute SignInRouter::forTenant(std::string_view tenantId) const {
  return routeOf(organizations_->byTenant(tenantId), {});
}

bool SignInRouter::admits(std::string_view organizationId, std::string_view connectionId) const {
  const auto organization = organizations_->byId(organizationId);
  if (!organization) return false;
  const auto connection = standingOf(connections_->ofOrganization(organizationId, connectionId));
  return refusalBeforeRedirect(standingOf(organization.get()), organization->policy.mode, connection) ==
         DenyCode::kNone;
}

SignInRoute SignInRouter::routeOf(const OrganizationCache::Found& organization, std::string_view domain) const {
  if (!organization || organization->policy.mode == SsoMode::kOff) return {};
  const bool required = organization->policy.mode == SsoMode::kRequired;
  const bool active = organization->status == OrganizationStatus::kActive;
  if (!active) return required ? SignInRoute{true, false, organization->id} : SignInRoute{};
  if (!required) {
    const auto connection = standingOf(connections_->ofOrganization(organization->id, ""));
    if (connection == ConnectionStanding::kInactive) return {};
  }
  // Where it is required nothing was asked so far, and an emergency sign-in must not wait for Scalekit.
  if (required || domain.empty()) return {true, !required, organization->id};
  return {true, true, organization->id, connections_->servingDomain(organization->id, domain)};
}

ConnectionStanding standingOf(ConnectionDirectory::Answer answer) {
  switch (answer) {
    case ConnectionDirectory::Answer::kActive:
      return ConnectionStanding::kActive;
    case ConnectionDirectory::Answer::kInactive:
      return ConnectionStanding::kInactive;
    case ConnectionDirectory::Answer::kUnknown:
      return ConnectionStanding::kUnknown;
  }
  return ConnectionStanding::kInactive;
}

OrganizationStanding standingOf(const Organization* organization) {
  if (organization == nullptr) return OrganizationStanding::kUnknown;
  return organization->status == OrganizationStatus::kActive ? OrganizationStanding::kActive
                                                             : OrganizationStanding::kSuspended;
}

}  // namespace sso::detail
