// SPDX-License-Identifier: Apache-2.0
#include "session_rules.h"

#include "encoding.h"

namespace scalekit_simulator {
namespace {

constexpr Seconds kShownAfterwards{7 * 86400};  ///< How long an ended session can still be read.
constexpr std::size_t kMaxUserAgent = 512;

/// The user of this login; null when the environment keeps none.
User* noteLogin(StateData& data, const Login& login, EpochSeconds now) {
  User* user = data.environment.findUserByEmail(login.person.email);
  if (user == nullptr) return nullptr;
  user->lastLoginAt = now;
  Membership* membership = user->membershipIn(login.organizationId);
  const bool waiting = membership != nullptr && membership->status == "PENDING_INVITE" &&
                       (!membership->inviteExpiresAt || now < *membership->inviteExpiresAt);
  if (waiting) {
    membership->status = "ACTIVE";
    membership->acceptedAt = now;
    membership->inviteExpiresAt.reset();
  }
  return user;
}

std::optional<EpochSeconds> idleEnd(const SessionPolicy& policy, EpochSeconds now) {
  if (!policy.custom || !policy.idleEnabled) return std::nullopt;
  return now + policy.idleMinutes * 60LL;
}

SessionPolicy policyOf(StateData& data, const std::string& organizationId) {
  const Organization* organization = data.environment.findOrganization(organizationId);
  return organization == nullptr ? SessionPolicy{} : organization->sessionPolicy;
}

}  // namespace

bool openSession(StateData& data, const Login& login, const std::string& clientId, const std::string& userAgent,
                 Instant now) {
  const EpochSeconds at = now.time_since_epoch().count();
  const User* user = noteLogin(data, login, at);
  const SessionPolicy policy = policyOf(data, login.organizationId);
  UserSession session;
  session.login = login;
  session.userId = user == nullptr ? "" : user->id;
  session.clientId = clientId;
  session.userAgent = isValidUtf8(userAgent) && userAgent.size() <= kMaxUserAgent ? userAgent : "";
  session.createdAt = session.updatedAt = session.lastActiveAt = at;
  session.absoluteExpiresAt = at + (policy.custom ? policy.absoluteMinutes : kDefaultAbsoluteMinutes) * 60LL;
  session.idleExpiresAt = idleEnd(policy, at);
  const Instant keptUntil = Instant(Seconds(session.absoluteExpiresAt)) + kShownAfterwards;
  data.sessions.put(login.sessionId, std::move(session), keptUntil);
  return user != nullptr;
}

bool touchSession(StateData& data, const std::string& sessionId, Instant now) {
  UserSession* session = data.sessions.find(sessionId, now);
  if (session == nullptr) return true;
  const EpochSeconds at = now.time_since_epoch().count();
  if (!session->open(at)) return false;
  session->lastActiveAt = session->updatedAt = at;
  // A policy that changed meanwhile holds for sessions that begin later.
  if (session->idleExpiresAt) {
    session->idleExpiresAt =
        idleEnd(policyOf(data, session->login.organizationId), at).value_or(*session->idleExpiresAt);
  }
  return true;
}

}  // namespace scalekit_simulator
