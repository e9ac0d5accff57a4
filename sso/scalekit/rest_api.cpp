// SPDX-License-Identifier: Apache-2.0
#include "scalekit/rest_api.h"

#include "base/strict_json.h"
#include "oidc/upstream_answer.h"
#include "scalekit/api_error_body.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace sso::detail {

using nlohmann::json;

json RestApi::get(std::string_view operation, const ApiPath& path, ManagementRequest::Query query) const {
  return call({operation, "GET", path.text(), std::move(query), std::nullopt, true});
}

json RestApi::change(std::string_view operation, std::string_view method, const ApiPath& path,
                     std::optional<json> body) const {
  return call({operation, method, path.text(), {}, std::move(body), true});
}

json RestApi::once(std::string_view operation, std::string_view method, const ApiPath& path, std::optional<json> body,
                   ManagementRequest::Query query) const {
  return call({operation, method, path.text(), std::move(query), std::move(body), false});
}

json RestApi::call(const RestCall& call) const {
  ManagementRequest request;
  request.method = call.method;
  request.path = call.path;
  request.query = call.query;
  // Text that is no UTF-8 comes from the caller, and must not turn into a call about something else.
  try {
    if (call.body) request.body = call.body->dump();
  } catch (const json::exception&) {
    throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, "a value for the management API is no UTF-8");
  }
  request.safeToRepeat = call.safeToRepeat;

  const HttpResponse response = client_->send(request);
  if (response.status < 200 || response.status > 299) throw apiErrorOf(call.operation, response);
  // Only where there is nothing to say. An empty list is {}: no bytes at all would make everybody disappear.
  const bool mayBeEmpty = response.status == 204 || call.method == "DELETE";
  if (response.body.empty() && mayBeEmpty) return json::object();
  if (!hasMediaType(response, "application/json")) rejectAnswer("the management API did not answer with JSON");
  json answer = parseStrictJson(response.body, {.maxBytes = response.body.size()});  // bounded by the transport
  if (!answer.is_object()) rejectAnswer("the management API answered with something else than an object");
  return answer;
}

ManagementRequest::Query pageQuery(std::uint32_t pageSize, const std::string& pageToken) {
  ManagementRequest::Query query = {{"page_size", std::to_string(pageSize)}};
  if (!pageToken.empty()) query.emplace_back("page_token", pageToken);
  return query;
}

}  // namespace sso::detail
