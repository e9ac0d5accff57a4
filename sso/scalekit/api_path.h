// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace sso::detail {

/// A path below /api/v1, made of our own words and of identifiers from anywhere:
///
///   ApiPath("organizations").id(organizationId).word("connections").id(connectionId).verb("enable")
///
/// Threat: an identifier that holds '/', '?', ':' or dot segments would name another call, with our token (SEC-MG-08).
/// Each is one percent-encoded segment; what could still be taken for something else is refused.
class ApiPath {
 public:
  explicit ApiPath(std::string_view word) : text_("/api/v1/") { text_ += word; }
  ApiPath& word(std::string_view word) {
    text_.append("/").append(word);
    return *this;
  }
  /// Throws Error(kInvalidRequest, malformed) when it is empty, longer than 255 bytes, "." or "..", or holds bytes
  /// below 0x20 or 0x7F.
  ApiPath& id(std::string_view id);
  ApiPath& verb(std::string_view verb) {
    text_.append(":").append(verb);
    return *this;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace sso::detail
