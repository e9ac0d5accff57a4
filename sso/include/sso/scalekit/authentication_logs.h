// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sso/scalekit/organizations.h"

namespace sso::scalekit {

/// One sign-in that Scalekit saw (CONTRACT.md 4.10). email is personal data.
struct AuthenticationRequest {
  std::string id, organizationId, environmentId, connectionId, email, connectionType, connectionProvider;
  std::string status;  ///< "INITIATED", "PENDING", "SUCCESS", "FAILED", or a word we do not know
  std::string workflow, clientId, clientName;
  Time time;
};

/// Which of them; what is empty does not narrow.
struct AuthenticationFilter {
  std::string email = {}, clientId = {};
  std::vector<std::string> statuses = {};
  std::optional<std::chrono::system_clock::time_point> from = std::nullopt, until = std::nullopt;
};

/// Calls on authentication logs. Threads and errors as with Organizations.
class AuthenticationLogs {
 public:
  explicit AuthenticationLogs(std::shared_ptr<const detail::RestApi> api) : api_(std::move(api)) {}

  /// GET /api/v1/logs/authentication/requests, newest first
  Listing<AuthenticationRequest> list(const AuthenticationFilter& filter = {}) const;

 private:
  std::shared_ptr<const detail::RestApi> api_;
};

}  // namespace sso::scalekit
