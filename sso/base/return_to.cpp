// SPDX-License-Identifier: Apache-2.0
#include "base/return_to.h"

#include <algorithm>

namespace sso::detail {
namespace {

constexpr std::size_t kMaxBytes = 1024;

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

/// The path that a browser will ask for: without query and fragment, dot segments resolved.
std::string resolvedPath(std::string_view candidate) {
  std::string_view rest = candidate.substr(0, candidate.find_first_of("?#"));
  std::vector<std::string> segments;
  while (!rest.empty()) {
    rest.remove_prefix(1);  // the slash before the segment
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string segment = withPlainDots(rest.substr(0, end));
    rest.remove_prefix(end);
    if (segment == "..") {
      if (!segments.empty()) segments.pop_back();
    } else if (segment != ".") {
      segments.push_back(segment);
    }
  }
  std::string path;
  for (const auto& segment : segments) path += "/" + segment;
  return path.empty() ? "/" : path;
}

bool isAtOrBelow(std::string_view path, std::string_view refused) {
  return path.starts_with(refused) && (path.size() == refused.size() || path[refused.size()] == '/');
}

}  // namespace

bool isSafeReturnPath(std::string_view candidate) {
  if (candidate.empty() || candidate.size() > kMaxBytes || candidate[0] != '/') return false;
  if (candidate.starts_with("//")) return false;  // "/\\" starts an authority, too: no backslash passes below
  return std::all_of(candidate.begin(), candidate.end(),
                     [](char c) { return c >= 0x21 && c <= 0x7E && c != '"' && c != '\\'; });
}

std::string safeReturnTo(std::string_view candidate, std::string_view fallback,
                         const std::vector<std::string>& refusedPaths) {
  if (!isSafeReturnPath(candidate)) return std::string(fallback);
  const std::string path = resolvedPath(candidate);
  const bool refused = std::any_of(refusedPaths.begin(), refusedPaths.end(),
                                   [&path](const std::string& own) { return isAtOrBelow(path, own); });
  return std::string(refused ? fallback : candidate);
}

}  // namespace sso::detail
