// SPDX-License-Identifier: Apache-2.0
#include "sso/scalekit/authentication_logs.h"

#include "scalekit/json_fields.h"
#include "scalekit/rest_api.h"

namespace sso::scalekit {
namespace {

using namespace sso::detail;
using nlohmann::json;

AuthenticationRequest requestFrom(const json& object) {
  AuthenticationRequest request;
  request.id = idField(object, "auth_request_id");
  request.organizationId = textField(object, "organization_id");
  request.environmentId = textField(object, "environment_id");
  request.connectionId = textField(object, "connection_id");
  request.email = textField(object, "email");
  request.connectionType = textField(object, "connection_type");
  request.connectionProvider = textField(object, "connection_provider");
  request.status = textField(object, "status");
  request.workflow = textField(object, "workflow");
  request.clientId = textField(object, "client_id");
  request.clientName = textField(object, "client_name");
  request.time = timeField(object, "timestamp");
  return request;
}

}  // namespace

Listing<AuthenticationRequest> AuthenticationLogs::list(const AuthenticationFilter& filter) const {
  return Listing<AuthenticationRequest>([api = api_, filter](const std::string& pageToken) {
    auto query = pageQuery(kSmallPage, pageToken);
    if (!filter.email.empty()) query.emplace_back("email", filter.email);
    if (!filter.clientId.empty()) query.emplace_back("client_id", filter.clientId);
    for (const auto& status : filter.statuses) query.emplace_back("status", status);
    if (filter.from) query.emplace_back("start_time", timeText(*filter.from));
    if (filter.until) query.emplace_back("end_time", timeText(*filter.until));
    // The one member of the whole interface in camelCase (CONTRACT.md 4.1).
    return pageOf<AuthenticationRequest>(
        api->get("authenticationLogs.list", ApiPath("logs").word("authentication").word("requests"), query),
        "authRequests", requestFrom);
  });
}

}  // namespace sso::scalekit
