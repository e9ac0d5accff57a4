// SPDX-License-Identifier: Apache-2.0
#include "base/url.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace sso::detail {
namespace {

constexpr std::size_t kMaxUrlBytes = 8192;

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool isHexDigit(char c) { return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

std::string lowerAscii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

/// Browsers read a backslash as a slash, and '#' starts a fragment that no server ever sees: both are refused, like
/// everything that RFC 3986 wants escaped or complete.
bool hasOnlyPlainCharacters(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c < 0x21 || c > 0x7E || c == '\\' || c == '#' || c == '"' || c == '<' || c == '>') return false;
    if (c == '%' && !(i + 2 < text.size() && isHexDigit(text[i + 1]) && isHexDigit(text[i + 2]))) return false;
  }
  return true;
}

/// RFC 1123 2.1: letters, digits and hyphens; RFC 1035 2.3.4: 63 bytes a label, 253 a name.
bool isDnsName(std::string_view host) {
  if (host.empty() || host.size() > 253) return false;
  while (true) {
    const std::size_t dot = host.find('.');
    const std::string_view label = host.substr(0, dot);
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
    if (!std::all_of(label.begin(), label.end(), [](char c) { return isLetter(c) || isDigit(c) || c == '-'; })) {
      return false;
    }
    if (dot == std::string_view::npos) return true;
    host.remove_prefix(dot + 1);
  }
}

/// URL parsers take such a host for an IPv4 address, in octal, hexadecimal or with parts left out.
bool looksNumeric(std::string_view host) {
  const std::string_view last = host.substr(host.rfind('.') + 1);  // npos + 1 is 0: the whole host
  return std::all_of(last.begin(), last.end(), isDigit) || last.starts_with("0x");
}

std::optional<std::string> canonicalIpv4(const std::string& host) {
  in_addr address{};
  if (inet_pton(AF_INET, host.c_str(), &address) != 1) return std::nullopt;
  return host;  // inet_pton takes four decimal parts without leading zeros only: one spelling
}

std::optional<std::string> canonicalIpv6(std::string_view inBrackets) {
  in6_addr address{};
  const std::string text(inBrackets.substr(1, inBrackets.size() - 2));
  if (inet_pton(AF_INET6, text.c_str(), &address) != 1) return std::nullopt;
  std::array<char, INET6_ADDRSTRLEN> canonical{};
  inet_ntop(AF_INET6, &address, canonical.data(), canonical.size());
  return "[" + std::string(canonical.data()) + "]";
}

std::optional<std::string> canonicalHost(std::string_view text) {
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') return canonicalIpv6(text);
  std::string host = lowerAscii(text);
  if (!isDnsName(host)) return std::nullopt;
  if (looksNumeric(host)) return canonicalIpv4(host);
  return host;
}

std::optional<std::uint16_t> parsePort(std::string_view digits) {
  if (digits.empty() || digits.size() > 5 || digits.front() == '0') return std::nullopt;
  unsigned value = 0;
  for (const char c : digits) {
    if (!isDigit(c)) return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  if (value > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(value);
}

std::uint16_t defaultPort(std::string_view scheme) { return scheme == "https" ? 443 : 80; }

bool readAuthority(std::string_view authority, Url& url) {
  // A colon inside the brackets of an IPv6 address is not the one before the port.
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  const auto host = canonicalHost(authority.substr(0, colon));
  if (!host) return false;
  url.host = *host;
  url.port = defaultPort(url.scheme);
  if (colon == std::string_view::npos) return true;
  const auto port = parsePort(authority.substr(colon + 1));
  if (!port) return false;
  url.port = *port;
  return true;
}

}  // namespace

std::string Url::origin() const {
  std::string text = scheme + "://" + host;
  if (port != defaultPort(scheme)) text += ":" + std::to_string(port);
  return text;
}

bool Url::isLoopback() const {
  if (host == "localhost" || host == "[::1]") return true;
  return host.starts_with("127.") && looksNumeric(host);  // 127.evil.example is a name
}

std::optional<Url> parseUrl(std::string_view text) {
  if (text.size() > kMaxUrlBytes || !hasOnlyPlainCharacters(text)) return std::nullopt;
  Url url;
  const std::size_t schemeEnd = text.find("://");
  if (schemeEnd == std::string_view::npos) return std::nullopt;
  url.scheme = lowerAscii(text.substr(0, schemeEnd));
  if (url.scheme != "https" && url.scheme != "http") return std::nullopt;
  text.remove_prefix(schemeEnd + 3);

  const std::size_t authorityEnd = std::min(text.find_first_of("/?"), text.size());
  // User-info ('@') is in no host name: readAuthority refuses it.
  if (!readAuthority(text.substr(0, authorityEnd), url)) return std::nullopt;
  text.remove_prefix(authorityEnd);

  const std::size_t queryStart = text.find('?');
  url.path = std::string(text.substr(0, queryStart));
  if (url.path.empty()) url.path = "/";
  if (queryStart != std::string_view::npos) url.query = std::string(text.substr(queryStart + 1));
  return url;
}

}  // namespace sso::detail
