// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "login/account_sign_in.h"
#include "login/callback_parameters.h"
#include "login/link_ticket.h"
#include "login/login_transaction.h"
#include "login/organization_cache.h"
#include "login/refusals.h"
#include "oidc/oidc_client.h"
#include "oidc/token_verifier.h"
#include "scalekit/connection_directory.h"
#include "sso/sso_module.h"

/// The login, read from top to bottom:
///
///   begin      selector -> known organization, switched on? -> sealed transaction in a cookie -> 302 to Scalekit
///   initiate   IdP-initiated token verified, used once      -> begin, as if the person had asked here
///   complete   parameters -> transaction of this browser, opened and used up -> error, iss, code looked at
///              -> code exchanged -> ID token verified -> AccountSignIn -> 303 to the sealed return path,
///              or, when an existing account has to be proven, a sealed LinkTicket -> 303 to the host's proof page,
///              or, when an address has to be proven first, the same -> 303 to the host's page that mails a link,
///              or, when it would end somebody else's session unasked, the same -> 303 to the host's switch page
///   completeLink    ticket of this browser, opened and used up -> AccountSignIn with the proof -> 303
///   completeSwitch  the same, without a proof: the person has agreed
///   completeEmailProof  the same, with a link that came back from the address
namespace sso::detail {

/// The parts that a login is made of; all shared, all thread-safe.
struct LoginParts {
  SsoOptions options;
  std::shared_ptr<HostAdapter> host;
  std::shared_ptr<Storage> storage;
  std::shared_ptr<Clock> clock;
  std::shared_ptr<RandomSource> random;
  std::shared_ptr<LogSink> log;
  std::shared_ptr<OidcClient> oidc;
  std::shared_ptr<TokenVerifier> verifier;
  std::shared_ptr<OrganizationCache> organizations;
  std::shared_ptr<ConnectionDirectory> connections;
  std::shared_ptr<LoginTransactions> transactions;
  std::shared_ptr<LinkTickets> tickets;
  std::shared_ptr<AccountSignIn> signIn;
  std::shared_ptr<Refusals> refusals;
};

/// Every method answers: an sso::Error becomes an error page or JSON. Immutable; thread-safe.
class LoginFlow {
 public:
  explicit LoginFlow(LoginParts parts);
  WebResponse begin(const LoginRequest& login, const RequestInfo& request) const;
  WebResponse initiate(const RequestInfo& request) const;
  WebResponse complete(const RequestInfo& request) const;

  std::optional<PendingLink> pendingLink(const RequestInfo& request) const;
  WebResponse completeLink(const RequestInfo& request, std::string_view provenAccountId) const;

  /// The login that a live invitation leads to, at its connection.
  WebResponse beginInvited(const Invitation& invitation, const RequestInfo& request) const;

  std::optional<PendingEmailProof> pendingEmailProof(const RequestInfo& request) const;
  std::optional<EmailProofMail> newEmailProof(const RequestInfo& request) const;
  std::optional<WebResponse> completeEmailProof(const RequestInfo& request, std::string_view token) const;

  std::optional<PendingSwitch> pendingSwitch(const RequestInfo& request) const;
  WebResponse completeSwitch(const RequestInfo& request) const;

 private:
  /// Where a login goes, and what its token must say.
  struct Target {
    std::string connectionId, organizationId, loginHint, returnTo, invitationHash;
    LoginOrigin origin = LoginOrigin::kServiceProvider;
    bool ownSite = false;         ///< asked for on a page of ours
    bool reauthenticate = false;  ///< step-up
    std::optional<std::chrono::seconds> maxAge = {};
  };

  // begin and initiate
  Target resolve(const LoginRequest& login) const;
  void aimAt(std::string_view canonicalDomain, Target& target) const;
  WebResponse start(const Target& target, LoginTrace& trace, const RequestInfo& request) const;
  WebResponse startFromToken(const std::string& token, LoginTrace& trace, const RequestInfo& request) const;
  std::string checkedReturnPath(std::string_view candidate) const;

  // complete
  WebResponse finish(const CallbackParameters& parameters, LoginTrace& trace, const RequestInfo& request) const;
  LoginTransaction openTransaction(const std::string& state, LoginTrace& trace, const RequestInfo& request) const;
  void useUp(const std::string& state, const LoginTransaction& transaction, LoginTrace& trace) const;
  [[noreturn]] static void throwProviderError(const CallbackParameters& parameters, LoginTrace& trace);
  void requireIssuer(const CallbackParameters& parameters) const;
  VerifiedIdentity redeem(const CallbackParameters& parameters, const LoginTransaction& transaction,
                          std::string& idTokenHint, LoginTrace& trace) const;
  Reauthentication checkedReauthentication(const LoginTransaction& transaction, const VerifiedIdentity& identity) const;
  WebResponse waitForProof(const SignInResult& result, const LoginAttempt& attempt, const std::string& returnTo,
                           LoginTrace& trace, const RequestInfo& request) const;
  static void noteDecision(const MappedLogin& mapped, const LoginAttempt& attempt, LoginTrace& trace);
  WebResponse welcome(SignInResult result, const LoginAttempt& attempt, const std::string& returnTo,
                      const LoginTrace& trace) const;
  WebResponse homeOr(WebResponse refused, const LoginTrace& trace, const RequestInfo& request) const;

  // tickets: what waits for a proof or an answer
  std::optional<LinkTicket> liveTicket(const RequestInfo& request) const;
  std::string organizationNameOf(const LinkTicket& ticket) const;
  LinkTicket openTicket(LoginTrace& trace, const RequestInfo& request) const;
  void useUp(const LinkTicket& ticket, LoginTrace& trace) const;
  LoginAttempt attemptOf(const LinkTicket& ticket, const LoginTrace& trace, const RequestInfo& request) const;
  LinkTicket ticketFor(const LoginAttempt& attempt, const std::string& returnTo, TicketPurpose purpose) const;
  WebResponse waitForEmailProof(const LoginAttempt& attempt, const std::string& returnTo, LoginTrace& trace,
                                const RequestInfo& request) const;
  std::optional<std::string> addressToProve(const LinkTicket& ticket) const;
  static std::string shownAddress(const LinkTicket& ticket, const std::string& address);
  std::optional<WebResponse> finishEmailProof(std::string_view token, LoginTrace& trace,
                                              const RequestInfo& request) const;
  WebResponse keepWaiting(LinkTicket ticket, std::string_view event, const std::string& page, const LoginTrace& trace,
                          const RequestInfo& request) const;
  WebResponse waitForAgreement(const SignInResult& result, const LoginAttempt& attempt, const std::string& returnTo,
                               LoginTrace& trace, const RequestInfo& request) const;
  WebResponse finishSwitch(LoginTrace& trace, const RequestInfo& request) const;
  WebResponse finishLink(std::string_view provenAccountId, LoginTrace& trace, const RequestInfo& request) const;

  LoginTrace newTrace() const;

  LoginParts parts_;
};

}  // namespace sso::detail
