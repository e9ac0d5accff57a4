// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

/// The environment variables of the module (docs/CONFIG.md); problems are reported under these names.
namespace sso::detail::setting {
inline constexpr std::string_view kEnvironmentUrl = "SCALEKIT_ENVIRONMENT_URL";
inline constexpr std::string_view kEnvironmentUrlShort = "SCALEKIT_ENV_URL";  ///< fallback, CONTRACT.md 1.1
inline constexpr std::string_view kClientId = "SCALEKIT_CLIENT_ID";
inline constexpr std::string_view kClientSecret = "SCALEKIT_CLIENT_SECRET";
inline constexpr std::string_view kCaFile = "SCALEKIT_CA_FILE";
inline constexpr std::string_view kBaseUrl = "APP_BASE_URL";
inline constexpr std::string_view kSecretKeys = "APP_SECRET_KEYS";
inline constexpr std::string_view kEnvironment = "APP_ENV";
inline constexpr std::string_view kScalekitLogout = "APP_SCALEKIT_LOGOUT";
}  // namespace sso::detail::setting
