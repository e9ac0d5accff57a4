// SPDX-License-Identifier: Apache-2.0
#include "tenants/mode_switch.h"

#include <algorithm>

#include "sso/error.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

/// How much a mode asks of people; what asks less than now is a way back, and needs nobody's leave.
int strictness(SsoMode mode) {
  switch (mode) {
    case SsoMode::kOff:
      return 0;
    case SsoMode::kOptional:
      return 1;
    case SsoMode::kRequired:
      return 2;
  }
  return -1;
}

/// Came in through a connection of this organization that still works, not long ago.
bool signedInThrough(const SsoSetup& setup, const std::optional<SignInThrough>& signIn, TimePoint now) {
  if (!signIn || signIn->organizationId != setup.organization.id) return false;
  if (signIn->at > now || now - signIn->at > Tenants::kFreshSignIn) return false;
  return std::any_of(setup.connections.begin(), setup.connections.end(), [&](const auto& connection) {
    return connection.id == signIn->connectionId && connection.active();
  });
}

/// While the request was on its way somebody took the last way back, or changed whom it affects.
struct NotAnyMore {
  ModeObstacle obstacle;
};

}  // namespace

std::vector<ModeObstacle> obstaclesWithoutHost(const SsoSetup& setup, const ModeRequest& request, TimePoint now) {
  const auto& organization = setup.organization;
  std::vector<ModeObstacle> found;
  if (strictness(request.mode) < 0) return {ModeObstacle::kUnknownMode};
  if (strictness(request.mode) <= strictness(organization.policy.mode)) return {};
  if (organization.status != OrganizationStatus::kActive) found.push_back(ModeObstacle::kSuspended);
  if (!setup.hasActiveConnection()) found.push_back(ModeObstacle::kNoActiveConnection);
  if (request.mode != SsoMode::kRequired) return found;
  if (organization.domains.empty()) found.push_back(ModeObstacle::kNoDomain);
  if (organization.policy.jitProvisioning && organization.policy.defaultRole.empty()) {
    found.push_back(ModeObstacle::kNoDefaultRole);
  }
  if (!signedInThrough(setup, request.signIn, now)) found.push_back(ModeObstacle::kNotSignedInThrough);
  return found;
}

std::vector<ModeObstacle> ModeSwitch::obstacles(const SsoSetup& setup, const ModeRequest& request) const {
  auto found = obstaclesWithoutHost(setup, request, clock_->now());
  const bool closesTheDoor = request.mode == SsoMode::kRequired && setup.organization.policy.mode != SsoMode::kRequired;
  if (!closesTheDoor) return found;
  const auto work = storage_->begin();  // never committed
  if (!breakGlassKept(*work, setup.organization)) found.push_back(ModeObstacle::kNoBreakGlass);
  // Last, and only then: it asks for every member.
  if (found.empty() && !previewSeen(*work, setup.organization, request)) {
    found.push_back(ModeObstacle::kPreviewNotSeen);
  }
  return found;
}

bool ModeSwitch::breakGlassKept(UnitOfWork& work, const Organization& organization) const {
  return accounts_->breakGlassOwners(work, organization.tenantId) > 0;
}

/// The preview that was shown says what one made now says. Through the connection of the asker's own sign-in, which
/// obstaclesWithoutHost() has found sound.
bool ModeSwitch::previewSeen(UnitOfWork& work, const Organization& organization, const ModeRequest& request) const {
  if (request.previewDigest.empty() || !request.signIn) return false;
  return previews_->preview(work, organization, request.signIn->connectionId).digest == request.previewDigest;
}

ModeOutcome ModeSwitch::switchMode(const Organization& stored, const ModeRequest& request, const Actor& actor) const {
  ModeOutcome outcome;
  outcome.organization = stored;
  // A way back works while Scalekit does not: only what asks more of people needs to know what stands there.
  const bool wayBack = strictness(request.mode) >= 0 && strictness(request.mode) <= strictness(stored.policy.mode);
  std::optional<SsoSetup> setup;
  if (!wayBack) {
    setup = setups_->read(stored, actor);
    outcome.organization = setup->organization;
    outcome.obstacles = obstacles(*setup, request);
    if (!outcome.obstacles.empty()) return outcome;
  }
  outcome.organization = write(outcome.organization, setup ? &*setup : nullptr, request, actor, outcome.obstacles);
  caches_.forget(outcome.organization);
  return outcome;
}

/// Judges again what is stored at that moment: whoever was faster may have taken away what the answer stood on.
Organization ModeSwitch::write(const Organization& stored, const SsoSetup* setup, const ModeRequest& request,
                               const Actor& actor, std::vector<ModeObstacle>& obstacles) const {
  Organization asStored = stored;
  const auto change = [&](const Organization& now) -> std::optional<Organization> {
    asStored = now;
    SsoSetup judged;
    if (setup != nullptr) judged = *setup;
    judged.organization = now;
    obstacles = obstaclesWithoutHost(judged, request, clock_->now());
    if (!obstacles.empty() || now.policy.mode == request.mode) return std::nullopt;
    Organization changed = now;
    changed.policy.mode = request.mode;
    return changed;
  };
  const auto event = [](const Organization& before, const Organization& after) {
    return ChangeEvent{
        "sso.organization.mode_changed",
        {{"from", std::string(nameOf(before.policy.mode))}, {"to", std::string(nameOf(after.policy.mode))}}};
  };
  // In the same transaction: the last owner with a way back must not go while the door closes, and nobody may come to
  // stand outside whom the preview did not show there.
  const auto inside = [&](UnitOfWork& work) {
    if (request.mode != SsoMode::kRequired) return;
    if (!breakGlassKept(work, asStored)) throw NotAnyMore{ModeObstacle::kNoBreakGlass};
    if (!previewSeen(work, asStored, request)) throw NotAnyMore{ModeObstacle::kPreviewNotSeen};
  };
  try {
    return changes_->apply(stored.id, actor, change, event, inside);
  } catch (const NotAnyMore& missing) {
    obstacles = {missing.obstacle};
    return asStored;
  }
}

}  // namespace sso::detail
