// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "identity/facts.h"
#include "login/login_cookies.h"
#include "sso/http_types.h"
#include "sso/identity.h"
#include "sso/options.h"
#include "sso/sealer.h"

namespace sso::detail {

/// A verified login that waits in its browser, sealed, until the owner of an existing account proves that it is theirs
/// (JIT.md row 6; SEC-MP-18), or until the person agrees to leave the session that the browser holds (SEC-CB-19). Not a
/// session, and worth nothing without that. Groups and tokens are not kept.
struct LinkTicket {
  std::string id;  ///< random; used once
  VerifiedIdentity identity;
  std::string accountId;  ///< the account that must be proven; empty: only the person's agreement is missing
  std::string returnTo;
  LoginOrigin origin = LoginOrigin::kServiceProvider;
  TimePoint createdAt;  ///< when the ID token was verified
  bool needsProof() const { return !accountId.empty(); }
};

/// Seals tickets into this browser's link cookie and opens them. Immutable; thread-safe.
class LinkTickets {
 public:
  LinkTickets(std::shared_ptr<Sealer> sealer, const SsoOptions& options, std::shared_ptr<Clock> clock);
  Cookie cookieFor(const LinkTicket& ticket) const;
  /// The ticket of this browser, expired ones included; nullopt when it holds none.
  std::optional<LinkTicket> open(const RequestInfo& request) const;
  bool expired(const LinkTicket& ticket) const;
  /// After this nobody on any instance opens it any more.
  TimePoint forgetAt(const LinkTicket& ticket) const;
  Cookie clearing() const { return cookies_.clear(cookies_.linkName()); }

 private:
  std::shared_ptr<Sealer> sealer_;
  LoginCookies cookies_;
  std::shared_ptr<Clock> clock_;
};

}  // namespace sso::detail
