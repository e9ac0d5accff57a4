// SPDX-License-Identifier: Apache-2.0
#include "oidc/token_claims.h"

#include <utility>

namespace sso::detail {
namespace {

using Kind = JsonValue::Kind;

void readInto(JsonCursor& cursor, TextClaim& claim) {
  const JsonValue value = cursor.value();
  claim.state = value.kind == Kind::kString ? ClaimState::kPresent : ClaimState::kWrongType;
  claim.value = value.text;
  cursor.skipRest(value.kind);
}

void readInto(JsonCursor& cursor, IntegerClaim& claim) {
  const JsonValue value = cursor.value();
  claim.state = value.kind == Kind::kInteger ? ClaimState::kPresent : ClaimState::kWrongType;
  claim.value = value.integer;
  cursor.skipRest(value.kind);
}

void readInto(JsonCursor& cursor, BooleanClaim& claim) {
  const JsonValue value = cursor.value();
  claim.state = value.kind == Kind::kBoolean ? ClaimState::kPresent : ClaimState::kWrongType;
  claim.value = value.boolean;
  cursor.skipRest(value.kind);
}

/// A list of strings and nothing else.
void readInto(JsonCursor& cursor, TextListClaim& claim, bool orSingle = false) {
  const JsonValue value = cursor.value();
  claim.state = ClaimState::kPresent;
  if (orSingle && value.kind == Kind::kString) return claim.value.push_back(value.text);
  if (value.kind != Kind::kArray) {
    claim.state = ClaimState::kWrongType;
    return cursor.skipRest(value.kind);
  }
  while (cursor.nextElement()) {
    const JsonValue element = cursor.value();
    if (element.kind == Kind::kString) {
      claim.value.push_back(element.text);
    } else {
      claim.state = ClaimState::kWrongType;
      cursor.skipRest(element.kind);
    }
  }
}

/// OIDC Core 5.6.2: {"groups":"src1"} says that the groups are to be fetched elsewhere. Nothing is ever fetched.
void readClaimNames(JsonCursor& cursor, TokenClaims& claims) {
  const JsonValue value = cursor.value();
  if (value.kind != Kind::kObject) return cursor.skipRest(value.kind);
  std::string_view name;
  while (cursor.nextMember(name)) {
    if (name == "groups") claims.groupsElsewhere = true;
    cursor.skipValue();
  }
}

/// Reads one member; the switch on the length finds the few candidates without a table.
void readMember(JsonCursor& cursor, std::string_view name, TokenClaims& claims) {
  switch (name.size()) {
    case 3:
      if (name == "iss") return readInto(cursor, claims.iss);
      if (name == "sub") return readInto(cursor, claims.sub);
      if (name == "aud") return readInto(cursor, claims.aud, true);
      if (name == "azp") return readInto(cursor, claims.azp);
      if (name == "exp") return readInto(cursor, claims.exp);
      if (name == "iat") return readInto(cursor, claims.iat);
      if (name == "nbf") return readInto(cursor, claims.nbf);
      if (name == "oid") return readInto(cursor, claims.oid);
      if (name == "sid") return readInto(cursor, claims.sid);
      if (name == "amr") return readInto(cursor, claims.amr);
      if (name == "jti") return readInto(cursor, claims.jti);
      break;
    case 4:
      if (name == "name") return readInto(cursor, claims.name);
      break;
    case 5:
      if (name == "nonce") return readInto(cursor, claims.nonce);
      if (name == "email") return readInto(cursor, claims.email);
      break;
    case 6:
      if (name == "c_hash") return readInto(cursor, claims.cHash);
      if (name == "groups") return readInto(cursor, claims.groups);
      break;
    case 7:
      if (name == "at_hash") return readInto(cursor, claims.atHash);
      break;
    case 9:
      if (name == "client_id") return readInto(cursor, claims.clientId);
      if (name == "auth_time") return readInto(cursor, claims.authTime);
      break;
    case 10:
      if (name == "given_name") return readInto(cursor, claims.givenName);
      if (name == "login_hint") return readInto(cursor, claims.loginHint);
      break;
    case 11:
      if (name == "family_name") return readInto(cursor, claims.familyName);
      if (name == "external_id") return readInto(cursor, claims.externalId);
      if (name == "relay_state") return readInto(cursor, claims.relayState);
      break;
    case 12:
      if (name == "_claim_names") return readClaimNames(cursor, claims);
      break;
    case 13:
      if (name == "connection_id") return readInto(cursor, claims.connectionId);
      break;
    case 14:
      if (name == "email_verified") return readInto(cursor, claims.emailVerified);
      break;
    case 15:
      if (name == "organization_id") return readInto(cursor, claims.organizationId);
      break;
    default:
      break;
  }
  cursor.skipValue();
}

}  // namespace

void TokenClaims::clear() {
  std::vector<std::string_view> audiences = std::move(aud.value), methods = std::move(amr.value),
                                names = std::move(groups.value);
  *this = TokenClaims{};
  audiences.clear(), methods.clear(), names.clear();
  aud.value = std::move(audiences), amr.value = std::move(methods), groups.value = std::move(names);
}

bool readTokenClaims(std::string& payload, JsonCursor::SeenNames& scratch, TokenClaims& claims,
                     JsonCursor::Fault& cursorFault) {
  claims.clear();
  JsonCursor cursor(payload, scratch);
  const bool isObject = cursor.value().kind == Kind::kObject;  // RFC 7519 7.2 (10)
  std::string_view name;
  while (isObject && cursor.nextMember(name)) readMember(cursor, name, claims);
  const bool good = isObject && cursor.finished();
  cursorFault = good || cursor.fault() != JsonCursor::Fault::kNone ? cursor.fault() : JsonCursor::Fault::kMalformed;
  return good;
}

}  // namespace sso::detail
