// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "identity/facts.h"
#include "login/login_cookies.h"
#include "sso/http_types.h"
#include "sso/options.h"
#include "sso/runtime.h"
#include "sso/sealer.h"

namespace sso::detail {

/// One login on its way to Scalekit and back. It lives in the browser only, sealed: beginning a login writes nothing,
/// and an anonymous flood fills no table. It holds no personal data.
struct LoginTransaction {
  std::string state, nonce;
  Secret codeVerifier;
  std::string returnTo;                      ///< path of ours, checked
  std::string organizationId, connectionId;  ///< expected in the token; empty: not named at the start
  LoginOrigin origin = LoginOrigin::kServiceProvider;
  TimePoint createdAt;
  std::string invitationHash;                  ///< digest of the invitation that it began with; empty: none
  bool reauthenticate = false;                 ///< prompt=login was asked for
  std::optional<std::chrono::seconds> maxAge;  ///< max_age was asked for
  bool ownSite = false;  ///< begun on a page of ours (Fetch Metadata: same-origin), so not by a link of somebody else's
};

/// A return path longer than this becomes the default, so that a transaction stays under 1.5 kB and eight of them,
/// with the host's own cookies, under the 8 kB that servers take.
inline constexpr std::size_t kMaxReturnPath = 700;

/// Seals transactions into cookies of their own and opens them. Immutable; thread-safe.
class LoginTransactions {
 public:
  LoginTransactions(std::shared_ptr<Sealer> sealer, const SsoOptions& options, std::shared_ptr<Clock> clock,
                    std::shared_ptr<RandomSource> random);
  /// A fresh transaction: state, nonce and verifier of 256 random bits each, created now.
  LoginTransaction fresh() const;
  /// The cookies for a new transaction: its own, and clearings for the oldest ones above the limit of outstanding
  /// logins in this browser and for those that are stale (SEC-SE-12: no browser is locked out by its cookies).
  std::vector<Cookie> cookiesFor(const LoginTransaction& transaction, const RequestInfo& request) const;
  /// The transaction of exactly this state, if this browser holds it; expired ones included.
  std::optional<LoginTransaction> open(std::string_view state, const RequestInfo& request) const;
  bool expired(const LoginTransaction& transaction) const;
  /// After this nobody on any instance opens it any more.
  TimePoint forgetAt(const LoginTransaction& transaction) const;
  /// Does this browser hold any transaction at all?
  bool browserHoldsAny(const RequestInfo& request) const;
  Cookie clearing(std::string_view state) const { return cookies_.clear(cookies_.transactionName(state)); }

  static constexpr std::size_t kMaxOutstanding = 8;

 private:
  std::optional<LoginTransaction> unseal(const std::string& name, const std::string& value) const;

  std::shared_ptr<Sealer> sealer_;
  LoginCookies cookies_;
  std::chrono::seconds lifetime_;
  std::shared_ptr<Clock> clock_;
  std::shared_ptr<RandomSource> random_;
};

}  // namespace sso::detail
