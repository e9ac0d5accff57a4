// SPDX-License-Identifier: Apache-2.0
#include "management/api_error.h"

namespace scalekit_simulator {

using Json = nlohmann::json;

ApiError invalidArgument(std::string message, std::vector<FieldViolation> violations) {
  return {3, 400, "INVALID_ARGUMENT", std::move(message), std::move(violations)};
}
ApiError failedPrecondition(std::string message) { return {9, 400, "FAILED_PRECONDITION", std::move(message)}; }
ApiError unauthenticated(std::string message) { return {16, 401, "UNAUTHENTICATED", std::move(message)}; }
ApiError permissionDenied(std::string message) { return {7, 403, "PERMISSION_DENIED", std::move(message)}; }
ApiError notFound(std::string_view kind) { return {5, 404, "NOT_FOUND", std::string(kind) + " not found"}; }
ApiError alreadyExists(std::string message) { return {6, 409, "ALREADY_EXISTS", std::move(message)}; }
ApiError resourceExhausted(std::string message) { return {8, 429, "RESOURCE_EXHAUSTED", std::move(message)}; }
ApiError unimplemented() { return {12, 501, "UNIMPLEMENTED", "the local Scalekit does not have this operation"}; }

HttpResponse errorResponse(Context& context, const ApiError& error) {
  const std::string requestId = context.ids.next("req");
  Json detail = {{"@type", "type.googleapis.com/scalekit.v1.errdetails.ErrorInfo"},
                 {"error_code", error.name},
                 {"request_info", {{"request_id", requestId}, {"serving_data", ""}}}};
  if (!error.violations.empty()) {
    Json violations = Json::array();
    for (const auto& one : error.violations) {
      violations.push_back({{"field", one.field}, {"description", one.description}, {"constraint", one.constraint}});
    }
    detail["validation_error_info"] = {{"field_violations", std::move(violations)}};
  }
  auto response = HttpResponse::json(
      error.status, {{"code", error.code}, {"message", error.message}, {"details", Json::array({std::move(detail)})}});
  response.with("x-trace-id", requestId);
  response.note = std::string(error.name);
  return response;
}

}  // namespace scalekit_simulator
