// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "oidc/json_cursor.h"

namespace sso::detail {

/// A claim is absent, of the type that the contract gives it, or of another one - which no check may mistake for
/// absent.
enum class ClaimState { kAbsent, kPresent, kWrongType };

template <typename Value>
struct Claim {
  ClaimState state = ClaimState::kAbsent;
  Value value{};
  bool absent() const { return state == ClaimState::kAbsent; }
  bool present() const { return state == ClaimState::kPresent; }
};
using TextClaim = Claim<std::string_view>;
using IntegerClaim = Claim<std::int64_t>;
using BooleanClaim = Claim<bool>;
using TextListClaim = Claim<std::vector<std::string_view>>;

/// The claims that somebody here looks at (CONTRACT.md 3.1 and 3.3). All others are read over, checked as JSON and
/// dropped. Views point into the text that readTokenClaims was given.
struct TokenClaims {
  TextClaim iss, azp, clientId, sub, oid, sid, jti;
  TextListClaim aud;  ///< a single string counts as a list of one (RFC 7519 4.1.3)
  TextListClaim amr, groups;
  IntegerClaim exp, iat, nbf, authTime;
  TextClaim nonce, atHash, cHash;
  TextClaim email, name, givenName, familyName, externalId;
  BooleanClaim emailVerified;
  bool groupsElsewhere = false;  ///< the list was too long and left out (_claim_names; OIDC Core 5.6.2)
  TextClaim organizationId, connectionId, loginHint, relayState;  ///< of an IdP-initiated token

  /// Back to nothing, keeping the lists' memory.
  void clear();
};

/// Reads the payload of a token in one pass, unescaping it in place. False when it is no JSON object that a strict
/// reader accepts; cursorFault says why.
bool readTokenClaims(std::string& payload, JsonCursor::SeenNames& scratch, TokenClaims& claims,
                     JsonCursor::Fault& cursorFault);

}  // namespace sso::detail
