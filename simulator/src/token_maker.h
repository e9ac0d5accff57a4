// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fault_engine.h"
#include "signing_keys.h"
#include "state.h"

/// Tokens: what they say (CONTRACT.md 3.1 to 3.3) and how they are signed and read back.
namespace scalekit_simulator {

struct IdTokenFacts {
  std::string issuer, clientId;
  Login login;
  std::optional<std::string> nonce;
  bool tellAuthTime =
      false;  ///< max_age was asked for (OpenID Connect Core 2); Scalekit documents no auth_time otherwise.
  std::string accessToken, code;  ///< For at_hash and c_hash; an empty code leaves c_hash out.
  std::vector<std::string> customAttributes;
  Instant now;
  Seconds lifetime;
};

nlohmann::json idTokenClaims(const IdTokenFacts& facts);

/// sub of an ID token: `conn_...;<idp user id>`.
std::string idTokenSubject(const Login& login);

struct AccessTokenFacts {
  std::string issuer, subject, clientId, tokenId, scope;  ///< scope: machine tokens only.
  std::vector<std::string> audience;
  Instant now;
  Seconds lifetime;
};
nlohmann::json accessTokenClaims(const AccessTokenFacts& facts);

nlohmann::json idpInitiatedClaims(const std::string& issuer, const std::string& organizationId,
                                  const std::string& connectionId, const std::string& email,
                                  const std::string& relayState, Instant now);

/// The profile part of a person's claims: what userinfo answers and what the ID token adds to the protocol claims.
nlohmann::json personClaims(const Person& person, const std::vector<std::string>& customAttributes);

/// left half of SHA-256, base64url (OpenID Connect Core 3.1.3.6).
std::string halfHash(std::string_view text);

/// header.payload.signature with {"alg":"RS256","kid":...,"typ":"JWT"}.
std::string signJwt(const SigningKey& key, const nlohmann::json& claims);
/// What a draft became after faults.
std::string signDraft(const TokenDraft& draft, const SigningKey& current, const SigningKey& unpublished,
                      std::string_view clientSecret);
TokenDraft draftOf(const SigningKey& key, nlohmann::json claims);

/// The kid of a token's header, unverified; empty when there is none.
std::string kidOf(std::string_view token);
/// The claims of a token that this key signed; expiry and revocation are the caller's. Call it outside the state's
/// lock.
std::optional<nlohmann::json> readToken(std::string_view token, const SigningKey& key);

std::string textClaim(const nlohmann::json& claims, const char* name);
long long numberClaim(const nlohmann::json& claims, const char* name);

}  // namespace scalekit_simulator
