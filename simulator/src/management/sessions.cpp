// SPDX-License-Identifier: Apache-2.0
#include "management/sessions.h"

#include <algorithm>
#include <array>

#include "encoding.h"
#include "management/field_reader.h"
#include "management/users.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

constexpr PageLimits kSessionPage{10, 1, 100};
constexpr std::array<std::string_view, 4> kStatuses = {"active", "expired", "revoked", "logout"};

std::string statusOf(const UserSession& session, EpochSeconds now) {
  return session.status == "active" && !session.open(now) ? "expired" : session.status;
}

/// The members that a revocation answers with as well.
Json shortJson(const UserSession& session, EpochSeconds now) {
  const std::string status = statusOf(session, now);
  Json json = {{"session_id", session.login.sessionId},
               {"user_id", session.userId},
               {"status", status},
               {"created_at", rfc3339(session.createdAt)},
               {"updated_at", rfc3339(session.updatedAt)},
               {"absolute_expires_at", rfc3339(session.absoluteExpiresAt)},
               {"last_active_at", rfc3339(session.lastActiveAt)}};
  if (session.idleExpiresAt) json["idle_expires_at"] = rfc3339(*session.idleExpiresAt);
  if (session.endedAt) json["logout_at"] = rfc3339(*session.endedAt);
  if (status == "expired") {
    json["expired_at"] =
        rfc3339(std::min(session.absoluteExpiresAt, session.idleExpiresAt.value_or(session.absoluteExpiresAt)));
  }
  return json;
}

Json sessionJson(const UserSession& session, EpochSeconds now) {
  const std::string& organizationId = session.login.organizationId;
  Json json = shortJson(session, now);
  json["organization_id"] = organizationId;
  json["authenticated_organizations"] = Json::array({organizationId});
  json["authenticated_clients"] = Json::array({{{"client_id", session.clientId}, {"organization_id", organizationId}}});
  json["device"] = {{"user_agent", session.userAgent}};
  return json;
}

UserSession& theSession(const ApiCall& call) {
  UserSession* session = call.data.sessions.find(call.argument(0), Instant(Seconds(call.now)));
  if (session == nullptr) throw notFound("session");
  return *session;
}

Json getSession(ApiCall& call) { return sessionJson(theSession(call), call.now); }

/// Ends the login wherever it reaches: refresh tokens, access tokens of theirs, the browser at the identity provider.
void end(ApiCall& call, const std::string& sessionId) {
  call.data.endLogins([&](const Login& login) { return login.sessionId == sessionId; }, "revoked",
                      Instant(Seconds(call.now)));
  call.changed();
}

/// A session that has ended stays as it is.
Json revokeSession(ApiCall& call) {
  UserSession& session = theSession(call);
  end(call, session.login.sessionId);
  return {{"revoked_session", shortJson(session, call.now)}};
}

std::vector<UserSession*> sessionsOf(const ApiCall& call, const std::string& userId) {
  std::vector<UserSession*> sessions;
  call.data.sessions.forEach([&](const std::string&, UserSession& session, Instant keptUntil) {
    if (session.userId == userId && Instant(Seconds(call.now)) < keptUntil) sessions.push_back(&session);
  });
  std::sort(sessions.begin(), sessions.end(), [](const UserSession* a, const UserSession* b) {
    return a->createdAt != b->createdAt ? a->createdAt > b->createdAt : a->login.sessionId > b->login.sessionId;
  });
  return sessions;
}

std::vector<std::string> wantedStatuses(const ApiCall& call) {
  auto wanted = call.params.all("filter.status");
  for (auto& status : wanted) {
    status = toLower(status);
    if (std::find(kStatuses.begin(), kStatuses.end(), status) == kStatuses.end()) {
      throwViolation("filter.status", "value must be in list [active, expired, revoked, logout]", "string.in");
    }
  }
  return wanted;
}

Json listSessions(ApiCall& call) {
  const User& user = userById(call, 0);
  const auto wanted = wantedStatuses(call);
  const auto from = timeParameter(call, "filter.start_time");
  const auto to = timeParameter(call, "filter.end_time");
  if (from && to && *to < *from) throwViolation("filter.end_time", "value must not be before start_time", "timestamp");
  std::vector<const UserSession*> shown;
  for (const UserSession* session : sessionsOf(call, user.id)) {
    const bool fits =
        wanted.empty() || std::find(wanted.begin(), wanted.end(), statusOf(*session, call.now)) != wanted.end();
    const bool inTime = (!from || session->createdAt >= *from) && (!to || session->createdAt <= *to);
    if (fits && inTime) shown.push_back(session);
  }
  return pagedAnswer(call, kSessionPage, "sessions", shown,
                     [&](const UserSession& session) { return sessionJson(session, call.now); });
}

Json revokeAll(ApiCall& call) {
  std::vector<UserSession*> open;
  for (UserSession* session : sessionsOf(call, userById(call, 0).id)) {
    if (session->open(call.now)) open.push_back(session);
  }
  Json revoked = Json::array();
  for (UserSession* session : open) {
    end(call, session->login.sessionId);
    revoked.push_back(shortJson(*session, call.now));
  }
  return {{"revoked_sessions", std::move(revoked)}, {"total_revoked", open.size()}};
}

constexpr std::array kSessionRoutes = {
    ApiRoute{"GET", "sessions/{id}", getSession},
    ApiRoute{"POST", "sessions/{id}/revoke", revokeSession},
    ApiRoute{"GET", "users/{id}/sessions", listSessions, 200, "filter.status"},
    ApiRoute{"POST", "users/{id}/sessions/revoke", revokeAll},
};

}  // namespace

std::span<const ApiRoute> sessionRoutes() { return kSessionRoutes; }

}  // namespace scalekit_simulator
