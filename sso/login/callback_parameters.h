// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "sso/error.h"

namespace sso::detail {

/// What came back in the query of the callback (CONTRACT.md 2.6). Unknown parameters are ignored (RFC 6749 4.1.2).
struct CallbackParameters {
  std::string state, code, error, errorDescription;
  std::optional<std::string> issuer;  ///< RFC 9207
  std::string idpInitiatedLogin;      ///< CONTRACT.md 7.2: may arrive here instead of at the initiate route
  bool hasCode = false, hasError = false;

  /// Throws Error(kInvalidRequest, malformed | duplicate_parameter). Repeated protocol parameters are refused before
  /// anything else is looked at (SEC-CB-02; RFC 6749 3.1), tokens in the query too (SEC-CB-12; RFC 9700 2.1.2).
  static CallbackParameters parse(std::string_view query);
};

/// An authorization code as it may travel on: 1 to 2048 printable ASCII characters (SEC-CB-06; RFC 6749 A.11).
bool isWellFormedCode(std::string_view code);

/// What an error of the provider means to a person. The description is never shown (SEC-CB-10).
Error providerError(std::string_view code);
/// The provider's own words for the audit trail: at most 200 characters, control characters and anything that looks
/// like an address replaced.
std::string cleanedForAudit(std::string_view text);

}  // namespace sso::detail
