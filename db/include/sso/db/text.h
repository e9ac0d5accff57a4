// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace sso::db {

/// Longest text that any column of ours takes, unless a narrower limit is named.
inline constexpr std::size_t kMaxTextBytes = 64 * 1024;

/// The text itself when it may be bound to a statement: well-formed UTF-8 (RFC 3629), no NUL, at most maxBytes.
/// Otherwise Error(kInvalidRequest, malformed), which repeats nothing of the text.
///
/// Threat: SOCI copies bound text with strcpy, so "victim\0x" would look up, and be stored as, "victim" (SECURITY 5,
/// item 1; SEC-DB-10). Nothing may reach a statement except through this function or the Text below.
std::string requireText(std::string_view text, std::size_t maxBytes = kMaxTextBytes);

/// A text parameter of a kept statement. It cannot hold what requireText refuses.
class Text {
 public:
  explicit Text(std::size_t maxBytes = kMaxTextBytes) : maxBytes_(maxBytes) {}
  Text(const Text&) = delete;  // SOCI keeps the address of bound()
  Text& operator=(const Text&) = delete;
  Text& operator=(std::string_view text) {
    value_ = requireText(text, maxBytes_);
    return *this;
  }
  /// For soci::use alone.
  const std::string& bound() const { return value_; }

 private:
  std::size_t maxBytes_;
  std::string value_;
};

}  // namespace sso::db
