// SPDX-License-Identifier: Apache-2.0
#include "token_endpoint.h"

#include <algorithm>
#include <regex>
#include <sstream>

#include "attribute_mapping.h"
#include "client_auth.h"
#include "encoding.h"
#include "session_rules.h"
#include "token_maker.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kAccessTokensPerGrant = 8;

HttpResponse invalidGrant(const char* description) {
  return HttpResponse::oauthError(400, "invalid_grant", description);
}
HttpResponse invalidRequest(std::string_view description) {
  return HttpResponse::oauthError(400, "invalid_request", description);
}

HttpResponse tokenResponse(const Json& body, std::string note) {
  auto response = HttpResponse::json(200, body);
  // RFC 6749 section 5.1, and what Scalekit was seen to send.
  response.with("Cache-Control", "no-cache, no-store, must-revalidate").with("Pragma", "no-cache");
  response.note = std::move(note);
  return response;
}

bool hasWord(const std::string& scope, std::string_view word) {
  std::istringstream words(scope);
  for (std::string candidate; words >> candidate;) {
    if (candidate == word) return true;
  }
  return false;
}

/// RFC 7636 section 4.6. A verifier without a challenge is refused as well: somebody removed the challenge on the way.
bool verifierFits(const std::optional<std::string>& challenge, const std::optional<std::string>& verifier) {
  if (!challenge) return !verifier;
  static const std::regex kForm("[A-Za-z0-9._~-]{43,128}");
  return verifier && std::regex_match(*verifier, kForm) &&
         equalInConstantTime(base64Url(sha256(*verifier)), *challenge);
}

/// What issuing user tokens needs beside the login itself.
struct Issue {
  Login login;
  std::string scope, code, accessTokenId;
  std::optional<std::string> nonce;
  bool tellAuthTime = false;
  std::string refreshToken;  ///< Empty: none is given out.
};

struct SigningState {
  KeyPtr key;
  std::vector<Fault> faults;
  std::vector<std::string> customAttributes;
  std::string previousIdToken;
};

std::string makeIdToken(Context& context, const Client& client, const Issue& issue, const std::string& accessToken,
                        const SigningState& signing, bool& leaveOut) {
  IdTokenFacts facts{.issuer = context.baseUrl,
                     .clientId = client.id,
                     .login = issue.login,
                     .nonce = issue.nonce,
                     .tellAuthTime = issue.tellAuthTime,
                     .accessToken = accessToken,
                     .code = issue.code,
                     .customAttributes = signing.customAttributes,
                     .now = context.now(),
                     .lifetime = context.options.idTokenLifetime};
  TokenDraft draft = draftOf(*signing.key, idTokenClaims(facts));
  draft.previousToken = signing.previousIdToken;
  spoilToken(signing.faults, draft);
  leaveOut = draft.leaveOut;
  const bool forged = draft.signature == TokenDraft::Signature::kUnpublishedKey;
  const KeyPtr unpublished = forged ? context.unpublishedKey() : signing.key;
  const std::string secret = client.secrets.empty() ? "" : client.secrets.front();
  return signDraft(draft, *signing.key, *unpublished, secret);
}

HttpResponse userTokens(Context& context, const Client& client, const Issue& issue) {
  const SigningState signing = context.state.with([](StateData& data) {
    return SigningState{data.keys.current(), data.faults.takeForIdToken(), data.environment.customAttributes,
                        data.lastIdToken};
  });
  const std::vector<std::string> audience = {client.id};
  const std::string accessToken =
      signJwt(*signing.key, accessTokenClaims({.issuer = context.baseUrl,
                                               .subject = issue.login.connectionId + ";" + issue.login.person.email,
                                               .clientId = client.id,
                                               .tokenId = issue.accessTokenId,
                                               .scope = "",
                                               .audience = audience,
                                               .now = context.now(),
                                               .lifetime = context.options.accessTokenLifetime}));
  bool leaveOut = false;
  const std::string idToken = makeIdToken(context, client, issue, accessToken, signing, leaveOut);
  if (!leaveOut) context.state.with([&](StateData& data) { data.lastIdToken = idToken; });
  Json body = {{"access_token", accessToken},
               {"token_type", "Bearer"},
               {"expires_in", context.options.accessTokenLifetime.count() - 1},
               {"scope", issue.scope}};
  if (!leaveOut) body["id_token"] = idToken;
  if (!issue.refreshToken.empty()) body["refresh_token"] = issue.refreshToken;
  std::string note = "tokens for " + issue.login.person.email;
  for (const auto& fault : signing.faults) note += ", fault " + fault.name;
  return tokenResponse(body, std::move(note));
}

/// A fresh refresh token of the grant; remembers the access token so that revoking the grant reaches it.
std::string extendGrant(Context& context, StateData& data, const std::string& grantId, const std::string& jti) {
  const Instant now = context.now();
  Grant* grant = data.grants.find(grantId, now);
  if (grant == nullptr) return {};
  grant->accessTokenIds.push_back(jti);
  if (grant->accessTokenIds.size() > kAccessTokensPerGrant) grant->accessTokenIds.erase(grant->accessTokenIds.begin());
  const std::string token = hex(randomBytes(20));  // 40 hex characters, as captured
  data.refreshTokens.put(sha256(token), {grantId, false}, now + context.options.refreshTokenLifetime);
  context.state.markDirty();
  return token;
}

/// Second use of a code: what it led to is taken back (RFC 6749 section 4.1.2).
bool revokeIfUsed(Context& context, StateData& data, const std::string& digest) {
  const Instant now = context.now();
  const UsedCode* used = data.usedCodes.find(digest, now);
  if (used == nullptr) return false;
  data.revokedTokens.put(used->accessTokenId, true, now + context.options.accessTokenLifetime);
  data.revokeGrant(used->grantId, now);
  context.state.markDirty();
  return true;
}

HttpResponse exchangeCode(Context& context, const Client& client, const Params& params) {
  const auto code = params.get("code");
  const auto redirectUri = params.get("redirect_uri");
  if (!code) return invalidRequest("code is missing");
  if (!redirectUri) return invalidRequest("redirect_uri is missing");
  const std::string digest = sha256(*code);
  const auto verifier = params.get("code_verifier");
  const Instant now = context.now();
  Issue issue;
  issue.code = *code;
  issue.accessTokenId = context.ids.next("tkn");
  const std::string grantId = context.ids.next("grant");
  const char* refusal = context.state.with([&](StateData& data) -> const char* {
    if (revokeIfUsed(context, data, digest)) return "the code was used before; its tokens are revoked";
    const Code* found = data.codes.find(digest, now);
    if (found == nullptr) return "the code is unknown or has expired";
    if (found->request.clientId != client.id) return "the code belongs to another client";
    if (found->request.redirectUri != *redirectUri) return "redirect_uri differs from the authorization request";
    if (!verifierFits(found->request.codeChallenge, verifier)) return "code_verifier does not fit";
    issue.login = found->login;
    issue.scope = found->request.scope;
    issue.nonce = found->request.nonce;
    issue.tellAuthTime = found->request.maxAge.has_value();
    data.codes.erase(digest);
    const bool offline = hasWord(issue.scope, "offline_access");
    if (offline) {
      data.grants.put(grantId, {client.id, issue.scope, issue.login, {}}, now + context.options.refreshTokenLifetime);
      issue.refreshToken = extendGrant(context, data, grantId, issue.accessTokenId);
    }
    data.usedCodes.put(digest, {issue.accessTokenId, offline ? grantId : ""}, now + context.options.codeLifetime);
    return nullptr;
  });
  return refusal != nullptr ? invalidGrant(refusal) : userTokens(context, client, issue);
}

bool narrows(const std::string& wanted, const std::string& granted) {
  std::istringstream words(wanted);
  for (std::string word; words >> word;) {
    if (!hasWord(granted, word)) return false;
  }
  return true;
}

HttpResponse refresh(Context& context, const Client& client, const Params& params) {
  const auto token = params.get("refresh_token");
  if (!token) return invalidRequest("refresh_token is missing");
  const auto scope = params.get("scope");
  const std::string digest = sha256(*token);
  const Instant now = context.now();
  Issue issue;
  issue.accessTokenId = context.ids.next("tkn");
  bool tooWide = false;
  const char* refusal = context.state.with([&](StateData& data) -> const char* {
    RefreshToken* found = data.refreshTokens.find(digest, now);
    const Grant* grant = found == nullptr ? nullptr : data.grants.find(found->grantId, now);
    if (grant == nullptr) return "the refresh token is unknown, expired or revoked";
    if (grant->clientId != client.id) return "the refresh token belongs to another client";
    if (found->used) {
      data.revokeGrant(found->grantId, now);
      context.state.markDirty();
      return "the refresh token was used before; the whole grant is revoked";
    }
    const auto located = data.environment.findConnection(grant->login.connectionId);
    if (located.connection == nullptr || !located.connection->active()) return "the connection is disabled";
    const auto person = findMappedPerson(*located.connection, grant->login.person.email);
    if (person && !person->active) return "the user is not active";
    if (!touchSession(data, grant->login.sessionId, now)) return "the session is over";
    tooWide = scope && !narrows(*scope, grant->scope);
    if (tooWide) return "";
    issue.login = grant->login;
    issue.scope = scope.value_or(grant->scope);
    found->used = true;
    const std::string grantId = found->grantId;  // extendGrant may move what `found` points to
    issue.refreshToken = extendGrant(context, data, grantId, issue.accessTokenId);
    return nullptr;
  });
  if (tooWide) return HttpResponse::oauthError(400, "invalid_scope", "scope exceeds what was granted");
  return refusal != nullptr ? invalidGrant(refusal) : userTokens(context, client, issue);
}

HttpResponse machineToken(Context& context, const AuthenticatedClient& caller, const Params& params) {
  if (!caller.proven)
    return HttpResponse::oauthError(400, "unauthorized_client", "a public client gets no machine token");
  const std::string scope = params.getOr("scope", "openid");
  static const std::regex kScope(R"([\x21\x23-\x5B\x5D-\x7E]+( [\x21\x23-\x5B\x5D-\x7E]+)*)");  // RFC 6749 section 3.3
  if (scope.size() > 500 || !std::regex_match(scope, kScope)) {
    return HttpResponse::oauthError(400, "invalid_scope", "scope is malformed");
  }
  const KeyPtr key = context.state.with([](StateData& data) { return data.keys.current(); });
  const Client& client = caller.client;
  const auto& audience = client.audience.empty() ? std::vector<std::string>{client.id} : client.audience;
  const Json claims = accessTokenClaims({.issuer = context.baseUrl,
                                         .subject = client.id,
                                         .clientId = client.id,
                                         .tokenId = context.ids.next("tkn"),
                                         .scope = scope,
                                         .audience = audience,
                                         .now = context.now(),
                                         .lifetime = context.options.machineTokenLifetime});
  return tokenResponse({{"access_token", signJwt(*key, claims)},
                        {"token_type", "Bearer"},
                        {"expires_in", context.options.machineTokenLifetime.count() - 1},
                        {"scope", scope}},
                       "machine token for " + client.id);
}

}  // namespace

HttpResponse issueTokens(Context& context, const HttpRequest& http) {
  if (!http.hasForm()) return invalidRequest("the body must be application/x-www-form-urlencoded");
  // Credentials and codes do not belong in a URL (RFC 6749 section 2.3.1).
  if (!http.query.empty()) return invalidRequest("parameters belong in the body");
  const Params params = Params::parse(http.body);
  if (!params.problem().empty()) return invalidRequest(params.problem());
  const auto authenticated = authenticateClient(context, http, params);
  if (const auto* error = std::get_if<HttpResponse>(&authenticated)) return *error;
  const auto& caller = std::get<AuthenticatedClient>(authenticated);
  const auto grant = params.get("grant_type");
  if (!grant) return invalidRequest("grant_type is missing");
  if (*grant == "authorization_code") return exchangeCode(context, caller.client, params);
  if (*grant == "refresh_token") return refresh(context, caller.client, params);
  if (*grant == "client_credentials") return machineToken(context, caller, params);
  return HttpResponse::oauthError(400, "unsupported_grant_type", "the grant type is not supported");
}

}  // namespace scalekit_simulator
