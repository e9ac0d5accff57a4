// SPDX-License-Identifier: Apache-2.0
#include "token_maker.h"

#include <set>
#include <sstream>

#include "encoding.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

constexpr Seconds kIdpTokenLifetime{300};  // CONTRACT.md 3.3

long long epoch(Instant instant) { return instant.time_since_epoch().count(); }

/// Names that an attribute of the customer's identity provider never overwrites (CONTRACT.md 3.1).
bool isReservedClaim(const std::string& name) {
  static const std::set<std::string> kReserved = {"roles",       "permissions",
                                                  "email",       "email_verified",
                                                  "name",        "given_name",
                                                  "family_name", "sub",
                                                  "oid",         "sid",
                                                  "iss",         "aud",
                                                  "azp",         "amr",
                                                  "exp",         "iat",
                                                  "nbf",         "jti",
                                                  "client_id",   "at_hash",
                                                  "c_hash",      "nonce",
                                                  "groups",      "xoid",
                                                  "xuid",        "preferred_username"};
  return kReserved.contains(name);
}

std::string signingInput(const Json& header, const std::string& payload) {
  return base64Url(header.dump()) + "." + base64Url(payload);
}

}  // namespace

std::string idTokenSubject(const Login& login) {
  return login.connectionId + ";" + subjectOf(login.person, login.connectionId);
}

Json personClaims(const Person& person, const std::vector<std::string>& customAttributes) {
  Json claims = Json::object();
  for (const auto& key : customAttributes) {
    const auto found = person.attributes.find(key);
    if (found != person.attributes.end() && !isReservedClaim(key)) claims[key] = found->second;
  }
  claims["email"] = person.email;
  claims["preferred_username"] = person.email;
  if (!person.givenName.empty()) claims["given_name"] = person.givenName;
  if (!person.familyName.empty()) claims["family_name"] = person.familyName;
  if (!person.name.empty()) claims["name"] = person.name;
  if (person.emailVerified) claims["email_verified"] = *person.emailVerified;
  if (person.groups) claims["groups"] = *person.groups;
  return claims;
}

Json idTokenClaims(const IdTokenFacts& facts) {
  Json claims = personClaims(facts.login.person, facts.customAttributes);
  claims["iss"] = facts.issuer;
  claims["sub"] = idTokenSubject(facts.login);
  claims["aud"] = Json::array({facts.clientId});
  claims["azp"] = facts.clientId;
  claims["client_id"] = facts.clientId;
  claims["amr"] = Json::array({facts.login.connectionId});
  claims["oid"] = facts.login.organizationId;
  claims["sid"] = facts.login.sessionId;
  claims["iat"] = epoch(facts.now);
  claims["exp"] = epoch(facts.now + facts.lifetime);
  claims["at_hash"] = halfHash(facts.accessToken);
  if (!facts.code.empty()) claims["c_hash"] = halfHash(facts.code);
  if (facts.nonce) claims["nonce"] = *facts.nonce;
  if (facts.tellAuthTime) claims["auth_time"] = epoch(facts.login.authenticatedAt);
  return claims;
}

Json accessTokenClaims(const AccessTokenFacts& facts) {
  Json claims = {{"iss", facts.issuer},     {"sub", facts.subject},
                 {"aud", facts.audience},   {"client_id", facts.clientId},
                 {"jti", facts.tokenId},    {"iat", epoch(facts.now)},
                 {"nbf", epoch(facts.now)}, {"exp", epoch(facts.now + facts.lifetime)}};
  if (!facts.scope.empty()) {
    claims["scope"] = facts.scope;
    std::istringstream words(facts.scope);
    for (std::string word; words >> word;) claims["scopes"].push_back(word);
  }
  return claims;
}

Json idpInitiatedClaims(const std::string& issuer, const std::string& organizationId, const std::string& connectionId,
                        const std::string& email, const std::string& relayState, Instant now) {
  Json claims = {{"iss", issuer},
                 {"organization_id", organizationId},
                 {"connection_id", connectionId},
                 {"login_hint", email},
                 {"iat", epoch(now)},
                 {"nbf", epoch(now)},
                 {"exp", epoch(now + kIdpTokenLifetime)}};
  if (!relayState.empty()) claims["relay_state"] = relayState;
  return claims;
}

std::string halfHash(std::string_view text) { return base64Url(sha256(text).substr(0, 16)); }

TokenDraft draftOf(const SigningKey& key, Json claims) {
  TokenDraft draft;
  draft.header = {{"alg", "RS256"}, {"kid", key.kid()}, {"typ", "JWT"}};
  draft.claims = std::move(claims);
  return draft;
}

std::string signJwt(const SigningKey& key, const Json& claims) {
  const std::string input = signingInput({{"alg", "RS256"}, {"kid", key.kid()}, {"typ", "JWT"}}, claims.dump());
  return input + "." + base64Url(key.sign(input));
}

std::string signDraft(const TokenDraft& draft, const SigningKey& current, const SigningKey& unpublished,
                      std::string_view clientSecret) {
  if (!draft.replacement.empty()) return draft.replacement;
  const std::string input =
      signingInput(draft.header, draft.rawPayload.empty() ? draft.claims.dump() : draft.rawPayload);
  switch (draft.signature) {
    case TokenDraft::Signature::kCurrentKey:
      return input + "." + base64Url(current.sign(input));
    case TokenDraft::Signature::kUnpublishedKey:
      return input + "." + base64Url(unpublished.sign(input));
    case TokenDraft::Signature::kHmacClientSecret:
      return input + "." + base64Url(hmacSha256(clientSecret, input));
    case TokenDraft::Signature::kHmacPublicKey:
      return input + "." + base64Url(hmacSha256(current.publicPem(), input));
    case TokenDraft::Signature::kNone:
      break;
  }
  return input + ".";
}

std::string kidOf(std::string_view token) {
  const auto bytes = base64UrlDecode(token.substr(0, token.find('.')));
  if (!bytes) return {};
  const Json header = Json::parse(*bytes, nullptr, false);
  if (!header.is_object() || textClaim(header, "alg") != "RS256") return {};
  return textClaim(header, "kid");
}

std::optional<Json> readToken(std::string_view token, const SigningKey& key) {
  const auto secondDot = token.rfind('.');
  const auto firstDot = token.find('.');
  if (firstDot == std::string_view::npos || firstDot == secondDot) return std::nullopt;
  const auto signature = base64UrlDecode(token.substr(secondDot + 1));
  const auto payload = base64UrlDecode(token.substr(firstDot + 1, secondDot - firstDot - 1));
  if (!signature || !payload || !key.verify(token.substr(0, secondDot), *signature)) return std::nullopt;
  Json claims = Json::parse(*payload, nullptr, false);
  return claims.is_object() ? std::optional(std::move(claims)) : std::nullopt;
}

std::string textClaim(const Json& claims, const char* name) {
  const auto found = claims.find(name);
  return found != claims.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

long long numberClaim(const Json& claims, const char* name) {
  const auto found = claims.find(name);
  return found != claims.end() && found->is_number_integer() ? found->get<long long>() : 0;
}

}  // namespace scalekit_simulator
