// SPDX-License-Identifier: Apache-2.0
#include "oidc/cache_age.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>

namespace sso::detail {
namespace {

constexpr std::string_view kMaxAge = "max-age=";

/// The next directive, lower-cased and trimmed; shortens the header by it.
std::string takeDirective(std::string_view& header) {
  const std::size_t comma = std::min(header.find(','), header.size());
  std::string directive;
  for (const char c : header.substr(0, comma)) {
    if (c != ' ' && c != '\t') directive += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  header.remove_prefix(std::min(comma + 1, header.size()));
  return directive;
}

std::chrono::seconds clamped(std::string_view digits) {
  std::uint32_t seconds = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  if (read.ec == std::errc::result_out_of_range) return kMaxKeyAge;  // 10^20 is long, however large
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) return kMinKeyAge;
  return std::max(std::chrono::seconds(seconds), kMinKeyAge);  // keyAgeFrom caps it
}

}  // namespace

std::chrono::seconds keyAgeFrom(std::string_view cacheControl) {
  std::chrono::seconds age = kMaxKeyAge;
  while (!cacheControl.empty()) {
    const std::string directive = takeDirective(cacheControl);
    if (directive == "no-store" || directive == "no-cache") age = kMinKeyAge;
    if (directive.starts_with(kMaxAge)) age = std::min(age, clamped(directive.substr(kMaxAge.size())));
  }
  return age;
}

}  // namespace sso::detail
