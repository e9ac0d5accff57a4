// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sso/runtime.h"

namespace sso {

enum class AppEnvironment {
  kDevelopment,  ///< loopback only, where http is allowed; cookies have no __Host- prefix over http
  kProduction,   ///< https only, __Host- cookies, default secrets refused
};

/// Everything that can be set. Aggregate: use designated initialisers. Nothing secret has a default.
/// docs/CONFIG.md lists the environment variables; a test holds it to this file.
struct SsoOptions {
  /// SCALEKIT_ENVIRONMENT_URL: origin only, no path; https, or http on loopback in development
  std::string environmentUrl = {};
  std::string clientId = {};  ///< SCALEKIT_CLIENT_ID: skc_... or prd_skc_...
  Secret clientSecret = {};   ///< SCALEKIT_CLIENT_SECRET
  /// APP_BASE_URL: what browsers see; every absolute URL of ours comes from here (SEC-AR-05). Any host but loopback
  /// needs https and kProduction (SEC-CF-02).
  std::string baseUrl = {};
  std::vector<Secret> secretKeys = {};  ///< APP_SECRET_KEYS: 32 raw bytes each; the first seals, all open
  AppEnvironment environment = AppEnvironment::kDevelopment;  ///< APP_ENV

  std::string loginPath = "/sso/login";        ///< begin
  std::string callbackPath = "/sso/callback";  ///< complete; registered at Scalekit as redirect URI
  std::string initiatePath = "/sso/initiate";  ///< registered at Scalekit as initiate login URL
  std::string proofPath = "/login/link";  ///< the host's page that asks for the password before an account is linked
  /// The host's page that mails a one-time link and takes it back, where an address has to be proven (JIT.md rows 4 and
  /// 7). Empty, the default: the host sends no mail, and whoever would have to prove an address is refused.
  std::string emailProofPath = {};
  std::string switchPath = "/login/switch";  ///< the host's page that asks before a session of somebody else is ended
  std::string afterLoginPath = "/";          ///< when no return_to was given
  std::string afterLogoutPath = "/login";
  std::string signInPath = "/login";  ///< where error pages offer to try again

  std::vector<std::string> additionalIssuers = {};  ///< exact; for custom domains (CONTRACT.md 1.1)
  /// Origins besides the environment's that discovery may name (SEC-DI-02)
  std::vector<std::string> allowedEndpointOrigins = {};
  bool requireNonce = true;           ///< CONTRACT.md 3.7 (6)
  bool keepIdTokenForLogout = false;  ///< APP_SCALEKIT_LOGOUT: hands the ID token to the host, for Scalekit's logout
  std::chrono::seconds transactionLifetime{600};   ///< 60 to 900
  std::chrono::seconds clockSkew{60};              ///< 0 to 120 (SEC-ID-11)
  std::chrono::seconds maxTokenAge{600};           ///< iat no older than this at exchange time; 60 to 3600
  std::chrono::milliseconds connectTimeout{2000};  ///< 100 to 10000
  std::chrono::milliseconds requestTimeout{5000};  ///< one exchange with Scalekit, absolute; 100 to 30000
  /// Everything that one incoming request sends to Scalekit, together and absolute: discovery, code exchange, keys,
  /// connections, repetitions and waits for other threads' fetches; 100 to 12000 (a login is answered within 12 s)
  std::chrono::milliseconds totalTimeout{12000};
  /// Threads that may wait for Scalekit at a time; the others are told at once to try again. Half of those that serve
  /// requests, so that a slow Scalekit leaves the other half to what does not need it; 1 to 4096
  std::size_t maxWaiting = 16;
  std::size_t maxResponseBytes = 1 << 20;  ///< 1 KiB to 16 MiB
  /// Refusals that belong to no login of the browser, which anybody can cause: so many a minute are written to the log
  /// and the audit trail, for each process, the rest is counted (SEC-LG-09); 1 to 60000
  std::uint32_t strayRefusalsPerMinute = 120;
  std::string caFile = {};  ///< SCALEKIT_CA_FILE: extra CA certificates (PEM) beside the system's

  using Lookup = std::function<std::optional<std::string>(std::string_view name)>;
  /// Reads the variables named above through lookup (environment, .env file, test). A variable that is set but empty
  /// counts as absent. SCALEKIT_ENV_URL stands in for SCALEKIT_ENVIRONMENT_URL. URLs are brought into their one form
  /// here (SEC-CF-03): scheme and host in lower case, one trailing slash and a default port left out. Throws
  /// Error(kConfig) that lists every value that cannot be parsed; does not call validate().
  static SsoOptions from(const Lookup& lookup);
  /// from() over the environment of the process; throws Error(kConfig), too, when unknownSettings() finds any.
  static SsoOptions fromEnvironment();
  /// The names among these that look like a setting of this module but are none (SEC-CF-07): any SCALEKIT_ name that
  /// is not Scalekit's own, and any name that is a slip of the pen away from one of ours. Each with the likely meaning.
  static std::vector<std::string> unknownSettings(const std::vector<std::string>& names);

  /// Every problem, each naming its setting and never its value; empty when the options can work.
  std::vector<std::string> problems() const;
  /// Those of them that concern talking to Scalekit: all that scalekit::Client needs.
  std::vector<std::string> scalekitProblems() const;
  /// Throws Error(kConfig) listing all problems() at once.
  void validate() const;
  /// The same for scalekitProblems().
  void validateScalekit() const;
};

}  // namespace sso
