// SPDX-License-Identifier: Apache-2.0
#include "management_api.h"

#include <algorithm>
#include <charconv>

#include "encoding.h"
#include "token_maker.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kUnset = "2024-01-01T00:00:00Z";  // Seeds carry no times.

/// Codes of gRPC with the HTTP status that its gateway gives them (CONTRACT.md 4.2).
struct ApiError {
  int code, status;
  std::string_view name, message;
};
constexpr ApiError kInvalid{3, 400, "INVALID_ARGUMENT", "a parameter is not valid"};
constexpr ApiError kNotFound{5, 404, "NOT_FOUND", "there is no such object in this environment"};
constexpr ApiError kForbidden{7, 403, "PERMISSION_DENIED", "a machine token of the environment's client is needed"};
constexpr ApiError kUnimplemented{12, 501, "UNIMPLEMENTED", "the local Scalekit does not have this operation"};
constexpr ApiError kUnauthenticated{16, 401, "UNAUTHENTICATED", "Token empty"};
constexpr ApiError kBadToken{16, 401, "UNAUTHENTICATED", "Token invalid or expired"};

HttpResponse apiError(Context& context, const ApiError& error) {
  Json detail = {{"@type", "type.googleapis.com/scalekit.v1.errdetails.ErrorInfo"},
                 {"error_code", error.name},
                 {"request_info", {{"request_id", context.ids.next("req")}, {"serving_data", ""}}}};
  auto response = HttpResponse::json(
      error.status, {{"code", error.code}, {"message", error.message}, {"details", Json::array({std::move(detail)})}});
  response.note = std::string(error.name);
  return response;
}

Json organizationJson(const Organization& organization) {
  return {{"id", organization.id},
          {"create_time", kUnset},
          {"update_time", kUnset},
          {"display_name", organization.displayName},
          {"region_code", organization.regionCode},
          {"external_id", organization.externalId},
          {"metadata", organization.metadata},
          {"slug", organization.slug},
          {"settings",
           {{"features", Json::array({{{"name", "sso"}, {"enabled", organization.ssoEnabled}},
                                      {{"name", "dir_sync"}, {"enabled", organization.directoryEnabled}}})}}}};
}

Json domainJson(const Environment& environment, const Organization& organization, const Domain& domain) {
  return {{"id", domain.id},
          {"domain", domain.domain},
          {"domain_type", domain.type},
          {"environment_id", environment.id},
          {"organization_id", organization.id},
          {"verification_status", domain.verificationStatus},
          {"verification_method", domain.type == "ORGANIZATION_DOMAIN" ? "ADMIN" : "NOT_APPLICABLE"},
          {"create_time", kUnset},
          {"update_time", kUnset}};
}

std::vector<std::string> domainsOf(const Organization& organization, const Connection& connection) {
  if (!connection.domains.empty()) return connection.domains;
  std::vector<std::string> names;
  for (const auto& domain : organization.domains) {
    if (domain.routesLogins()) names.push_back(domain.domain);
  }
  return names;
}

Json listItem(const Organization& organization, const Connection& connection) {
  return {{"id", connection.id},
          {"provider", connection.provider},
          {"type", connection.type},
          {"status", connection.status},
          {"enabled", connection.enabled},
          {"organization_id", organization.id},
          {"organization_name", organization.displayName},
          {"ui_button_title", connection.buttonTitle},
          {"domains", domainsOf(organization, connection)},
          {"provider_key", ""},
          {"key_id", ""},
          {"created_at", kUnset}};
}

Json connectionJson(const Context& context, const Environment& environment, const Organization& organization,
                    const Connection& connection) {
  Json domains = Json::array();
  for (const auto& domain : organization.domains) {
    if (domain.routesLogins()) domains.push_back(domainJson(environment, organization, domain));
  }
  Json json = {{"id", connection.id},
               {"provider", connection.provider},
               {"type", connection.type},
               {"status", connection.status},
               {"enabled", connection.enabled},
               {"debug_enabled", false},
               {"organization_id", organization.id},
               {"ui_button_title", connection.buttonTitle},
               {"configuration_type", "MANUAL"},
               {"attribute_mapping", Json::object()},
               {"test_connection_uri", context.baseUrl + "/sso/v1/oidc/" + connection.id + "/init"},
               {"key_id", ""},
               {"provider_key", ""},
               {"domains", std::move(domains)}};
  if (connection.type == "SAML") {
    json["saml_config"] = {{"sp_entity_id", context.baseUrl + "/sso/v1/saml/" + connection.id},
                           {"sp_assertion_url", context.baseUrl + "/sso/v1/saml/" + connection.id + "/callback"},
                           {"allow_idp_initiated_login", true}};
  } else {
    json["oidc_config"] = {{"redirect_uri", context.baseUrl + "/sso/v1/oidc/" + connection.id + "/callback"},
                           {"scopes", {"openid", "profile", "email"}}};
  }
  return json;
}

/// Decoded path segments below /api/v1; nullopt on a broken or suspicious one.
std::optional<std::vector<std::string>> segmentsOf(std::string_view path) {
  std::vector<std::string> segments;
  constexpr std::string_view kPrefix = "/api/v1/";
  if (!path.starts_with(kPrefix)) return std::nullopt;
  path.remove_prefix(kPrefix.size());
  while (true) {
    const auto slash = path.find('/');
    const auto segment = percentDecode(path.substr(0, slash), false);
    if (!segment || segment->empty() || segment->find_first_of(std::string_view("/\0", 2)) != std::string::npos) {
      return std::nullopt;
    }
    segments.push_back(*segment);
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

int pageNumber(const std::optional<std::string>& text, int fallback, int low, int high) {
  if (!text) return fallback;
  int number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  const bool whole = error == std::errc{} && end == text->data() + text->size();
  if (!whole || number < low || number > high) throw kInvalid;
  return number;
}

/// One request: parameters, path and the data, under the state's lock. Throws ApiError.
class ApiCall {
 public:
  ApiCall(Context& context, StateData& data, const HttpRequest& http, const Params& params,
          const std::vector<std::string>& path)
      : context_(context), environment_(data.environment), http_(http), params_(params), path_(path) {}

  Json answer() {
    const bool get = http_.method == "GET";
    if (get && path_.size() == 1 && path_[0] == "connections") return listConnections();
    if (get && path_.size() == 1 && path_[0] == "organizations") return listOrganizations();
    if (get && path_.size() == 2 && path_[0] == "organizations:external") return organizationByExternalId();
    if (path_.size() < 2 || path_[0] != "organizations") throw kUnimplemented;
    if (get && path_.size() == 2) return {{"organization", organizationJson(organization())}};
    if (get && path_.size() == 3 && path_[2] == "domains") return listDomains();
    if (get && path_.size() == 4 && path_[2] == "domains") return domain();
    if (path_.size() == 4 && path_[2] == "connections") return connection();
    throw kUnimplemented;
  }

 private:
  Organization& organization() {
    Organization* found = environment_.findOrganization(path_[1]);
    if (found == nullptr) throw kNotFound;
    return *found;
  }

  Json listConnections() {
    const auto organizationId = params_.get("organization_id");
    const auto domain = params_.get("domain");
    const bool all = params_.getOr("include", "") == "all";
    if (organizationId && environment_.findOrganization(*organizationId) == nullptr) throw kNotFound;
    Json connections = Json::array();
    for (const auto& candidate : environment_.organizations) {
      if (organizationId && candidate.id != *organizationId) continue;
      for (const auto& connection : candidate.connections) {
        const auto names = domainsOf(candidate, connection);
        if (domain && std::find(names.begin(), names.end(), toLower(*domain)) == names.end()) continue;
        const bool active = connection.active() && candidate.ssoEnabled;
        if (all || active) connections.push_back(listItem(candidate, connection));
      }
    }
    return {{"connections", std::move(connections)}};
  }

  /// Page tokens are opaque to callers: "p" and the index of the first item.
  Json listOrganizations() {
    const auto size = static_cast<std::size_t>(pageNumber(params_.get("page_size"), 10, 1, 100));
    const auto token = params_.get("page_token");
    if (token && !token->starts_with("p")) throw kInvalid;
    const auto start =
        static_cast<std::size_t>(pageNumber(token ? std::optional(token->substr(1)) : std::nullopt, 0, 0, 1'000'000));
    const auto externalId = params_.get("external_id");
    std::vector<const Organization*> matching;
    for (const auto& candidate : environment_.organizations) {
      if (!externalId || candidate.externalId == *externalId) matching.push_back(&candidate);
    }
    Json page = Json::array();
    for (std::size_t i = start; i < matching.size() && i < start + size; ++i)
      page.push_back(organizationJson(*matching[i]));
    const bool more = start + size < matching.size();
    const std::size_t before = start > size ? start - size : 0;
    return {{"organizations", std::move(page)},
            {"next_page_token", more ? "p" + std::to_string(start + size) : ""},
            {"prev_page_token", start > 0 ? "p" + std::to_string(before) : ""},
            {"total_size", matching.size()}};
  }

  Json organizationByExternalId() {
    for (const auto& candidate : environment_.organizations) {
      if (candidate.externalId == path_[1]) return {{"organization", organizationJson(candidate)}};
    }
    throw kNotFound;
  }

  Json listDomains() {
    const Organization& owner = organization();
    const auto type = params_.get("domain_type");
    const auto size = static_cast<std::size_t>(pageNumber(params_.get("page_size"), 30, 1, 100));
    const auto number = static_cast<std::size_t>(pageNumber(params_.get("page_number"), 0, 0, 1'000'000));
    std::vector<Json> matching;
    for (const auto& candidate : owner.domains) {
      if (!type || candidate.type == *type) matching.push_back(domainJson(environment_, owner, candidate));
    }
    Json page = Json::array();
    for (std::size_t i = number * size; i < matching.size() && i < (number + 1) * size; ++i)
      page.push_back(matching[i]);
    return {{"page_size", size}, {"page_number", number}, {"domains", std::move(page)}};
  }

  Json domain() {
    const Organization& owner = organization();
    for (const auto& candidate : owner.domains) {
      if (candidate.id == path_[3]) return {{"domain", domainJson(environment_, owner, candidate)}};
    }
    throw kNotFound;
  }

  /// GET …/connections/{id} and PATCH …/connections/{id}:enable | :disable.
  Json connection() {
    Organization& owner = organization();
    const auto colon = path_[3].find(':');
    const std::string id = path_[3].substr(0, colon);
    const std::string verb = colon == std::string::npos ? "" : path_[3].substr(colon + 1);
    const auto found = std::find_if(owner.connections.begin(), owner.connections.end(),
                                    [&](const Connection& candidate) { return candidate.id == id; });
    if (found == owner.connections.end()) throw kNotFound;
    if (http_.method == "GET" && verb.empty()) {
      return {{"connection", connectionJson(context_, environment_, owner, *found)}};
    }
    if (http_.method != "PATCH" || (verb != "enable" && verb != "disable")) throw kUnimplemented;
    // 200 even when nothing changes; the caller must look at `enabled` (CONTRACT.md 4.5).
    const bool wanted = verb == "enable";
    const bool possible = !wanted || found->status == "COMPLETED";
    if (possible) found->enabled = wanted;
    context_.state.markDirty();
    return {{"enabled", found->enabled},
            {"error_message", possible ? "" : "the connection is not completely configured"}};
  }

  Context& context_;
  Environment& environment_;
  const HttpRequest& http_;
  const Params& params_;
  const std::vector<std::string>& path_;
};

/// Only a client's own token: users' tokens have a person in sub (CONTRACT.md 4.1).
void checkCaller(Context& context, const HttpRequest& http) {
  constexpr std::string_view kScheme = "bearer ";
  if (http.authorization.empty()) throw kUnauthenticated;
  if (toLower(std::string_view(http.authorization).substr(0, kScheme.size())) != kScheme) throw kBadToken;
  const auto claims = context.readLiveToken(std::string_view(http.authorization).substr(kScheme.size()));
  if (!claims) throw kBadToken;
  const std::string subject = textClaim(*claims, "sub");
  const bool machine =
      !subject.empty() && subject == textClaim(*claims, "client_id") && !textClaim(*claims, "jti").empty();
  if (!machine) throw kForbidden;
}

}  // namespace

HttpResponse managementApi(Context& context, const HttpRequest& http) {
  try {
    checkCaller(context, http);
    const Params params = Params::parse(http.query);
    if (!params.problem().empty()) throw kInvalid;
    const auto path = segmentsOf(http.path);
    if (!path) throw kInvalid;
    return HttpResponse::json(
        200, context.state.with([&](StateData& data) { return ApiCall(context, data, http, params, *path).answer(); }));
  } catch (const ApiError& error) {
    return apiError(context, error);
  }
}

}  // namespace scalekit_simulator
