// SPDX-License-Identifier: Apache-2.0
#include "csrf.h"

#include <algorithm>

#include "crypto.h"
#include "sso/digest.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace hostapp {
namespace {

constexpr std::size_t kVisitorBytes = 32;
constexpr std::string_view kSession = "session", kVisitor = "visitor";

[[noreturn]] void refuseForm(std::string_view why) {
  throw sso::Error(sso::ErrorCode::kForbidden, sso::reason::kCsrf, why,
                   "open the application at APP_BASE_URL; a proxy in front must pass Origin and cookies on");
}

/// The media type without its parameters, in lower case (RFC 9110 8.3.1).
std::string mediaType(std::string_view contentType) {
  std::string type(contentType.substr(0, contentType.find(';')));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.pop_back();
  std::transform(type.begin(), type.end(), type.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return type;
}

bool isVisitorValue(std::string_view value) {
  return value.size() == kVisitorBytes * 2 && value.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string hmacHex(std::string_view key, std::string_view data) { return sso::toHex(sso::hmacSha256(key, data)); }

}  // namespace

CsrfGuard::CsrfGuard(const std::vector<sso::Secret>& keys, std::string ownOrigin, bool secureCookies,
                     std::shared_ptr<sso::RandomSource> random)
    : ownOrigin_(std::move(ownOrigin)),
      cookieName_(secureCookies ? "__Host-visit" : "visit"),
      secureCookies_(secureCookies),
      random_(std::move(random)) {
  // A key of its own, so that a token can never pass for anything else made with the application's keys.
  for (const auto& key : keys) keys_.emplace_back(hmacHex(key.reveal(), "hostapp csrf token"));
}

std::string CsrfGuard::sign(std::size_t key, std::string_view kind, std::string_view value) const {
  return hmacHex(keys_.at(key).reveal(), std::string(kind) + ":" + std::string(value));
}

std::string CsrfGuard::sessionToken(std::string_view sessionIdHash) const { return sign(0, kSession, sessionIdHash); }

CsrfGuard::VisitorToken CsrfGuard::visitorToken(const sso::RequestInfo& request) const {
  const auto found = request.cookies.find(cookieName_);
  if (found != request.cookies.end() && isVisitorValue(found->second)) {
    return {sign(0, kVisitor, found->second), std::nullopt};
  }
  const std::string value = randomHex(*random_, kVisitorBytes);
  sso::Cookie cookie;
  cookie.name = cookieName_;
  cookie.value = value;
  cookie.secure = secureCookies_;
  return {sign(0, kVisitor, value), cookie};
}

void CsrfGuard::requireOwnForm(const sso::RequestInfo& request) const {
  // A cross-site form can be sent as text/plain or multipart; ours never are.
  if (mediaType(request.contentType) != "application/x-www-form-urlencoded") refuseForm("not a form content type");
  // W3C Fetch Metadata: only a page of ours sends "same-origin"; "none" is no post of a page.
  if (!request.secFetchSite.empty() && request.secFetchSite != "same-origin") refuseForm("sent from another site");
  // RFC 6454 section 7; "null" is an opaque origin, never ours.
  if (!request.origin.empty() && request.origin != ownOrigin_) refuseForm("sent from another origin");
}

void CsrfGuard::requireToken(const std::optional<std::string>& token, std::string_view kind,
                             std::string_view value) const {
  bool matches = false;
  for (std::size_t key = 0; token && key < keys_.size(); ++key) {
    matches = sso::equalsConstantTime(*token, sign(key, kind, value)) || matches;
  }
  if (!matches) refuseForm("token missing or of another session");
}

void CsrfGuard::requireSessionToken(const std::optional<std::string>& token, std::string_view sessionIdHash) const {
  requireToken(token, kSession, sessionIdHash);
}

void CsrfGuard::requireVisitorToken(const std::optional<std::string>& token, const sso::RequestInfo& request) const {
  const auto found = request.cookies.find(cookieName_);
  if (found == request.cookies.end() || !isVisitorValue(found->second)) refuseForm("no form cookie of this browser");
  requireToken(token, kVisitor, found->second);
}

}  // namespace hostapp
