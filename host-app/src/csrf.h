// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sso/http_types.h"
#include "sso/runtime.h"

namespace hostapp {

/// Keeps other sites from posting our forms (SEC-CS-02..05). Two locks, both must open: what the browser says about the
/// sender (Sec-Fetch-Site, Origin, a form content type), and a token in the form's field that is an HMAC over the
/// session
/// - or, where nobody is signed in yet, over a cookie of this browser - so that no other session's token fits.
/// Immutable after construction; thread-safe.
class CsrfGuard {
 public:
  static constexpr std::string_view kField = "csrf_token";

  /// keys: the first signs, all are accepted. secureCookies: production, "__Host-" names.
  CsrfGuard(const std::vector<sso::Secret>& keys, std::string ownOrigin, bool secureCookies,
            std::shared_ptr<sso::RandomSource> random);

  /// The token for the forms of this session.
  std::string sessionToken(std::string_view sessionIdHash) const;
  struct VisitorToken {
    std::string token;
    std::optional<sso::Cookie> cookie;  ///< to set, when this browser had none
  };
  /// The token for sign-in, sign-up and proof forms.
  VisitorToken visitorToken(const sso::RequestInfo& request) const;

  /// Throw Error(kForbidden, csrf).
  void requireOwnForm(const sso::RequestInfo& request) const;
  void requireSessionToken(const std::optional<std::string>& token, std::string_view sessionIdHash) const;
  void requireVisitorToken(const std::optional<std::string>& token, const sso::RequestInfo& request) const;

 private:
  std::string sign(std::size_t key, std::string_view kind, std::string_view value) const;
  void requireToken(const std::optional<std::string>& token, std::string_view kind, std::string_view value) const;

  std::vector<sso::Secret> keys_;
  std::string ownOrigin_, cookieName_;
  bool secureCookies_;
  std::shared_ptr<sso::RandomSource> random_;
};

}  // namespace hostapp
