// SPDX-License-Identifier: Apache-2.0
#include "oidc/discovery_document.h"

#include <algorithm>

#include "base/strict_json.h"
#include "base/url.h"
#include "oidc/upstream_answer.h"

namespace sso::detail {
namespace {

using nlohmann::json;

bool contains(const std::vector<std::string>& list, std::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

std::string readIssuer(const json& document, const DiscoveryRules& rules) {
  // OIDC Discovery 4.3, RFC 8414 3.3: identical, a trailing slash included (SEC-DI-01).
  const auto issuer = stringMember(document, "issuer");
  if (!issuer || (*issuer != rules.environmentUrl && !contains(rules.additionalIssuers, *issuer))) {
    rejectAnswer("issuer is not the configured environment");
  }
  return *issuer;
}

/// RFC 9700 4.4, SEC-DI-02, -03: our secret and the browser go to the environment's origin or one that configuration
/// lists. A query is refused too: we add our own parameters, each of which must stand there once (SEC-AR-01).
void checkEndpoint(std::string_view text, const DiscoveryRules& rules) {
  const auto url = parseUrl(text);
  if (!url || !url->query.empty() || text.ends_with('?')) rejectAnswer("an endpoint is no plain URL");
  const auto environment = parseUrl(rules.environmentUrl);
  const bool own = environment && url->origin() == environment->origin();
  if (!own && !contains(rules.allowedEndpointOrigins, url->origin()))
    rejectAnswer("an endpoint is on a foreign origin");
  if (!url->isHttps() && !url->isLoopback()) rejectAnswer("an endpoint is not https");
}

std::string readEndpoint(const json& document, std::string_view name, const DiscoveryRules& rules) {
  const auto text = stringMember(document, name);
  if (!text) rejectAnswer("an endpoint is missing or no string");  // SEC-DI-04
  checkEndpoint(*text, rules);
  return *text;
}

}  // namespace

Endpoints readDiscoveryDocument(std::string_view text, const DiscoveryRules& rules) {
  const json document = parseStrictJson(text);
  if (!document.is_object()) rejectAnswer("no JSON object");
  Endpoints endpoints;
  endpoints.issuer = readIssuer(document, rules);
  endpoints.authorization = readEndpoint(document, "authorization_endpoint", rules);
  endpoints.token = readEndpoint(document, "token_endpoint", rules);
  endpoints.jwks = readEndpoint(document, "jwks_uri", rules);
  endpoints.endSession = document.contains("end_session_endpoint")
                             ? readEndpoint(document, "end_session_endpoint", rules)
                             : rules.environmentUrl + "/oidc/logout";  // CONTRACT.md 2.1
  endpoints.answersNameIssuer =
      booleanMember(document, "authorization_response_iss_parameter_supported").value_or(false);
  return endpoints;
}

}  // namespace sso::detail
