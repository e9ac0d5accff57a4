// SPDX-License-Identifier: Apache-2.0
#include "parts.h"

#include <algorithm>

#include "sso/admin_portal/page_parts.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace sso::admin_portal {
namespace {

std::string_view partNamed(std::string_view name, std::string_view kind) {
  const bool fragmentWanted = kind == "fragment";
  for (const auto& part : embeddedParts()) {
    if (part.name == name && part.name.ends_with(".html") == fragmentWanted) return part.content;
  }
  throw Error(ErrorCode::kInternal, reason::kInternal, "no such part of the settings page");
}

/// scheme://host[:port] and nothing that ends a CSP source or starts another one.
bool isOrigin(std::string_view origin) {
  const auto scheme = origin.find("://");
  if (scheme == std::string_view::npos) return false;
  const auto name = origin.substr(0, scheme);
  if (name != "https" && name != "http") return false;
  const auto authority = origin.substr(scheme + 3);
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
  };
  return !authority.empty() && std::all_of(authority.begin(), authority.end(), allowed);
}

}  // namespace

std::string_view asset(std::string_view name) { return partNamed(name, "asset"); }

std::string_view fragment(std::string_view name) { return partNamed(name, "fragment"); }

std::string contentSecurityPolicy(std::string_view frameOrigin) {
  if (!isOrigin(frameOrigin)) {
    throw Error(ErrorCode::kConfig, reason::kConfig, "the admin portal's address is no origin");
  }
  return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src " +
         std::string(frameOrigin) + "; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
}

}  // namespace sso::admin_portal
