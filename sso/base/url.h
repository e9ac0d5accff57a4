// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sso::detail {

/// An absolute http(s) URL, taken apart strictly: no user-info, no fragment, no backslash, printable ASCII only,
/// percent escapes complete. The host is lower-case and has one spelling: a DNS name without trailing dot, an IPv4
/// address in four decimal parts, or an IPv6 address in brackets ("[::1]").
struct Url {
  std::string scheme, host;
  std::uint16_t port = 0;   ///< explicit or the scheme's default
  std::string path, query;  ///< path begins with '/'; query without '?'
  /// scheme://host[:port], port left out when it is the default.
  std::string origin() const;
  bool isHttps() const { return scheme == "https"; }
  /// Host is 127.0.0.0/8, [::1] or localhost.
  bool isLoopback() const;
};

std::optional<Url> parseUrl(std::string_view text);

}  // namespace sso::detail
