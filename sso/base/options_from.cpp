// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <numeric>

#include "base/base64url.h"
#include "base/setting_names.h"
#include "base/url.h"
#include "sso/error.h"
#include "sso/options.h"
#include "sso/reason.h"

/// Reading settings from the environment. What they may be is checked in options.cpp.
namespace sso {
namespace {

namespace setting = detail::setting;

constexpr std::string_view kDefaultBaseUrl = "http://localhost:8080";

constexpr std::array kOurs{setting::kEnvironmentUrl, setting::kEnvironmentUrlShort,
                           setting::kClientId,       setting::kClientSecret,
                           setting::kCaFile,         setting::kBaseUrl,
                           setting::kSecretKeys,     setting::kEnvironment,
                           setting::kScalekitLogout};

/// Names that Scalekit's documentation and tools use, or other parts of an application (CONTRACT.md 1.1).
constexpr std::array<std::string_view, 4> kScalekitsOwn{"SCALEKIT_WEBHOOK_SECRET", "SCALEKIT_REDIRECT_URI",
                                                        "SCALEKIT_INTERCEPTOR_SECRET", "SCALEKIT_RESOURCE_ID"};

using Problems = std::vector<std::string>;

std::string problem(std::string_view name, std::string_view text) {
  return std::string(name).append(": ").append(text);
}

[[noreturn]] void refuse(const Problems& problems) {
  std::string all;
  for (const auto& one : problems) all.append(all.empty() ? "" : "; ").append(one);
  throw Error(ErrorCode::kConfig, reason::kConfig, all, "Correct these settings (docs/CONFIG.md) and start again.");
}

std::string_view withoutWhitespace(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::string read(const SsoOptions::Lookup& lookup, std::string_view name) {
  const auto value = lookup(name);
  return value ? std::string(withoutWhitespace(*value)) : std::string();
}

/// The one form of an origin. Anything but an origin stays as it is, for problems() to refuse.
std::string normalizedOrigin(const std::string& text) {
  const auto url = detail::parseUrl(text);
  const bool originOnly = url && url->path == "/" && text.find('?') == std::string::npos;
  return originOnly ? url->origin() : text;
}

AppEnvironment readEnvironment(const SsoOptions::Lookup& lookup, Problems& problems) {
  const std::string value = read(lookup, setting::kEnvironment);
  if (value == "production") return AppEnvironment::kProduction;
  if (!value.empty() && value != "development") {
    problems.push_back(problem(setting::kEnvironment, "must be development or production"));
  }
  return AppEnvironment::kDevelopment;
}

bool readSwitch(const SsoOptions::Lookup& lookup, std::string_view name, Problems& problems) {
  const std::string value = read(lookup, name);
  if (value == "true" || value == "1") return true;
  if (!value.empty() && value != "false" && value != "0") problems.push_back(problem(name, "must be true or false"));
  return false;
}

std::vector<Secret> readKeys(const SsoOptions::Lookup& lookup, Problems& problems) {
  const Secret all(read(lookup, setting::kSecretKeys));
  std::vector<Secret> keys;
  std::string_view rest = all.reveal();
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find_first_of(" \t\r\n"), rest.size());
    if (auto key = detail::decodeBase64(rest.substr(0, end))) {
      keys.emplace_back(std::move(*key));
    } else {
      problems.push_back(problem(setting::kSecretKeys, "key " + std::to_string(keys.size() + 1) + " is not base64"));
      return keys;
    }
    rest = withoutWhitespace(rest.substr(end));
  }
  return keys;
}

/// Levenshtein's distance: how many slips of the pen lie between two names.
std::size_t editDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitution = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitution});
    }
  }
  return row[b.size()];
}

template <typename Names>
bool contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The setting of ours that this name is nearly; empty when it is none. Short names have near neighbours of their own.
std::string_view nearlyOurs(std::string_view name) {
  if (name.size() > 64) return {};
  for (const std::string_view ours : kOurs) {
    const std::size_t slips = ours.size() <= 8 ? 1 : 2;
    if (editDistance(name, ours) <= slips) return ours;
  }
  return {};
}

}  // namespace

SsoOptions SsoOptions::from(const Lookup& lookup) {
  Problems problems;
  SsoOptions options;
  options.environment = readEnvironment(lookup, problems);
  std::string environmentUrl = read(lookup, setting::kEnvironmentUrl);
  if (environmentUrl.empty()) environmentUrl = read(lookup, setting::kEnvironmentUrlShort);
  options.environmentUrl = normalizedOrigin(environmentUrl);
  options.clientId = read(lookup, setting::kClientId);
  options.clientSecret = Secret(read(lookup, setting::kClientSecret));
  options.baseUrl = normalizedOrigin(read(lookup, setting::kBaseUrl));
  if (options.baseUrl.empty() && options.environment == AppEnvironment::kDevelopment) {
    options.baseUrl = kDefaultBaseUrl;
  }
  options.secretKeys = readKeys(lookup, problems);
  options.keepIdTokenForLogout = readSwitch(lookup, setting::kScalekitLogout, problems);
  options.caFile = read(lookup, setting::kCaFile);
  if (!problems.empty()) refuse(problems);
  return options;
}

SsoOptions SsoOptions::fromEnvironment() {
  std::vector<std::string> names;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    names.emplace_back(text.substr(0, text.find('=')));
  }
  const auto unknown = unknownSettings(names);
  if (!unknown.empty()) refuse(unknown);
  return from([](std::string_view name) -> std::optional<std::string> {
    const char* value = std::getenv(std::string(name).c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  });
}

std::vector<std::string> SsoOptions::unknownSettings(const std::vector<std::string>& names) {
  std::vector<std::string> unknown;
  for (const auto& name : names) {
    if (contains(kOurs, name) || contains(kScalekitsOwn, name)) continue;
    const std::string_view meant = nearlyOurs(name);
    if (!meant.empty()) {
      unknown.push_back(problem(name, "unknown setting; did you mean " + std::string(meant) + "?"));
    } else if (name.starts_with("SCALEKIT_")) {
      unknown.push_back(problem(name, "unknown setting"));
    }
  }
  std::sort(unknown.begin(), unknown.end());
  return unknown;
}

}  // namespace sso
