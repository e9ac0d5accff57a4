// SPDX-License-Identifier: Apache-2.0
#include "base/cookies.h"

#include <algorithm>
#include <set>

#include "base/ows.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

constexpr std::size_t kMaxHeaderBytes = 8192;
constexpr std::size_t kMaxCookies = 100;
constexpr std::size_t kMaxSetCookieBytes = 4096;  // RFC 6265 6.1: what a browser must at least keep

using CookieMap = std::map<std::string, std::string, std::less<>>;

bool isPrintable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7E; });
}

/// RFC 9110 5.6.2, token.
bool isToken(std::string_view text) {
  constexpr std::string_view kSeparators = "()<>@,;:\\\"/[]?={} ";
  return !text.empty() && isPrintable(text) && text.find_first_of(kSeparators) == std::string_view::npos;
}

/// RFC 6265 4.1.1, cookie-octet; quotation marks are not among them.
bool isCookieValue(std::string_view text) {
  return isPrintable(text) && text.find_first_of(" \",;\\") == std::string_view::npos;
}

/// Browsers compare the prefix without regard to case (RFC 6265bis 4.1.3).
bool hasPrefix(std::string_view name, std::string_view lowerPrefix) {
  if (name.size() < lowerPrefix.size()) return false;
  return std::equal(lowerPrefix.begin(), lowerPrefix.end(), name.begin(), [](char expected, char c) {
    return expected == (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  });
}

[[noreturn]] void refuse(std::string_view detail) { throw Error(ErrorCode::kInternal, reason::kInternal, detail); }

}  // namespace

CookieMap parseCookieHeader(std::string_view header) {
  if (header.size() > kMaxHeaderBytes) return {};
  CookieMap cookies;
  std::set<std::string, std::less<>> seen;
  std::size_t count = 0;
  while (!header.empty()) {
    const std::size_t end = header.find(';');
    const std::string_view pair = withoutOws(header.substr(0, end));
    header = end == std::string_view::npos ? std::string_view{} : header.substr(end + 1);
    if (pair.empty()) continue;
    if (++count > kMaxCookies) return {};
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) continue;  // nameless: "__Host-sid" alone is a value, not a name
    const std::string_view name = withoutOws(pair.substr(0, equals));
    const std::string_view value = withoutOws(pair.substr(equals + 1));
    if (!seen.emplace(name).second) {
      cookies.erase(std::string(name));
      continue;
    }
    if (isToken(name) && isPrintable(value)) cookies.emplace(name, value);
  }
  return cookies;
}

std::string toSetCookie(const Cookie& cookie) {
  if (!isToken(cookie.name)) refuse("forbidden byte in a cookie name");
  if (!isCookieValue(cookie.value)) refuse("forbidden byte in a cookie value");
  if (cookie.name.size() + cookie.value.size() > kMaxSetCookieBytes) refuse("cookie too large");

  // RFC 6265bis 4.1.3.1 and 4.1.3.2: browsers drop a prefixed cookie that is not Secure, or for __Host- that names a
  // domain or another path; we never name either.
  const bool secure = cookie.secure || hasPrefix(cookie.name, "__host-") || hasPrefix(cookie.name, "__secure-");
  std::string header = cookie.name + "=" + cookie.value + "; Path=/";
  if (cookie.maxAge) {
    const auto seconds = std::max<std::chrono::seconds::rep>(cookie.maxAge->count(), 0);
    header += "; Max-Age=" + std::to_string(seconds);
    if (seconds == 0) header += "; Expires=Thu, 01 Jan 1970 00:00:00 GMT";
  }
  if (secure) header += "; Secure";
  if (cookie.httpOnly) header += "; HttpOnly";
  return header + "; SameSite=Lax";
}

}  // namespace sso::detail
