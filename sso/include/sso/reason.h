// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

/// The stable words that say which check refused. They go to the audit trail and the log, never to a URL or a page,
/// so an attacker cannot probe the checks one by one (SECURITY section 0). docs/ERRORS.md explains each;
/// a test holds the two lists together.
namespace sso::reason {
// the request
inline constexpr std::string_view kMalformed = "malformed";  ///< not of the form the protocol asks for
inline constexpr std::string_view kDuplicateParameter = "duplicate_parameter";  ///< a protocol parameter came twice
inline constexpr std::string_view kReturnTo = "return_to";  ///< refused return path (replaced by the default)
inline constexpr std::string_view kUnknownSelector = "unknown_selector";  ///< organization or connection we do not know
// the transaction
inline constexpr std::string_view kState = "state";        ///< state missing, wrong, or not of this browser
inline constexpr std::string_view kBrowser = "browser";    ///< the browser holds no transaction for this state
inline constexpr std::string_view kExpired = "expired";    ///< took longer than the transaction's lifetime
inline constexpr std::string_view kReplayed = "replayed";  ///< the transaction (or IdP-initiated token) was used before
inline constexpr std::string_view kIssuer = "issuer";      ///< callback iss parameter (RFC 9207)
inline constexpr std::string_view kProviderError = "provider_error";  ///< the callback carries an error
// the token response
inline constexpr std::string_view kInvalidGrant = "invalid_grant";    ///< Scalekit refused the code
inline constexpr std::string_view kTokenResponse = "token_response";  ///< members missing or of the wrong type
inline constexpr std::string_view kJsonDuplicate = "json_duplicate";  ///< a member came twice
inline constexpr std::string_view kUpstream = "upstream";             ///< no usable answer in time
inline constexpr std::string_view kMetadata = "metadata";             ///< discovery document refused
// the ID token, in the order of CONTRACT.md 3.7
inline constexpr std::string_view kAlg = "alg";
inline constexpr std::string_view kTyp = "typ";
inline constexpr std::string_view kCrit = "crit";
inline constexpr std::string_view kKid = "kid";
inline constexpr std::string_view kKey = "key";  ///< the key may not verify RS256 (use, key_ops, alg, size)
inline constexpr std::string_view kSignature = "signature";
inline constexpr std::string_view kIss = "iss";
inline constexpr std::string_view kAud = "aud";
inline constexpr std::string_view kAzp = "azp";
inline constexpr std::string_view kExp = "exp";
inline constexpr std::string_view kIat = "iat";
inline constexpr std::string_view kNbf = "nbf";
inline constexpr std::string_view kAuthTime = "auth_time";  ///< asked to authenticate again, and was not
inline constexpr std::string_view kNonce = "nonce";
inline constexpr std::string_view kAtHash = "at_hash";
inline constexpr std::string_view kCHash = "c_hash";
inline constexpr std::string_view kSub = "sub";
inline constexpr std::string_view kEmail = "email";
inline constexpr std::string_view kOrganization = "organization";  ///< oid is not the organization we started with
inline constexpr std::string_view kConnection = "connection";      ///< amr / sub name another connection
// everything else
inline constexpr std::string_view kCsrf = "csrf";
inline constexpr std::string_view kStorage = "storage";
inline constexpr std::string_view kHost = "host";
inline constexpr std::string_view kMail = "mail";  ///< a message that cannot be sent, or that no server took
inline constexpr std::string_view kConfig = "config";
inline constexpr std::string_view kInternal = "internal";
}  // namespace sso::reason
