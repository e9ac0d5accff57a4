// SPDX-License-Identifier: Apache-2.0
#include "oidc/jws.h"

#include <algorithm>

#include "oidc/base64url_buffer.h"
#include "oidc/json_cursor.h"
#include "oidc/refusal.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

constexpr std::size_t kMaxEncodedHeaderBytes = 4096;  // a kid of 256 bytes, escaped, and what nobody asked for

/// The header parameters that matter here (RFC 7515 4.1).
struct Header {
  JsonValue alg, typ, kid;
  bool algSeen = false, typSeen = false, kidSeen = false;
  bool crit = false;       // RFC 7515 4.1.11: extensions that must be understood; we know none
  bool bringsKey = false;  // jwk, jku, x5u, x5c: a key chosen by whoever made the token
};

JsonValue readScalar(JsonCursor& cursor, bool& seen) {
  seen = true;
  const JsonValue value = cursor.value();
  cursor.skipRest(value.kind);
  return value;
}

Header readHeader(std::string& text) {
  JsonCursor::SeenNames names;
  JsonCursor cursor(text, names);
  Header header;
  if (cursor.value().kind != JsonValue::Kind::kObject) refuse(reason::kMalformed, "JWS header is no object");
  std::string_view name;
  while (cursor.nextMember(name)) {
    if (name == "alg") {
      header.alg = readScalar(cursor, header.algSeen);
    } else if (name == "typ") {
      header.typ = readScalar(cursor, header.typSeen);
    } else if (name == "kid") {
      header.kid = readScalar(cursor, header.kidSeen);
    } else {
      header.crit = header.crit || name == "crit";
      header.bringsKey = header.bringsKey || name == "jwk" || name == "jku" || name == "x5u" || name == "x5c";
      cursor.skipValue();
    }
  }
  // RFC 7515 4: member names must be unique (SEC-ID-29).
  if (cursor.fault() == JsonCursor::Fault::kDuplicate) refuse(reason::kJsonDuplicate, "JWS header member twice");
  if (!cursor.finished()) refuse(reason::kMalformed, "JWS header is no JSON");
  return header;
}

bool isText(const JsonValue& value, std::string_view text) {
  return value.kind == JsonValue::Kind::kString && value.text == text;
}

void checkCrit(const Header& header) {
  if (header.crit) refuse(reason::kCrit, "JWS header has crit");  // RFC 7515 4.1.11
}

void checkAlg(const Header& header) {
  // RFC 8725 3.1: the algorithm is ours to choose, never the token's (SEC-ID-21 to -24).
  if (!isText(header.alg, "RS256")) refuse(reason::kAlg, "alg is not RS256");
}

void checkTyp(const Header& header) {
  // RFC 8725 3.11; RFC 7519 5.1. A logout+jwt or at+jwt is another kind of token.
  if (header.typSeen && !isText(header.typ, "JWT")) refuse(reason::kTyp, "typ is not JWT");
}

void checkBringsNoKey(const Header& header) {
  // RFC 8725 3.10 (SEC-ID-27). Ignoring them would do, but an honest issuer does not send them.
  if (header.bringsKey) refuse(reason::kKey, "JWS header brings its own key");
}

void checkKid(const Header& header) {
  if (!header.kidSeen) return;  // SECURITY, preamble: good while the set holds one usable key; JwksCache decides
  if (header.kid.kind != JsonValue::Kind::kString || !isKid(header.kid.text)) refuse(reason::kKid, "unusable kid");
}

/// Decodes and checks one header; returns its kid.
std::string checkedKid(std::string_view encodedHeader) {
  if (encodedHeader.size() > kMaxEncodedHeaderBytes) refuse(reason::kMalformed, "JWS header too long");
  std::string text;
  if (!decodeBase64UrlInto(encodedHeader, text)) refuse(reason::kMalformed, "JWS header is no base64url");
  const Header header = readHeader(text);
  checkCrit(header);
  checkAlg(header);
  checkTyp(header);
  checkBringsNoKey(header);
  checkKid(header);
  return std::string(header.kid.text);
}

}  // namespace

bool isKid(std::string_view kid) {
  return !kid.empty() && kid.size() <= kMaxKidBytes &&
         std::all_of(kid.begin(), kid.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

CompactJws splitCompactJws(std::string_view token) {
  if (token.size() > kMaxTokenBytes) refuse(reason::kMalformed, "token too long");
  const std::size_t first = token.find('.');
  const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos) refuse(reason::kMalformed, "not three segments");
  const CompactJws jws{token.substr(0, first), token.substr(first + 1, second - first - 1), token.substr(second + 1),
                       token.substr(0, second)};
  // Five segments are a JWE, an empty third one an unsecured JWT; RFC 7515 7.1 knows three (SEC-ID-32). A fourth dot
  // would also fail as base64url; it is said here so that nobody has to know that.
  if (jws.signature.find('.') != std::string_view::npos) refuse(reason::kMalformed, "more than three segments");
  if (jws.header.empty() || jws.payload.empty() || jws.signature.empty()) refuse(reason::kMalformed, "empty segment");
  return jws;
}

std::string_view acceptedKid(std::string_view encodedHeader) {
  thread_local std::string acceptedHeader, kid;
  if (encodedHeader != acceptedHeader) {
    std::string newKid = checkedKid(encodedHeader), newHeader(encodedHeader);
    kid.swap(newKid);  // both or neither: a header must never be paired with another one's kid
    acceptedHeader.swap(newHeader);
  }
  return kid;
}

}  // namespace sso::detail
