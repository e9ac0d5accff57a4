// SPDX-License-Identifier: Apache-2.0
#include "base/return_to.h"

#include <algorithm>

namespace sso::detail {
namespace {

constexpr std::size_t kMaxBytes = 1024;

bool isHexDigit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// RFC 3986 2.1: a percent sign is followed by two digits. What one reader passes on as text another one may join with
/// what follows.
bool hasOnlyWholeEscapes(std::string_view text) {
  for (auto at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    if (at + 2 >= text.size() || !isHexDigit(text[at + 1]) || !isHexDigit(text[at + 2])) return false;
  }
  return true;
}

/// A segment with its dots written out: browsers take "%2e" in a path for a dot (WHATWG URL 4.1, "single-dot URL path
/// segment").
std::string withPlainDots(std::string_view segment) {
  std::string plain;
  for (std::size_t i = 0; i < segment.size(); ++i) {
    if (segment[i] == '%' && i + 2 < segment.size() && segment[i + 1] == '2' &&
        (segment[i + 2] == 'e' || segment[i + 2] == 'E')) {
      plain += '.';
      i += 2;
    } else {
      plain += segment[i];
    }
  }
  return plain;
}

std::string_view pathOf(std::string_view candidate) { return candidate.substr(0, candidate.find_first_of("?#")); }

/// A browser resolves such a path before it asks for it, and never asks for one: nobody comes back to it in earnest.
bool hasDotSegment(std::string_view path) {
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash before the segment
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string segment = withPlainDots(path.substr(0, end));
    if (segment == "." || segment == "..") return true;
    path.remove_prefix(end);
  }
  return false;
}

bool isAtOrBelow(std::string_view path, std::string_view refused) {
  return path.starts_with(refused) && (path.size() == refused.size() || path[refused.size()] == '/');
}

}  // namespace

bool isSafeReturnPath(std::string_view candidate) {
  if (candidate.empty() || candidate.size() > kMaxBytes || candidate[0] != '/') return false;
  if (candidate.starts_with("//")) return false;  // "/\\" starts an authority, too: no backslash passes below
  const bool plain = std::all_of(candidate.begin(), candidate.end(),
                                 [](char c) { return c >= 0x21 && c <= 0x7E && c != '"' && c != '\\'; });
  return plain && hasOnlyWholeEscapes(candidate) && !hasDotSegment(pathOf(candidate));
}

std::string safeReturnTo(std::string_view candidate, std::string_view fallback,
                         const std::vector<std::string>& refusedPaths) {
  if (!isSafeReturnPath(candidate)) return std::string(fallback);
  const std::string_view path = pathOf(candidate);
  const bool refused = std::any_of(refusedPaths.begin(), refusedPaths.end(),
                                   [path](const std::string& own) { return isAtOrBelow(path, own); });
  return std::string(refused ? fallback : candidate);
}

}  // namespace sso::detail
