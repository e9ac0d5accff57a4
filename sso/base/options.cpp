// SPDX-License-Identifier: Apache-2.0
#include "sso/options.h"

#include <algorithm>
#include <fstream>
#include <set>

#include "base/ascii_case.h"
#include "base/return_to.h"
#include "base/setting_names.h"
#include "base/url.h"
#include "sso/error.h"
#include "sso/reason.h"

/// What the settings may be (SEC-CF-01 to -03, -05). Every text names the setting and never its value.
namespace sso {
namespace {

namespace setting = detail::setting;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kMaxKeys = 8;
constexpr std::size_t kMaxClientIdBytes = 255;
constexpr std::size_t kMaxClientSecretBytes = 1024;

/// Gathers problems, each under the name of its setting.
class Report {
 public:
  void add(std::string_view name, std::string_view text) {
    problems_.push_back(std::string(name).append(": ").append(text));
  }
  std::vector<std::string> take() { return std::move(problems_); }

 private:
  std::vector<std::string> problems_;
};

/// Text that a template left for somebody to fill in (SEC-CF-01).
bool isPlaceholder(std::string_view value) {
  constexpr std::string_view kAnywhere[] = {"changeme", "change-me", "change_me", "your-",    "your_",       "<",
                                            ">",        "${",        "replace-",  "replace_", "placeholder", "xxxx"};
  constexpr std::string_view kWhole[] = {"secret", "password", "todo", "none", "null", "undefined", "test", "example"};
  const std::string text = detail::inLowerCase(value);
  return std::any_of(std::begin(kAnywhere), std::end(kAnywhere),
                     [&](std::string_view word) { return text.find(word) != std::string::npos; }) ||
         std::find(std::begin(kWhole), std::end(kWhole), text) != std::end(kWhole);
}

/// What the local Scalekit's built-in seed and .env.example hold, for everybody to read (SEC-CF-13).
bool isTheSimulators(std::string_view secret) { return secret == "test_local_simulator_secret"; }

bool isPrintableWithoutSpace(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x21 && c <= 0x7E; });
}

void checkOrigin(Report& report, std::string_view name, std::string_view value, bool production) {
  if (value.empty()) return report.add(name, "missing");
  if (isPlaceholder(value)) return report.add(name, "still holds a placeholder");
  const auto url = detail::parseUrl(value);
  if (!url) return report.add(name, "not an http(s) URL");
  // One form only: the issuer and the redirect URI are compared byte for byte (SEC-CF-03).
  if (url->origin() != value) {
    return report.add(name,
                      "must be an origin in lower case, like https://name.example.com: no path, query, user-info, "
                      "default port or trailing slash");
  }
  if (url->isHttps()) return;
  if (production) return report.add(name, "must be https in production");
  if (!url->isLoopback()) report.add(name, "may be http on a loopback host only");  // SEC-CF-02
}

/// Development is for one's own machine: in front of anybody else it would run with what everybody knows or nobody
/// chose (generated keys, the local Scalekit's secret, a database file). SEC-CF-02.
void checkEnvironment(Report& report, const SsoOptions& options) {
  const auto url = detail::parseUrl(options.baseUrl);
  if (options.environment == AppEnvironment::kProduction || !url || !url->isHttps() || url->isLoopback()) return;
  report.add(setting::kEnvironment, "development is for a loopback APP_BASE_URL only; set APP_ENV=production");
}

void checkCredential(Report& report, std::string_view name, std::string_view value, std::size_t mostBytes) {
  if (value.empty()) return report.add(name, "missing");
  if (isPlaceholder(value)) return report.add(name, "still holds a placeholder");
  if (value.size() > mostBytes || !isPrintableWithoutSpace(value)) {
    report.add(name, "too long, or holds blanks or unprintable characters");
  }
}

void checkKeys(Report& report, const std::vector<Secret>& keys, bool production) {
  if (keys.empty()) return report.add(setting::kSecretKeys, "missing; one key is made by: openssl rand -base64 32");
  if (keys.size() > kMaxKeys) report.add(setting::kSecretKeys, "more than 8 keys");
  std::set<std::string_view> seen;
  std::size_t position = 0;
  for (const Secret& key : keys) {
    const std::string which = "key " + std::to_string(++position);
    const std::string& bytes = key.reveal();
    if (bytes.size() != kKeyBytes) {
      report.add(setting::kSecretKeys, which + " must have 32 bytes");
    } else if (production && bytes.find_first_not_of(bytes.front()) == std::string::npos) {
      report.add(setting::kSecretKeys, which + " repeats one byte; use a random key");
    } else if (!seen.insert(bytes).second) {
      report.add(setting::kSecretKeys, which + " is listed twice");
    }
  }
}

void checkPaths(Report& report, const SsoOptions& options) {
  const std::pair<std::string_view, const std::string&> routes[] = {
      {"loginPath", options.loginPath}, {"callbackPath", options.callbackPath}, {"initiatePath", options.initiatePath}};
  const std::pair<std::string_view, const std::string&> targets[] = {{"proofPath", options.proofPath},
                                                                     {"switchPath", options.switchPath},
                                                                     {"afterLoginPath", options.afterLoginPath},
                                                                     {"afterLogoutPath", options.afterLogoutPath},
                                                                     {"signInPath", options.signInPath}};
  std::set<std::string_view> seen;
  for (const auto& [name, path] : routes) {
    if (!detail::isSafeReturnPath(path) || path.find_first_of("?#%") != std::string::npos || path.size() < 2) {
      report.add(name, "must be a plain path below /, like /sso/login");
    } else if (!seen.insert(path).second) {
      report.add(name, "is the path of another route");
    }
  }
  for (const auto& [name, path] : targets) {
    if (!detail::isSafeReturnPath(path)) {
      report.add(name, "must be a path of this application, like /login");
    } else if (seen.contains(std::string_view(path).substr(0, path.find_first_of("?#")))) {
      report.add(name, "leads back into the sign-in and would loop");
    }
  }
}

template <typename T>
void checkRange(Report& report, std::string_view name, T value, T least, T most, std::string_view text) {
  if (value < least || value > most) report.add(name, text);
}

void checkLimits(Report& report, const SsoOptions& o) {
  checkRange(report, "transactionLifetime", o.transactionLifetime, seconds(60), seconds(900), "60 to 900 s");
  checkRange(report, "clockSkew", o.clockSkew, seconds(0), seconds(120), "0 to 120 s");
  checkRange(report, "maxTokenAge", o.maxTokenAge, seconds(60), seconds(3600), "60 to 3600 s");
  checkRange<std::size_t>(report, "maxWaiting", o.maxWaiting, 1, 4096, "1 to 4096");
  checkRange<std::uint32_t>(report, "strayRefusalsPerMinute", o.strayRefusalsPerMinute, 1, 60000, "1 to 60000");
  checkRange(report, "totalTimeout", o.totalTimeout, milliseconds(100), milliseconds(12000), "100 to 12000 ms");
}

void checkCaFile(Report& report, const std::string& path) {
  if (path.empty()) return;
  if (path.find('\0') != std::string::npos || !std::ifstream(path).good()) {
    report.add(setting::kCaFile, "the file cannot be read");
  }
}

/// What talking to Scalekit takes.
void checkScalekit(Report& report, const SsoOptions& o) {
  const bool production = o.environment == AppEnvironment::kProduction;
  checkOrigin(report, setting::kEnvironmentUrl, o.environmentUrl, production);
  checkCredential(report, setting::kClientId, o.clientId, kMaxClientIdBytes);
  checkCredential(report, setting::kClientSecret, o.clientSecret.reveal(), kMaxClientSecretBytes);
  if (production && isTheSimulators(o.clientSecret.reveal())) {
    report.add(setting::kClientSecret, "is the local Scalekit's, which everybody knows");
  }
  for (const auto& origin : o.allowedEndpointOrigins) checkOrigin(report, "allowedEndpointOrigins", origin, production);
  checkRange(report, "connectTimeout", o.connectTimeout, milliseconds(100), milliseconds(10000), "100 to 10000 ms");
  checkRange(report, "requestTimeout", o.requestTimeout, milliseconds(100), milliseconds(30000), "100 to 30000 ms");
  checkRange<std::size_t>(report, "maxResponseBytes", o.maxResponseBytes, 1 << 10, 16 << 20, "1 KiB to 16 MiB");
  checkCaFile(report, o.caFile);
}

}  // namespace

std::vector<std::string> SsoOptions::scalekitProblems() const {
  Report report;
  checkScalekit(report, *this);
  return report.take();
}

std::vector<std::string> SsoOptions::problems() const {
  const bool production = environment == AppEnvironment::kProduction;
  Report report;
  checkScalekit(report, *this);
  checkOrigin(report, setting::kBaseUrl, baseUrl, production);
  checkEnvironment(report, *this);
  checkKeys(report, secretKeys, production);
  checkPaths(report, *this);
  for (const auto& issuer : additionalIssuers) checkOrigin(report, "additionalIssuers", issuer, production);
  checkLimits(report, *this);
  return report.take();
}

namespace {

void refuseAny(const std::vector<std::string>& problems) {
  std::string all;
  for (const auto& problem : problems) all.append(all.empty() ? "" : "; ").append(problem);
  if (all.empty()) return;
  throw Error(ErrorCode::kConfig, reason::kConfig, all, "Correct these settings (docs/CONFIG.md) and start again.");
}

}  // namespace

void SsoOptions::validate() const { refuseAny(problems()); }

void SsoOptions::validateScalekit() const { refuseAny(scalekitProblems()); }

}  // namespace sso
