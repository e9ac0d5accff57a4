// SPDX-License-Identifier: Apache-2.0
// complete: from the callback to a session. begin and initiate are in login_flow_begin.cpp; logins that wait, for a
// proof or for an answer, in login_flow_link.cpp and login_flow_switch.cpp.
#include "login/login_flow.h"

#include <algorithm>
#include <utility>

#include "base/digest.h"
#include "identity/jit_policy.h"
#include "sso/error_view.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

/// Reasons that a reload or the back button has, too (SEC-CB-15).
bool mayBeAReload(const Error& error) {
  return error.reason() == reason::kReplayed || error.reason() == reason::kBrowser || error.reason() == reason::kState;
}

}  // namespace

LoginFlow::LoginFlow(LoginParts parts) : parts_(std::move(parts)) {}

LoginTrace LoginFlow::newTrace() const {
  LoginTrace trace;
  trace.reference = newReference(*parts_.random);
  return trace;
}

WebResponse LoginFlow::complete(const RequestInfo& request) const {
  LoginTrace trace = newTrace();
  try {
    const auto parameters = CallbackParameters::parse(request.query);
    if (!parameters.idpInitiatedLogin.empty()) {
      // CONTRACT.md 7.2 names both routes. Together with an answer of ours it is no protocol at all (SEC-CB-12).
      if (parameters.hasCode || parameters.hasError) {
        throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, "idp_initiated_login beside code or error");
      }
      trace.event = "sso.idp_initiated.rejected";
      return startFromToken(parameters.idpInitiatedLogin, trace, request);
    }
    return finish(parameters, trace, request);
  } catch (const Error& error) {
    auto refused = parts_.refusals->refuse(error, trace, request);
    return mayBeAReload(error) ? homeOr(std::move(refused), trace, request) : refused;
  }
}

WebResponse LoginFlow::finish(const CallbackParameters& parameters, LoginTrace& trace,
                              const RequestInfo& request) const {
  const LoginTransaction transaction = openTransaction(parameters.state, trace, request);
  if (parameters.hasError) {
    useUp(parameters.state, transaction, trace);
    throwProviderError(parameters, trace);
  }
  LoginAttempt attempt;
  std::string idTokenHint;
  attempt.identity = redeem(parameters, transaction, idTokenHint, trace);  // outside any unit of work: network
  attempt.reauthentication = checkedReauthentication(transaction, attempt.identity);
  attempt.verifiedAt = parts_.clock->now();
  attempt.stateReturned = true;
  attempt.origin = transaction.origin;
  attempt.expectedOrganizationId = transaction.organizationId;
  attempt.expectedConnectionId = transaction.connectionId;
  attempt.invitationHash = transaction.invitationHash;
  attempt.reference = trace.reference;
  attempt.remoteAddress = request.remoteAddress;
  trace.organizationId = attempt.identity.organizationId;
  trace.connectionId = attempt.identity.key.connectionId;

  const auto others = transaction.ownSite ? OthersSession::kReplace : OthersSession::kAskFirst;
  auto result = parts_.signIn->signIn(attempt, request, idTokenHint, others);
  if (result.signedIn) return welcome(std::move(result), attempt, transaction.returnTo, trace);
  const auto& decision = result.mapped.decision;
  trace.accountId = result.mapped.accountId;
  noteDecision(result.mapped, attempt, trace);
  if (decision.outcome == Outcome::kLinkAfterProof) {
    return waitForProof(result, attempt, transaction.returnTo, trace, request);
  }
  // An address that only an invitation names is none to mail a proof to: nobody asserts it.
  const bool mailable = !parts_.options.emailProofPath.empty() && !attempt.identity.email.empty();
  if (decision.outcome == Outcome::kRequireEmailProof && mailable) {
    return waitForEmailProof(attempt, transaction.returnTo, trace, request);
  }
  if (result.othersSession) return waitForAgreement(result, attempt, transaction.returnTo, trace, request);
  return parts_.refusals->refuse(decision.code, trace, request);
}

/// State first: until it is known to be this browser's, nothing else of the callback means anything (RFC 9700 4.7).
LoginTransaction LoginFlow::openTransaction(const std::string& state, LoginTrace& trace,
                                            const RequestInfo& request) const {
  const auto& transactions = *parts_.transactions;
  if (state.empty()) throw Error(ErrorCode::kLoginFailed, reason::kState, "no state");
  auto transaction = transactions.open(state, request);
  if (!transaction) {
    if (transactions.browserHoldsAny(request)) {
      throw Error(ErrorCode::kLoginFailed, reason::kState, "the state is of no login of this browser");  // SEC-CB-01
    }
    throw Error(ErrorCode::kLoginExpired, reason::kBrowser, "the browser holds no login");  // SEC-CS-01
  }
  trace.organizationId = transaction->organizationId;
  trace.connectionId = transaction->connectionId;
  if (transactions.expired(*transaction)) {  // SEC-CB-17
    trace.cookies.push_back(transactions.clearing(state));
    throw Error(ErrorCode::kLoginExpired, reason::kExpired, "the login took too long");
  }
  return std::move(*transaction);
}

/// Before the code travels, on every instance, whatever comes of it (SEC-CB-15, R-08; RFC 9700 4.5).
void LoginFlow::useUp(const std::string& state, const LoginTransaction& transaction, LoginTrace& trace) const {
  const auto& transactions = *parts_.transactions;
  const bool first = parts_.storage->replays().useOnce("login:" + sha256Hex(state), transactions.forgetAt(transaction));
  trace.cookies.push_back(transactions.clearing(state));
  if (!first) throw Error(ErrorCode::kLoginExpired, reason::kReplayed, "the login was completed before");
  trace.stray = false;
}

/// SEC-CB-09: also when a code came along.
void LoginFlow::throwProviderError(const CallbackParameters& parameters, LoginTrace& trace) {
  trace.details["provider_error"] = cleanedForAudit(parameters.error);
  if (!parameters.errorDescription.empty()) {
    trace.details["provider_description"] = cleanedForAudit(parameters.errorDescription);
  }
  throw providerError(parameters.error);
}

/// RFC 9207 2.4: byte for byte, before the code goes anywhere (SEC-CB-07); it may lack only where nobody promised it.
void LoginFlow::requireIssuer(const CallbackParameters& parameters) const {
  if (!parameters.issuer) {
    if (!parts_.oidc->answersNameIssuer()) return;
    throw Error(ErrorCode::kLoginFailed, reason::kIssuer, "the answer does not name its issuer");
  }
  const auto& options = parts_.options;
  const auto& others = options.additionalIssuers;
  if (*parameters.issuer == options.environmentUrl) return;
  if (std::find(others.begin(), others.end(), *parameters.issuer) != others.end()) return;
  throw Error(ErrorCode::kLoginFailed, reason::kIssuer, "the answer names another issuer");
}

VerifiedIdentity LoginFlow::redeem(const CallbackParameters& parameters, const LoginTransaction& transaction,
                                   std::string& idTokenHint, LoginTrace& trace) const {
  // Whoever cannot be served now has used up nothing, and may come again with the same answer.
  OidcClient::Turn turn = parts_.oidc->turnToExchange();
  useUp(parameters.state, transaction, trace);
  requireIssuer(parameters);
  if (!isWellFormedCode(parameters.code)) {  // SEC-CB-03, SEC-CB-06
    throw Error(ErrorCode::kLoginFailed, reason::kMalformed, "no usable code");
  }
  turn.spend();
  const TokenResponse tokens = parts_.oidc->exchangeCode(parameters.code, transaction.codeVerifier);
  auto identity = parts_.verifier->verifyIdToken(tokens.idToken.reveal(),
                                                 {transaction.nonce, tokens.accessToken.reveal(), parameters.code,
                                                  transaction.organizationId, transaction.connectionId});
  if (parts_.options.keepIdTokenForLogout) idTokenHint = tokens.idToken.reveal();
  return identity;
}

/// Where the token says when the person was authenticated, it must have been for this login, or no longer before it
/// than max_age; otherwise the identity provider answered from an old session although it was asked not to (OpenID
/// Connect Core 3.1.2.1, 3.1.3.7 (13)).
Reauthentication LoginFlow::checkedReauthentication(const LoginTransaction& transaction,
                                                    const VerifiedIdentity& identity) const {
  if (!transaction.reauthenticate && !transaction.maxAge) return Reauthentication::kNotAsked;
  if (!identity.authTimeKnown) return Reauthentication::kAsked;
  const auto allowed = transaction.reauthenticate ? std::chrono::seconds(0) : *transaction.maxAge;
  if (identity.authenticatedAt + parts_.options.clockSkew < transaction.createdAt - allowed) {
    throw Error(ErrorCode::kLoginFailed, reason::kAuthTime, "asked to authenticate again, and answered from before");
  }
  return Reauthentication::kProven;
}

void LoginFlow::noteDecision(const MappedLogin& mapped, const LoginAttempt& attempt, LoginTrace& trace) {
  trace.details = auditDetails(mapped.decision, attempt.origin, mapped.policyVersion);
  trace.decision = mapped.record;
}

WebResponse LoginFlow::welcome(SignInResult result, const LoginAttempt& attempt, const std::string& returnTo,
                               const LoginTrace& trace) const {
  parts_.log->write({LogLevel::kInfo,
                     "sso.login.completed",
                     {{"reference", trace.reference},
                      {"org", attempt.identity.organizationId},
                      {"connection", attempt.identity.key.connectionId},
                      {"account", result.mapped.accountId},
                      {"outcome", std::string(nameOf(result.mapped.decision.outcome))}}});
  auto response = WebResponse::redirect(returnTo);
  response.cookies = std::move(result.cookies);
  response.cookies.insert(response.cookies.end(), trace.cookies.begin(), trace.cookies.end());
  keepPrivate(response);
  return response;
}

/// Reload or back button after a login that worked: the person is signed in, so they are taken home (SEC-CB-15).
WebResponse LoginFlow::homeOr(WebResponse refused, const LoginTrace& trace, const RequestInfo& request) const {
  try {
    if (request.wantsJson() || !parts_.host->currentAccount(request)) return refused;
  } catch (const Error& error) {
    parts_.log->write(
        {LogLevel::kError, "sso.session.unknown", {{"reference", trace.reference}, {"reason", error.reason()}}});
    return refused;
  }
  auto home = WebResponse::redirect(parts_.options.afterLoginPath);
  home.cookies = trace.cookies;
  keepPrivate(home);
  return home;
}

}  // namespace sso::detail
