// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "settings.h"
#include "sso/front/tls.h"
#include "sso/front/trusted_proxies.h"
#include "sso/mail.h"
#include "sso/options.h"
#include "sso/runtime.h"

namespace hostapp {

/// Everything the application is told from outside, checked.
struct AppConfig {
  sso::SsoOptions sso;
  std::string listenHost = "127.0.0.1";
  std::uint16_t listenPort = 8080;  ///< 0: any free port (tests)
  std::string databaseUrl;
  std::filesystem::path dataFolder = ".data";
  sso::front::TrustedProxies trustedProxies;  ///< whose Forwarded and X-Forwarded-For are believed
  std::optional<sso::front::TlsFiles> tls;    ///< nullopt: plain HTTP, for behind a proxy
  std::optional<sso::SmtpOptions> mail;       ///< nullopt: no mail server

  bool production() const { return sso.environment == sso::AppEnvironment::kProduction; }
  /// The origin of sso.baseUrl, as browsers spell it in Origin headers.
  std::string ownOrigin() const;

  /// Reads and checks all settings; makes data folder and secret keys in development (SEC-CF-02). Throws Error(kConfig)
  /// with every problem, each naming its setting and never its value.
  static AppConfig from(Settings settings, sso::RandomSource& random);
};

/// "host:port", "[::1]:8080" or ":8080"; nullopt when it is none of them.
struct ListenAddress {
  std::string host;
  std::uint16_t port = 0;
};
std::optional<ListenAddress> parseListen(std::string_view text);

/// Each setting and its value, one per line; of a secret only whether it is set (SEC-CF-05).
std::string describeConfig(const AppConfig& config, const Settings& settings);

}  // namespace hostapp
