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

/// What a verified login waits for.
enum class TicketPurpose {
  kAgreement,     ///< the person's, to leave the session that the browser holds (SEC-CB-19)
  kAccountProof,  ///< the owner of an existing account has to prove that it is theirs (JIT.md rows 6, 8, 11 and 14)
  kEmailProof,    ///< a one-time link has to come back from the asserted address (JIT.md rows 4 and 7)
};

/// A verified login that waits in its browser, sealed. Not a session, and worth nothing without what it waits for
/// (SEC-MP-18). Groups and tokens are not kept.
struct LinkTicket {
  std::string id;  ///< random; used once
  TicketPurpose purpose = TicketPurpose::kAgreement;
  VerifiedIdentity identity;
  std::string accountId;  ///< the account that must be proven; empty where none must
  std::string returnTo;
  LoginOrigin origin = LoginOrigin::kServiceProvider;
  TimePoint createdAt;         ///< when the ID token was verified
  std::string invitationHash;  ///< of the invitation that the login began with; empty: none
  int mailsSent = 0;           ///< links that were mailed for this ticket
  std::string mailHash;        ///< digest of the last one's token and address; empty: none was
  /// The address that a link came back from, and when; both empty until then
  std::string provenEmail;
  std::optional<TimePoint> emailProvenAt;
};

/// Seals tickets into this browser's link cookie and opens them. Immutable; thread-safe.
class LinkTickets {
 public:
  LinkTickets(std::shared_ptr<Sealer> sealer, const SsoOptions& options, std::shared_ptr<Clock> clock);
  Cookie cookieFor(const LinkTicket& ticket) const;
  /// The ticket of this browser, expired ones included; nullopt when it holds none.
  std::optional<LinkTicket> open(const RequestInfo& request) const;
  /// Ten minutes old; thirty where a link was or will be mailed.
  bool expired(const LinkTicket& ticket) const;
  /// After this nobody on any instance opens it, or an older cookie of the same login, any more.
  TimePoint forgetAt(const LinkTicket& ticket) const;
  Cookie clearing() const { return cookies_.clear(cookies_.linkName()); }

 private:
  std::shared_ptr<Sealer> sealer_;
  LoginCookies cookies_;
  std::shared_ptr<Clock> clock_;
};

}  // namespace sso::detail
