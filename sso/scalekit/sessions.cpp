// SPDX-License-Identifier: Apache-2.0
#include "sso/scalekit/sessions.h"

#include "base/ascii_case.h"
#include "scalekit/json_fields.h"
#include "scalekit/rest_api.h"

namespace sso::scalekit {
namespace {

using namespace sso::detail;
using nlohmann::json;

Session sessionFrom(const json& object) {
  Session session;
  session.id = idField(object, "session_id");
  session.userId = textField(object, "user_id");
  session.organizationId = textField(object, "organization_id");
  // "active" in one place of the reference and "ACTIVE" in another (CONTRACT.md 4.10).
  session.status = inLowerCase(textField(object, "status"));
  session.authenticatedOrganizations = textsField(object, "authenticated_organizations");
  const json& device = objectField(object, "device");
  session.userAgent = textField(device, "user_agent");
  session.browser = textField(device, "browser");
  session.operatingSystem = textField(device, "os");
  session.deviceType = textField(device, "device_type");
  session.ip = textField(device, "ip");
  session.createTime = timeField(object, "created_at");
  session.updateTime = timeField(object, "updated_at");
  session.idleExpiryTime = timeField(object, "idle_expires_at");
  session.absoluteExpiryTime = timeField(object, "absolute_expires_at");
  session.expiryTime = timeField(object, "expired_at");
  session.logoutTime = timeField(object, "logout_at");
  session.lastActiveTime = timeField(object, "last_active_at");
  return session;
}

}  // namespace

Session Sessions::get(std::string_view id) const {
  const json answer = api_->get("sessions.get", ApiPath("sessions").id(id));
  // The reference shows the session both bare and under "session".
  Session session = sessionFrom(answer.contains("session") ? requiredObject(answer, "session") : answer);
  requireAsked(session.id, id);
  return session;
}

Listing<Session> Sessions::listOf(std::string_view userId, std::string_view status) const {
  const ApiPath path = ApiPath("users").id(userId).word("sessions");
  return Listing<Session>([api = api_, path, status = std::string(status)](const std::string& pageToken) {
    auto query = pageQuery(kSmallPage, pageToken);
    if (!status.empty()) query.emplace_back("filter.status", status);
    return pageOf<Session>(api->get("sessions.listOf", path, query), "sessions", sessionFrom);
  });
}

Session Sessions::revoke(std::string_view id) const {
  const auto answer = api_->once("sessions.revoke", "POST", ApiPath("sessions").id(id).word("revoke"));
  return sessionFrom(requiredObject(answer, "revoked_session"));
}

std::vector<Session> Sessions::revokeAllOf(std::string_view userId) const {
  const auto path = ApiPath("users").id(userId).word("sessions").word("revoke");
  return listField<Session>(api_->once("sessions.revokeAllOf", "POST", path), "revoked_sessions", sessionFrom);
}

}  // namespace sso::scalekit
