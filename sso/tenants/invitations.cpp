// SPDX-License-Identifier: Apache-2.0
#include "sso/invitations.h"

#include <utility>

#include "base/link_token.h"
#include "identity/run_unit_of_work.h"
#include "scalekit/connection_directory.h"
#include "sso/digest.h"
#include "sso/error.h"
#include "sso/identity.h"
#include "sso/reason.h"
#include "tenants/event_by.h"

namespace sso {
namespace {

using Obstacle = InvitationObstacle;
using Added = InvitationStore::Added;

void requireSoundLifetime(std::chrono::seconds lifetime, const Actor& actor) {
  if (lifetime < Invitations::kShortest || lifetime > Invitations::kLongest) {
    throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, "an invitation lasts an hour to thirty days");
  }
  if (actor.accountId.empty()) {
    throw Error(ErrorCode::kInvalidRequest, reason::kHost, "an invitation is made by an account");
  }
}

/// Asked before anything is written, outside of the unit: it may ask Scalekit.
bool isActiveConnection(detail::ConnectionDirectory& connections, const std::string& organizationId,
                        const std::string& connectionId) {
  if (connectionId.empty()) return false;
  switch (connections.ofOrganization(organizationId, connectionId)) {
    case detail::ConnectionDirectory::Answer::kActive:
      return true;
    case detail::ConnectionDirectory::Answer::kInactive:
      return false;
    case detail::ConnectionDirectory::Answer::kUnknown:
      break;
  }
  throw Error(ErrorCode::kUpstreamUnavailable, reason::kUpstream, "Scalekit cannot be asked about the connection");
}

Obstacle obstacleOf(Added added) {
  switch (added) {
    case Added::kYes:
      return Obstacle::kNone;
    case Added::kInvitedAlready:
      return Obstacle::kInvitedAlready;
    case Added::kTooMany:
      return Obstacle::kTooMany;
  }
  return Obstacle::kTooMany;
}

}  // namespace

Invitations::Invitations(std::shared_ptr<Storage> storage, std::shared_ptr<AccountStore> accounts,
                         std::shared_ptr<detail::ConnectionDirectory> connections, std::shared_ptr<Clock> clock,
                         std::shared_ptr<RandomSource> random)
    : storage_(std::move(storage)),
      accounts_(std::move(accounts)),
      connections_(std::move(connections)),
      clock_(std::move(clock)),
      random_(std::move(random)) {}

InvitationOutcome Invitations::invite(std::string_view tenantId, const InvitationRequest& request,
                                      const Actor& actor) const {
  requireSoundLifetime(request.lifetime, actor);
  const auto email = canonicalEmail(request.email);
  if (!email) return {Obstacle::kBadAddress};
  const auto organization = storage_->organizations().findByTenant(tenantId);
  if (!organization) return {Obstacle::kNotTied};
  const bool open = organization->status == OrganizationStatus::kActive && organization->policy.mode != SsoMode::kOff;
  if (!open) return {Obstacle::kSsoOff};
  if (!isActiveConnection(*connections_, organization->id, request.connectionId)) return {Obstacle::kNoConnection};

  NewInvitation made;
  made.token = detail::newLinkToken(*random_);
  made.organizationName = organization->displayName;
  auto& invitation = made.invitation;
  invitation.id = detail::newLinkId(*random_);
  invitation.tokenHash = sha256Hex(made.token.reveal());
  invitation.organizationId = organization->id;
  invitation.tenantId = organization->tenantId;
  invitation.connectionId = request.connectionId;
  invitation.email = *email;
  invitation.role = request.role;
  invitation.invitedBy = actor.accountId;
  invitation.sentAt = clock_->now();
  invitation.expiresAt = invitation.sentAt + request.lifetime;

  auto obstacle = Obstacle::kNone;
  detail::runUnitOfWork(*storage_, [&](UnitOfWork& work) {
    const auto kind = accounts_->kindOfRole(work, tenantId, request.role);
    const bool grantable = kind == RoleKind::kOrdinary || kind == RoleKind::kAdmin;
    obstacle = Obstacle::kBadRole;
    if (!grantable || !accounts_->knowsRole(work, tenantId, request.role)) return;
    const auto holder = accounts_->findByEmail(work, *email, tenantId);
    obstacle = Obstacle::kMember;
    if (holder && holder->member) return;
    obstacle = obstacleOf(storage_->invitations().addInvitation(work, invitation, kMostOpen));
    if (obstacle != Obstacle::kNone) return;
    record(work, "sso.invitation.created", invitation, actor);
    work.commit();
  });
  if (obstacle != Obstacle::kNone) return {obstacle};
  return {Obstacle::kNone, std::move(made)};
}

std::optional<NewInvitation> Invitations::renew(std::string_view tenantId, std::string_view id,
                                                std::chrono::seconds lifetime, const Actor& actor) const {
  requireSoundLifetime(lifetime, actor);
  const auto organization = storage_->organizations().findByTenant(tenantId);
  if (!organization) return std::nullopt;
  NewInvitation made;
  made.token = detail::newLinkToken(*random_);
  made.organizationName = organization->displayName;
  bool renewed = false;
  detail::runUnitOfWork(*storage_, [&](UnitOfWork& work) {
    const auto now = clock_->now();
    const auto stored = storage_->invitations().renewInvitation(work, tenantId, id, sha256Hex(made.token.reveal()), now,
                                                                now + lifetime);
    // One that was sent for another organization, before the tenant got this one, invites to nothing any more.
    renewed = stored && stored->organizationId == organization->id;
    if (!renewed) return;
    made.invitation = *stored;
    record(work, "sso.invitation.renewed", *stored, actor);
    work.commit();
  });
  if (!renewed) return std::nullopt;
  return made;
}

bool Invitations::revoke(std::string_view tenantId, std::string_view id, const Actor& actor) const {
  bool removed = false;
  detail::runUnitOfWork(*storage_, [&](UnitOfWork& work) {
    const auto invitation = storage_->invitations().removeInvitation(work, tenantId, id);
    removed = invitation.has_value();
    if (!removed) return;
    record(work, "sso.invitation.revoked", *invitation, actor);
    work.commit();
  });
  return removed;
}

std::vector<Invitation> Invitations::list(std::string_view tenantId) const {
  return storage_->invitations().invitationsOf(tenantId, kMostOpen);
}

std::optional<SharedInvitation> Invitations::find(std::string_view token) const {
  if (!detail::hasFormOfLinkToken(token)) return std::nullopt;
  std::optional<Invitation> invitation;
  {
    const auto work = storage_->begin();  // reads only; its connection goes back before the next one is asked for
    invitation = storage_->invitations().findInvitation(*work, sha256Hex(token));
  }
  if (!invitation || invitation->expiresAt <= clock_->now()) return std::nullopt;
  const auto organization = storage_->organizations().findOrganization(invitation->organizationId);
  if (!organization || organization->tenantId != invitation->tenantId ||
      organization->status != OrganizationStatus::kActive) {
    return std::nullopt;
  }
  return SharedInvitation{std::move(*invitation), organization->displayName};
}

void Invitations::record(UnitOfWork& work, std::string_view name, const Invitation& invitation,
                         const Actor& actor) const {
  auto event = detail::eventBy(actor, name, invitation.organizationId, clock_->now());
  event.connectionId = invitation.connectionId;
  event.details = {{"invitation", invitation.id}, {"role", invitation.role}};
  storage_->audit().record(work, event);
}

}  // namespace sso
