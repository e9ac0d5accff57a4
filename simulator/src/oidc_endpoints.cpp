// SPDX-License-Identifier: Apache-2.0
#include "oidc_endpoints.h"

#include <algorithm>

#include "attribute_mapping.h"
#include "client_auth.h"
#include "encoding.h"
#include "login_service.h"
#include "pages.h"
#include "token_maker.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

std::string bearerOf(const HttpRequest& http) {
  constexpr std::string_view kScheme = "bearer ";
  if (toLower(std::string_view(http.authorization).substr(0, kScheme.size())) != kScheme) return {};
  return http.authorization.substr(kScheme.size());
}

HttpResponse invalidToken() {
  auto response = HttpResponse::oauthError(401, "invalid_token", "the access token is missing, expired or revoked");
  response.with("WWW-Authenticate", "Bearer error=\"invalid_token\"");
  return response;
}

/// Form, client authentication and the `token` parameter, as revocation and introspection share them. Only a client
/// with a secret may ask (CONTRACT.md 2.1: public clients get invalid_client).
struct TokenQuestion {
  Client client;
  std::string token;
};
std::variant<TokenQuestion, HttpResponse> readTokenQuestion(Context& context, const HttpRequest& http) {
  if (!http.hasForm()) return HttpResponse::oauthError(400, "invalid_request", "the body must be a form");
  const Params params = Params::parse(http.body);
  if (!params.problem().empty()) return HttpResponse::oauthError(400, "invalid_request", params.problem());
  auto authenticated = authenticateClient(context, http, params);
  if (auto* error = std::get_if<HttpResponse>(&authenticated)) return std::move(*error);
  const auto& caller = std::get<AuthenticatedClient>(authenticated);
  if (!caller.proven) return HttpResponse::oauthError(401, "invalid_client", "a public client may not ask");
  const auto token = params.get("token");
  if (!token) return HttpResponse::oauthError(400, "invalid_request", "token is missing");
  return TokenQuestion{caller.client, *token};
}

std::optional<std::string> registeredPostLogout(const Environment& environment, const std::string& uri,
                                                const std::string& clientId) {
  for (const auto& client : environment.clients) {
    if (!clientId.empty() && client.id != clientId) continue;
    const auto& uris = client.postLogoutUris;
    if (std::find(uris.begin(), uris.end(), uri) != uris.end()) return uri;
  }
  return std::nullopt;
}

/// Ends the browser's session, and the grants that began in the hinted session.
void endSessions(Context& context, const HttpRequest& http, const std::string& sid) {
  const Instant now = context.now();
  context.state.with([&](StateData& data) {
    if (const auto id = http.cookie(kSessionCookie)) data.browsers.erase(*id);
    if (sid.empty()) return;
    data.endLogins([&](const Login& login) { return login.sessionId == sid; }, "logout", now);
  });
  context.state.markDirty();
}

}  // namespace

HttpResponse discovery(const Context& context) {
  const std::string& base = context.baseUrl;
  return HttpResponse::json(
      200, {{"issuer", base},
            {"authorization_endpoint", base + "/oauth/authorize"},
            {"token_endpoint", base + "/oauth/token"},
            {"jwks_uri", base + "/keys"},
            {"userinfo_endpoint", base + "/userinfo"},
            {"end_session_endpoint", base + "/oidc/logout"},
            {"revocation_endpoint", base + "/oauth/revoke"},
            {"introspection_endpoint", base + "/oauth/introspect"},
            {"response_types_supported", {"code"}},
            {"response_modes_supported", {"query"}},
            {"grant_types_supported", {"authorization_code", "refresh_token", "client_credentials"}},
            {"subject_types_supported", {"public"}},
            {"id_token_signing_alg_values_supported", {"RS256"}},
            {"scopes_supported", {"openid", "profile", "email", "offline_access"}},
            {"token_endpoint_auth_methods_supported", {"client_secret_post", "client_secret_basic", "none"}},
            {"code_challenge_methods_supported", {"S256"}},
            {"prompt_values_supported", {"none", "login", "create", "select_account", "consent"}},
            {"claims_supported",
             {"sub", "iss", "aud", "azp", "amr", "exp", "iat", "oid", "sid", "email", "email_verified", "name",
              "given_name", "family_name", "picture", "locale", "preferred_username"}},
            {"authorization_response_iss_parameter_supported", false},
            {"scalekit_simulator", true}});  // Nobody can take this issuer for the real one (CONTRACT.md 12.1).
}

HttpResponse publishedKeys(Context& context) {
  const Instant now = context.now();
  return HttpResponse::json(200, context.state.with([&](StateData& data) { return data.keys.jwks(now); }));
}

HttpResponse userInfo(Context& context, const HttpRequest& http) {
  const auto claims = context.readLiveToken(bearerOf(http));
  const std::string subject = claims ? textClaim(*claims, "sub") : "";
  const auto semicolon = subject.find(';');
  // Machine tokens have no person; ID tokens have no jti and are no access tokens.
  if (!claims || semicolon == std::string::npos || textClaim(*claims, "jti").empty()) return invalidToken();
  const std::string connectionId = subject.substr(0, semicolon);
  const std::string email = subject.substr(semicolon + 1);
  const auto answer = context.state.with([&](StateData& data) -> std::optional<Json> {
    const auto located = data.environment.findConnection(connectionId);
    const auto person = located.connection == nullptr ? std::nullopt : findMappedPerson(*located.connection, email);
    if (!person) return std::nullopt;
    Json body = personClaims(*person, data.environment.customAttributes);
    body["sub"] = idTokenSubject({*person, connectionId, located.organization->id, ""});
    body["oid"] = located.organization->id;
    return body;
  });
  if (!answer) return invalidToken();
  auto response = HttpResponse::json(200, *answer);
  response.with("Cache-Control", "no-store");
  return response;
}

HttpResponse revoke(Context& context, const HttpRequest& http) {
  const auto question = readTokenQuestion(context, http);
  if (const auto* error = std::get_if<HttpResponse>(&question)) return *error;
  const auto& [client, token] = std::get<TokenQuestion>(question);
  const auto claims = context.readLiveToken(token);
  const Instant now = context.now();
  context.state.with([&](StateData& data) {
    if (claims && textClaim(*claims, "client_id") == client.id && !textClaim(*claims, "jti").empty()) {
      data.revokedTokens.put(textClaim(*claims, "jti"), true, now + context.options.machineTokenLifetime);
    }
    const RefreshToken* refresh = data.refreshTokens.find(sha256(token), now);
    const Grant* grant = refresh == nullptr ? nullptr : data.grants.find(refresh->grantId, now);
    if (grant != nullptr && grant->clientId == client.id) data.revokeGrant(refresh->grantId, now);
  });
  context.state.markDirty();
  return HttpResponse::json(200, Json::object());  // RFC 7009 section 2.2: 200 whether or not there was such a token
}

HttpResponse introspect(Context& context, const HttpRequest& http) {
  const auto question = readTokenQuestion(context, http);
  if (const auto* error = std::get_if<HttpResponse>(&question)) return *error;
  const auto& [client, token] = std::get<TokenQuestion>(question);
  const auto claims = context.readLiveToken(token);
  // A client learns about its own tokens only (RFC 7662 section 4).
  if (!claims || textClaim(*claims, "client_id") != client.id || textClaim(*claims, "jti").empty()) {
    return HttpResponse::json(200, {{"active", false}});
  }
  Json answer = *claims;
  answer["active"] = true;
  answer["token_type"] = "Bearer";
  auto response = HttpResponse::json(200, answer);
  response.with("Cache-Control", "no-store");
  return response;
}

HttpResponse logout(Context& context, const HttpRequest& http) {
  const Params params = Params::parse(http.query);
  const auto refuse = [](const std::string& message) {
    return errorPage(400, "invalid_request", message,
                     "Nothing was ended. Correct the sign-out link of the application and try again.");
  };
  if (!params.problem().empty()) return refuse("The sign-out request cannot be read: " + params.problem() + ".");
  std::string clientId = params.getOr("client_id", "");
  std::string sid;
  if (const auto hint = params.get("id_token_hint")) {
    const auto claims = context.readLiveToken(*hint, true);
    if (!claims) return refuse("The id_token_hint was not issued here.");
    sid = textClaim(*claims, "sid");
    const std::string hinted = textClaim(*claims, "azp");
    if (!clientId.empty() && clientId != hinted) return refuse("client_id and id_token_hint name different clients.");
    clientId = hinted;
  }
  const auto wanted = params.get("post_logout_redirect_uri");
  std::optional<std::string> target;
  if (wanted) {
    target =
        context.state.with([&](StateData& data) { return registeredPostLogout(data.environment, *wanted, clientId); });
    if (!target) return refuse("The post_logout_redirect_uri is not registered for this application.");
  }
  endSessions(context, http, sid);
  HttpResponse response = page(200, "pages/signed_out.html", {{"title", "Signed out"}});
  if (target) {
    const auto state = params.get("state");
    response = HttpResponse::redirect(state ? withParameter(*target, "state", *state) : *target);
  }
  response.with("Set-Cookie", sessionCookie(context, ""));
  response.note = "signed out";
  return response;
}

}  // namespace scalekit_simulator
