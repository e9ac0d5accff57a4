// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace sso::detail {

/// A path below /api/v1, made of our own words and of identifiers from anywhere:
///
///   ApiPath("organizations").id(organizationId).word("connections").id(connectionId).verb("enable")
///
/// Threat: the gateway in front of the interface takes a path apart after it has decoded it, so an identifier with '/',
/// ':' or dot segments would name another call, with our token, however it is encoded (SEC-MG-08). Such ones are
/// refused, the rest is one percent-encoded segment.
class ApiPath {
 public:
  explicit ApiPath(std::string_view word) : text_("/api/v1/") { text_ += word; }
  ApiPath& word(std::string_view word) {
    text_.append("/").append(word);
    return *this;
  }
  /// Throws Error(kInvalidRequest, malformed) when it is empty, longer than 255 bytes, "." or "..", or holds one of
  /// / \ ? # % : or a byte below 0x20 or 0x7F.
  ApiPath& id(std::string_view id);
  /// The same for the name of a permission, which may hold ':' and stands where no verb may follow.
  ApiPath& name(std::string_view name);
  ApiPath& verb(std::string_view verb) {
    text_.append(":").append(verb);
    return *this;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace sso::detail
