// SPDX-License-Identifier: Apache-2.0
#include "redirect_rules.h"

#include <algorithm>
#include <optional>
#include <regex>

#include "encoding.h"

namespace scalekit_simulator {
namespace {

constexpr std::size_t kMaxUriLength = 256;

struct Split {
  std::string scheme, authority, rest;  ///< rest: from the path on, '?' and '#' included
  std::string host, port;               ///< port with its colon
};

bool isControlOrSpace(char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; }

std::optional<Split> split(std::string_view uri) {
  const auto colon = uri.find("://");
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  Split parts;
  parts.scheme = std::string(uri.substr(0, colon));
  const std::string_view behind = uri.substr(colon + 3);
  const auto end = behind.find_first_of("/?#\\");
  parts.authority = std::string(behind.substr(0, end));
  parts.rest = end == std::string_view::npos ? std::string{} : std::string(behind.substr(end));
  const auto bracket = parts.authority.rfind(']');
  const auto portColon = parts.authority.rfind(':');
  const bool hasPort = portColon != std::string::npos && (bracket == std::string::npos || portColon > bracket);
  parts.host = hasPort ? parts.authority.substr(0, portColon) : parts.authority;
  parts.port = hasPort ? parts.authority.substr(portColon) : std::string{};
  return parts;
}

bool isWebScheme(std::string_view scheme) { return scheme == "http" || scheme == "https"; }

bool replaceLabel(std::string& uri, const std::string& placeholder, const std::string& value) {
  const auto at = uri.find(placeholder);
  if (at == std::string::npos) return false;
  const char before = at == 0 ? '/' : uri[at - 1];
  const auto behind = at + placeholder.size();
  const char after = behind >= uri.size() ? '/' : uri[behind];
  // A template stands for a whole host label or a whole host, never for a part of one.
  const bool whole = (before == '/' || before == '.') && (after == '/' || after == '.' || after == ':');
  const bool hostLike = std::all_of(value.begin(), value.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
  if (!whole || !hostLike || value.empty()) return false;
  uri.replace(at, placeholder.size(), value);
  return true;
}

std::string wildcardProblem(const Split& parts, EnvironmentKind kind) {
  if (kind == EnvironmentKind::kProduction) return "a wildcard is for development only";
  if (std::count(parts.host.begin(), parts.host.end(), '*') != 1) return "one wildcard at most, in the host only";
  const auto star = parts.host.find('*');
  const auto dot = parts.host.find('.');
  if (dot == std::string::npos || star > dot) return "a wildcard belongs in the outermost host label";
  if (std::count(parts.host.begin(), parts.host.end(), '.') < 2) return "a wildcard must not span a top-level domain";
  return {};
}

}  // namespace

std::string redirectUriProblem(std::string_view uri, EnvironmentKind kind) {
  if (uri.empty() || uri.size() > kMaxUriLength) return "must be 1 to 256 characters";
  if (std::any_of(uri.begin(), uri.end(), isControlOrSpace)) return "must not hold spaces or control characters";
  if (uri.find('\\') != std::string_view::npos) return "must not hold a backslash";
  if (uri.find_first_of("?#") != std::string_view::npos) return "must not hold a query or a fragment";
  const auto parts = split(uri);
  static const std::regex kScheme("[a-z][a-z0-9+.-]*");
  if (!parts || !std::regex_match(parts->scheme, kScheme)) return "must be an absolute URI with a scheme";
  static const std::regex kScripting("javascript|data|vbscript|file|blob|about");
  if (std::regex_match(parts->scheme, kScripting)) return "must not have a scheme that browsers run";
  if (parts->authority.find('@') != std::string::npos) return "must not hold credentials";
  if (isWebScheme(parts->scheme) && parts->host.empty()) return "must name a host";
  if (kind == EnvironmentKind::kProduction && parts->scheme == "http") return "must be https in production";
  if (kind == EnvironmentKind::kProduction && isWebScheme(parts->scheme) && isLoopbackHost(parts->host)) {
    return "must not be a loopback address in production";
  }
  if (uri.find('*') != std::string_view::npos) {
    if (parts->host.find('*') == std::string::npos) return "one wildcard at most, in the host only";
    if (parts->port.find('*') != std::string::npos || parts->rest.find('*') != std::string::npos) {
      return "one wildcard at most, in the host only";
    }
    return wildcardProblem(*parts, kind);
  }
  return {};
}

std::string expandTemplates(std::string uri, const Organization& organization) {
  if (uri.find("{{") == std::string::npos) return uri;
  replaceLabel(uri, "{{org_slug}}", organization.slug);
  replaceLabel(uri, "{{external_id}}", organization.externalId);
  for (const auto& [key, value] : organization.metadata) replaceLabel(uri, "{{" + key + "}}", value);
  return uri;
}

bool redirectUriMatches(std::string_view registered, std::string_view requested, const Organization* organization) {
  const std::string expected =
      organization == nullptr ? std::string(registered) : expandTemplates(std::string(registered), *organization);
  if (expected.find("{{") != std::string::npos) return false;  // A template that nothing could fill.
  const auto star = expected.find('*');
  if (star == std::string::npos) return expected == requested;
  const std::string_view head = std::string_view(expected).substr(0, star);
  const std::string_view tail = std::string_view(expected).substr(star + 1);
  if (requested.size() <= head.size() + tail.size()) return false;  // The wildcard stands for something.
  if (!requested.starts_with(head) || !requested.ends_with(tail)) return false;
  const std::string_view label = requested.substr(head.size(), requested.size() - head.size() - tail.size());
  // One host label: no dot, no slash, no '@' can hide in it.
  return std::all_of(label.begin(), label.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

std::string cspSourceOf(std::string_view uri) {
  const auto parts = split(uri);
  if (!parts) return {};
  const std::string source =
      isWebScheme(parts->scheme) ? parts->scheme + "://" + parts->authority : parts->scheme + ":";
  static const std::regex kSource(R"([a-z][a-z0-9+.-]*:(//(\*\.)?[A-Za-z0-9.\-\[\]:]+)?)");
  return std::regex_match(source, kSource) ? source : std::string{};
}

bool isLoopbackHost(std::string_view host) {
  static const std::regex kLoopback(R"((.+\.)?localhost|127(\.[0-9]{1,3}){3}|\[::1\]|::1)");
  return std::regex_match(toLower(host), kLoopback);
}

bool isLocalBaseUrl(std::string_view baseUrl) {
  const auto parts = split(baseUrl);
  if (!parts || !isWebScheme(parts->scheme) || !parts->rest.empty()) return false;
  if (parts->authority.find('@') != std::string::npos) return false;
  static const std::regex kPort("(:[0-9]{1,5})?");
  if (!std::regex_match(parts->port, kPort)) return false;
  const std::string host = toLower(parts->host);
  if (isLoopbackHost(host)) return true;
  // RFC 6761 names, private addresses (RFC 1918), and single labels such as a container's name.
  static const std::regex kPrivate(
      R"([a-z0-9]([a-z0-9-]*[a-z0-9])?|([a-z0-9-]+\.)+(test|example|invalid|local|internal)|)"
      R"(10(\.[0-9]{1,3}){3}|192\.168(\.[0-9]{1,3}){2}|172\.(1[6-9]|2[0-9]|3[01])(\.[0-9]{1,3}){2})");
  return std::regex_match(host, kPrivate);
}

}  // namespace scalekit_simulator
