// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "identity/decision.h"
#include "identity/facts.h"

/// Every member of the facts and of a decision, each once, with its stable name. Each function takes the whole apart by
/// a structured binding, so that a new member does not compile until somebody has said here what it is called, or that
/// it is left out. visit(name, member) or visit(name, member, since): since is the first kRecordFormat that has it.
namespace sso::detail {

/// Of an account: nothing that says whose it is. Which account is which is told by the member that holds it.
template <typename Account, typename Visit>
void visitAccount(Account& account, Visit&& visit) {
  auto& [id, email, state, emailVerified, member, privileged, breakGlass, displayName, creationKey, lastUsedAt,
         mayBeDeactivated] = account;
  static_cast<void>(id), static_cast<void>(email), static_cast<void>(displayName), static_cast<void>(creationKey);
  static_cast<void>(lastUsedAt), static_cast<void>(mayBeDeactivated);  // linked_dormant says what came of them
  visit("state", state);
  visit("email_verified", emailVerified);
  visit("member", member);
  visit("privileged", privileged);
  visit("break_glass", breakGlass);
}

template <typename Roles, typename Visit>
void visitGrantedRoles(Roles& granted, Visit&& visit) {
  auto& [roles, oneRole, lastOwner] = granted;
  visit("roles", roles);
  visit("one_role", oneRole);
  visit("last_owner", lastOwner);
}

template <typename Mapped, typename Visit>
void visitMappedRole(Mapped& mapped, Visit&& visit) {
  auto& [role, kind] = mapped;
  visit("role", role);
  visit("kind", kind);
}

template <typename AnyFacts, typename Visit>
void visitFacts(AnyFacts& facts, Visit&& visit) {
  auto& [origin, stateReturned, organizationMatches, connectionMatches, issuedAt, authenticatedAt, verifiedAt, now,
         clockSkew, maxAssertionAge, organization, connection, mode, jitProvisioning, approvalRequired,
         updateAttributes, directoryActive, connectionTrusted, believedWhenSilent, linkExisting, defaultRole,
         defaultRoleName, approval, seats, creations, email, emailVerified, emailDomain, groups, groupMappingConfigured,
         roleCeiling, mappedRoles, grantedRoles, directory, invitation, invitationRole, tombstone, identityKnown,
         identityOfThisOrganization, linked, linkedDormant, linkedEmailOwned, emailDiffers, displayNameDiffers, holder,
         holderIdentities, holderElsewhere, holderDormant, holderByExternalId, holderAddressProvenAt,
         externalIdContradicts, externalIdAmbiguous, migration, proof, addressProvenAt] = facts;
  visit("origin", origin);
  visit("state_returned", stateReturned);
  visit("organization_matches", organizationMatches);
  visit("connection_matches", connectionMatches);
  visit("issued_at", issuedAt);
  visit("authenticated_at", authenticatedAt);
  visit("verified_at", verifiedAt);
  visit("now", now);
  visit("clock_skew", clockSkew);
  visit("max_assertion_age", maxAssertionAge);
  visit("organization", organization);
  visit("connection", connection);
  visit("mode", mode);
  visit("jit_provisioning", jitProvisioning);
  visit("approval_required", approvalRequired);
  visit("update_attributes", updateAttributes);
  visit("directory_active", directoryActive);
  visit("connection_trusted", connectionTrusted);
  visit("believed_when_silent", believedWhenSilent);
  visit("link_existing", linkExisting);
  visit("default_role", defaultRole);
  visit("default_role_name", defaultRoleName);
  visit("approval", approval);
  visit("seats", seats);
  visit("creations", creations);
  visit("email", email);
  visit("email_verified", emailVerified);
  visit("email_domain", emailDomain);
  visit("groups", groups);
  visit("group_mapping_configured", groupMappingConfigured);
  visit("role_ceiling", roleCeiling);
  visit("mapped_roles", mappedRoles);
  visit("granted_roles", grantedRoles);
  visit("directory", directory);
  visit("invitation", invitation);
  visit("invitation_role", invitationRole);
  visit("tombstone", tombstone);
  visit("identity_known", identityKnown);
  visit("identity_of_this_organization", identityOfThisOrganization);
  visit("linked", linked);
  visit("linked_dormant", linkedDormant);
  visit("linked_email_owned", linkedEmailOwned);
  visit("email_differs", emailDiffers);
  visit("display_name_differs", displayNameDiffers);
  visit("holder", holder);
  visit("holder_identities", holderIdentities);
  visit("holder_elsewhere", holderElsewhere);
  visit("holder_dormant", holderDormant);
  visit("holder_by_external_id", holderByExternalId);
  visit("holder_address_proven_at", holderAddressProvenAt);
  visit("external_id_contradicts", externalIdContradicts);
  visit("external_id_ambiguous", externalIdAmbiguous);
  visit("migration", migration);
  visit("proof", proof);
  visit("address_proven_at", addressProvenAt);
}

template <typename AnyDecision, typename Visit>
void visitDecision(AnyDecision& decision, Visit&& visit) {
  auto& [outcome, code, row, whom, proven, takeEmail, takeDisplayName, relink, join, reclaim, roles, notices] =
      decision;
  visit("outcome", outcome);
  visit("code", code);
  visit("row", row);
  visit("whom", whom);
  visit("proven", proven);
  visit("take_email", takeEmail);
  visit("take_display_name", takeDisplayName);
  visit("relink", relink);
  visit("join", join);
  visit("reclaim", reclaim);
  visit("roles", roles);
  visit("notices", notices);
}

}  // namespace sso::detail
