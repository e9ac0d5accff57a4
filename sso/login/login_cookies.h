// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <string>

#include "sso/http_types.h"
#include "sso/options.h"

namespace sso::detail {

/// Names and flags of the login's own cookies: Secure and __Host- wherever browsers come over https, so that no
/// neighbouring subdomain can plant one (RFC 6265bis 4.1.3.2), whether or not anybody thought of APP_ENV. Immutable;
/// thread-safe.
class LoginCookies {
 public:
  explicit LoginCookies(const SsoOptions& options);
  /// Every login transaction's cookie begins with this.
  const std::string& transactionPrefix() const { return transactionPrefix_; }
  /// One cookie per login, so that several tabs may sign in at once: the name carries a digest of the state.
  std::string transactionName(std::string_view state) const;
  /// The login that waits for the proof of an account.
  const std::string& linkName() const { return linkName_; }

  Cookie set(std::string name, std::string value, std::chrono::seconds maxAge) const;
  Cookie clear(std::string name) const;

 private:
  bool secure_;
  std::string transactionPrefix_, linkName_;
};

}  // namespace sso::detail
