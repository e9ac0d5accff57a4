// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sso/runtime.h"

namespace sso {

/// The key of an identity: opaque bytes, never trimmed, never case-folded. E-mail is no part of it
/// (JIT.md rows 9-11; SEC-MP-04). Bounds, checked by the verifier: 1 to 255 bytes each, no C0, C1 or DEL.
struct IdentityKey {
  std::string issuer = {};        ///< the Scalekit environment
  std::string connectionId = {};  ///< conn_...
  std::string subject = {};       ///< the ID token's whole sub claim
  auto operator<=>(const IdentityKey&) const = default;
};

/// A person whose ID token passed every check of the TokenVerifier. Holds no token.
struct VerifiedIdentity {
  IdentityKey key = {};
  std::string organizationId = {};         ///< Scalekit's oid claim, org_...
  std::string email = {};                  ///< canonical (canonicalEmail), or empty
  bool emailMalformed = false;             ///< an address was asserted that could not be parsed; email is empty
  std::optional<bool> emailVerified = {};  ///< nullopt: the token does not say
  std::string displayName = {};            ///< at most 256 characters, no control characters; may be empty
  std::optional<std::vector<std::string>> groups = {};  ///< nullopt: absent, which is not the same as empty
  bool groupsTruncated = false;                         ///< the identity provider cut the list
  std::string sessionId = {};                           ///< Scalekit's sid claim, or empty
  /// What the customer's directory calls the person whatever their address is, 1 to 255 bytes, no control characters:
  /// the claim external_id, a custom attribute of the environment that each connection maps (docs/EMBEDDING.md, 6;
  /// CONTRACT.md 3.1 and 7.5). An attribute, never a key: it counts in a migration window alone (JIT.md row 14).
  std::optional<std::string> externalId = {};
  TimePoint issuedAt = {}, authenticatedAt = {};  ///< authenticatedAt: auth_time, else issuedAt
  bool authTimeKnown = false;                     ///< authenticatedAt is auth_time
};

/// The one canonical form of an e-mail address: ASCII local part lower-cased, domain lower-cased in its ASCII form.
/// nullopt when the address is not a plain addr-spec: quoted local part, two @, control bytes, no dot in the domain,
/// over 254 bytes, IP literal (SEC-MP-10; RFC 5321 4.5.3.1, RFC 5891 for the A-label form).
std::optional<std::string> canonicalEmail(std::string_view address);
/// The domain of a canonical address.
std::string_view domainOf(std::string_view canonicalAddress);
/// Lower-case ASCII domain, nullopt when it is none. Never a public mail domain check.
std::optional<std::string> canonicalDomain(std::string_view domain);
/// gmail.com and the like: can never be owned by an organization (JIT.md).
bool isPublicMailDomain(std::string_view canonicalDomain);

}  // namespace sso
