// SPDX-License-Identifier: Apache-2.0
#include "oidc/jwk_set.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/base64url.h"
#include "base/strict_json.h"
#include "oidc/jws.h"
#include "oidc/rs256.h"
#include "oidc/upstream_answer.h"

namespace sso::detail {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxKeys = 64;  // SEC-JW-11

/// True when the member is absent or this very string.
bool absentOr(const json& jwk, std::string_view name, std::string_view value) {
  return !jwk.contains(name) || stringMember(jwk, name) == value;
}

bool allowsVerifying(const json& jwk) {
  if (!jwk.contains("key_ops")) return true;  // RFC 7517 4.3
  const auto operations = stringsMember(jwk, "key_ops");
  return operations && std::find(operations->begin(), operations->end(), "verify") != operations->end();
}

bool hasUsableKid(const json& jwk) {
  if (!jwk.contains("kid")) return true;
  const auto kid = stringMember(jwk, "kid");
  return kid && isKid(*kid);
}

/// CONTRACT.md 3.7 (2), SEC-JW-07: an RSA key meant for RS256 signatures, and a public one only - whoever can read the
/// set could sign with a key whose private exponent stands in it.
bool isMeantForRs256(const json& jwk) {
  return jwk.is_object() && stringMember(jwk, "kty") == "RSA" && absentOr(jwk, "use", "sig") && allowsVerifying(jwk) &&
         absentOr(jwk, "alg", "RS256") && hasUsableKid(jwk) && !jwk.contains("d");
}

std::shared_ptr<const SigningKey> signingKey(const json& jwk) {
  if (!isMeantForRs256(jwk)) return nullptr;
  const auto n = stringMember(jwk, "n"), e = stringMember(jwk, "e");
  if (!n || !e) return nullptr;
  const auto modulus = decodeBase64Url(*n), exponent = decodeBase64Url(*e);
  if (!modulus || !exponent) return nullptr;
  auto key = rsaPublicKey(*modulus, *exponent);
  if (!key) return nullptr;
  return std::make_shared<const SigningKey>(SigningKey{stringMember(jwk, "kid").value_or(""), std::move(key)});
}

/// SEC-JW-06: of two keys with one kid, one may be an attacker's. Neither is used.
void dropAmbiguous(JwkSet& set) {
  const auto all = set.keys;
  std::erase_if(set.keys, [&all](const auto& key) {
    return std::count_if(all.begin(), all.end(), [&key](const auto& other) { return other->kid == key->kid; }) > 1;
  });
  set.ambiguous = set.usable - set.keys.size();
}

}  // namespace

std::shared_ptr<const SigningKey> JwkSet::find(std::string_view kid) const {
  if (kid.empty()) return usable == 1 ? keys.front() : nullptr;  // SEC-JW-02
  const auto found = std::find_if(keys.begin(), keys.end(), [kid](const auto& key) { return key->kid == kid; });
  return found == keys.end() ? nullptr : *found;
}

JwkSet parseJwkSet(std::string_view text) {
  const json document = parseStrictJson(text);
  if (!document.is_object() || !document.contains("keys") || !document.at("keys").is_array()) {
    rejectAnswer("JWK Set has no array of keys");
  }
  const json& jwks = document.at("keys");
  if (jwks.size() > kMaxKeys) rejectAnswer("JWK Set has too many keys");
  JwkSet set;
  for (const json& jwk : jwks) {
    if (auto key = signingKey(jwk)) set.keys.push_back(std::move(key));
  }
  set.usable = set.keys.size();
  set.ignored = jwks.size() - set.usable;
  dropAmbiguous(set);
  if (set.keys.empty()) rejectAnswer("JWK Set has no usable key");
  return set;
}

}  // namespace sso::detail
