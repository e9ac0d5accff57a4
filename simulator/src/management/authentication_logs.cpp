// SPDX-License-Identifier: Apache-2.0
#include "management/authentication_logs.h"

#include <algorithm>
#include <array>

#include "encoding.h"
#include "management/field_reader.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::string_view, 4> kStatuses = {"initiated", "pending", "success", "failed"};

/// An entry. Members that do not apply are left out: no login here is about a resource.
Json attemptJson(const Environment& environment, const LoginAttempt& attempt) {
  Json json = {{"auth_request_id", attempt.id},
               {"environment_id", environment.id},
               {"organization_id", attempt.organizationId},
               {"email", attempt.email},
               {"status", attempt.status},
               {"timestamp", rfc3339(attempt.at)},
               {"workflow", "sso"},
               {"client_id", attempt.clientId},
               {"client_name", attempt.clientName},
               {"client_type", "ENV"},
               {"connection_details", Json::array()}};
  if (attempt.connectionId.empty()) return json;
  const Json connection = {{"connection_id", attempt.connectionId},
                           {"connection_type", attempt.connectionType},
                           {"connection_provider", attempt.connectionProvider}};
  json.update(connection);
  json["connection_details"].push_back(connection);
  json["connection_details"][0]["organization_id"] = attempt.organizationId;
  return json;
}

std::vector<std::string> wantedStatuses(const ApiCall& call) {
  auto wanted = call.params.all("status");
  for (auto& status : wanted) {
    status = toLower(status);
    if (std::find(kStatuses.begin(), kStatuses.end(), status) == kStatuses.end()) {
      throwViolation("status", "value must be in list [INITIATED, PENDING, SUCCESS, FAILED]", "string.in");
    }
  }
  return wanted;
}

Json listAttempts(ApiCall& call) {
  const auto statuses = wantedStatuses(call);
  const auto from = timeParameter(call, "start_time");
  const auto to = timeParameter(call, "end_time");
  const auto email = call.params.get("email");
  const auto clientId = call.params.get("client_id");
  const bool aboutResource = call.params.get("resource_id").has_value();
  const auto fits = [&](const LoginAttempt& attempt) {
    if (aboutResource || (clientId && attempt.clientId != *clientId)) return false;
    if (email && toLower(attempt.email) != toLower(*email)) return false;
    if ((from && attempt.at < *from) || (to && attempt.at > *to)) return false;
    return statuses.empty() || std::find(statuses.begin(), statuses.end(), toLower(attempt.status)) != statuses.end();
  };
  std::vector<const LoginAttempt*> attempts;
  for (const auto& attempt : call.data.attempts) {
    if (fits(attempt)) attempts.push_back(&attempt);
  }
  // The one member of the whole API in camelCase (CONTRACT.md 4.1).
  return pagedAnswer(call, {10, 1, 100}, "authRequests", attempts,
                     [&](const LoginAttempt& attempt) { return attemptJson(call.environment(), attempt); });
}

constexpr std::array kAuthenticationLogRoutes = {
    ApiRoute{"GET", "logs/authentication/requests", listAttempts, 200, "status"}};

}  // namespace

std::span<const ApiRoute> authenticationLogRoutes() { return kAuthenticationLogRoutes; }

}  // namespace scalekit_simulator
