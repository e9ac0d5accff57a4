// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sso/scalekit/organizations.h"

namespace sso::scalekit {

/// A session at Scalekit (full-stack mode, CONTRACT.md 4.10). The application's own sessions are none of these.
struct Session {
  std::string id;  ///< "ses_..."
  std::string userId, organizationId;
  std::string status;  ///< in lower case: "active", "expired", "revoked", "logout", or a word we do not know
  std::vector<std::string> authenticatedOrganizations;
  std::string userAgent, browser, operatingSystem, deviceType, ip;
  Time createTime, updateTime, idleExpiryTime, absoluteExpiryTime, expiryTime, logoutTime, lastActiveTime;
};

/// Calls on sessions. Threads, errors and ids as with Organizations.
class Sessions {
 public:
  explicit Sessions(std::shared_ptr<const detail::RestApi> api) : api_(std::move(api)) {}

  /// GET /api/v1/sessions/{session_id}
  Session get(std::string_view id) const;
  /// GET /api/v1/users/{user_id}/sessions. status: empty, or one of "active", "expired", "revoked", "logout"
  Listing<Session> listOf(std::string_view userId, std::string_view status = {}) const;
  /// POST /api/v1/sessions/{session_id}/revoke
  Session revoke(std::string_view id) const;
  /// POST /api/v1/users/{user_id}/sessions/revoke. Returns those that it ended.
  std::vector<Session> revokeAllOf(std::string_view userId) const;

 private:
  std::shared_ptr<const detail::RestApi> api_;
};

}  // namespace sso::scalekit
