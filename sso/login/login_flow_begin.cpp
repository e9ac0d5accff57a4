// SPDX-License-Identifier: Apache-2.0
// begin and initiate: from a selector, or an IdP-initiated token, to the redirect to Scalekit. Nothing is stored.
#include <algorithm>
#include <utility>

#include "base/return_to.h"
#include "identity/jit_policy.h"
#include "login/login_flow.h"
#include "login/pkce.h"
#include "login/sign_in_router.h"
#include "sso/error_view.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

constexpr std::chrono::hours kLongestMaxAge{24};

/// Scalekit's identifiers (CONTRACT.md 1.3), which go into a URL, a cookie and a query.
void requireIdentifier(std::string_view id) {
  const bool wellFormed =
      id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-';
      });
  if (!wellFormed) throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, "no identifier of Scalekit");
}

OrganizationCache::Found known(OrganizationCache::Found organization) {
  // The same answer for what does not exist and for what is not ours (SEC-AR-04).
  if (!organization) throw Error(ErrorCode::kNotFound, reason::kUnknownSelector, "no such organization here");
  return organization;
}

}  // namespace

WebResponse LoginFlow::begin(const LoginRequest& login, const RequestInfo& request) const {
  LoginTrace trace = newTrace();
  trace.audited = false;  // anybody may ask anything here, any number of times
  try {
    Target target = resolve(login);
    // W3C Fetch Metadata. A browser that does not send it (none that is kept up to date) is asked once more.
    target.ownSite = request.secFetchSite == "same-origin";
    return start(target, trace, request);
  } catch (const Error& error) {
    return parts_.refusals->refuse(error, trace, request);
  }
}

/// One selector, in the order of CONTRACT.md 2.4. Domain and address become an organization that we know, so that the
/// token has one to match (CONTRACT.md 3.7 (9)).
LoginFlow::Target LoginFlow::resolve(const LoginRequest& login) const {
  Target target;
  target.returnTo = checkedReturnPath(login.returnTo);
  target.reauthenticate = login.reauthenticate;
  if (login.maxAge && (*login.maxAge < std::chrono::seconds(0) || *login.maxAge > kLongestMaxAge)) {
    throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, "max_age is 0 to 86400");
  }
  target.maxAge = login.maxAge;
  requireIdentifier(login.connectionId);
  requireIdentifier(login.organizationId);
  if (!login.organizationId.empty()) {
    target.organizationId = known(parts_.organizations->byId(login.organizationId))->id;
  }
  if (!login.connectionId.empty()) {
    target.connectionId = login.connectionId;
    return target;
  }
  if (!target.organizationId.empty()) return target;
  if (!login.domain.empty()) {
    const auto domain = canonicalDomain(login.domain);
    if (!domain) throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, "no domain");
    aimAt(*domain, target);
    return target;
  }
  const auto email = canonicalEmail(login.email);
  if (!email) throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, "no selector");
  aimAt(domainOf(*email), target);
  target.loginHint = *email;
  return target;
}

/// The organization that owns the domain; of its connections the one that serves it, if it is one alone. The callback
/// then takes no other's token (CONTRACT.md 3.7 (8)); otherwise Scalekit chooses among the organization's.
void LoginFlow::aimAt(std::string_view canonicalDomain, Target& target) const {
  target.organizationId = known(parts_.organizations->byDomain(canonicalDomain))->id;
  target.connectionId = parts_.connections->servingDomain(target.organizationId, canonicalDomain);
}

WebResponse LoginFlow::beginInvited(const Invitation& invitation, const RequestInfo& request) const {
  LoginTrace trace = newTrace();
  trace.audited = false;
  try {
    Target target;
    target.connectionId = invitation.connectionId;
    target.organizationId = invitation.organizationId;
    target.loginHint = invitation.email;
    target.invitationHash = invitation.tokenHash;
    target.returnTo = parts_.options.afterLoginPath;
    target.ownSite = request.secFetchSite == "same-origin";
    return start(target, trace, request);
  } catch (const Error& error) {
    return parts_.refusals->refuse(error, trace, request);
  }
}

WebResponse LoginFlow::start(const Target& target, LoginTrace& trace, const RequestInfo& request) const {
  trace.organizationId = target.organizationId;
  trace.connectionId = target.connectionId;
  if (!target.organizationId.empty()) {  // JIT.md row 17, before the redirect
    const auto organization = parts_.organizations->byId(target.organizationId);
    const auto connection = standingOf(parts_.connections->ofOrganization(target.organizationId, target.connectionId));
    const auto mode = organization ? organization->policy.mode : SsoMode::kOff;
    const auto refusal = refusalBeforeRedirect(standingOf(organization.get()), mode, connection);
    if (refusal != DenyCode::kNone) return parts_.refusals->refuse(refusal, trace, request);
  }
  LoginTransaction transaction = parts_.transactions->fresh();
  transaction.returnTo = target.returnTo;
  transaction.organizationId = target.organizationId;
  transaction.connectionId = target.connectionId;
  transaction.origin = target.origin;
  transaction.ownSite = target.ownSite;
  transaction.reauthenticate = target.reauthenticate;
  transaction.maxAge = target.maxAge;
  transaction.invitationHash = target.invitationHash;

  AuthorizationRequest authorization;
  authorization.state = transaction.state;
  authorization.nonce = transaction.nonce;
  authorization.codeChallenge = codeChallenge(transaction.codeVerifier.reveal());
  // One selector only: Scalekit would not fall through from one that does not fit (CONTRACT.md 2.4).
  authorization.connectionId = target.connectionId;
  if (target.connectionId.empty()) authorization.organizationId = target.organizationId;
  authorization.loginHint = target.loginHint;
  if (target.reauthenticate) authorization.prompt = "login";
  authorization.maxAge = target.maxAge;
  auto response = WebResponse::redirect(parts_.oidc->authorizationUrl(authorization), 302);
  response.cookies = parts_.transactions->cookiesFor(transaction, request);
  keepPrivate(response);
  return response;
}

WebResponse LoginFlow::initiate(const RequestInfo& request) const {
  LoginTrace trace = newTrace();
  trace.event = "sso.idp_initiated.rejected";
  try {
    const auto parameters = CallbackParameters::parse(request.query);
    if (parameters.hasError) {
      trace.details["provider_error"] = cleanedForAudit(parameters.error);
      throw providerError(parameters.error);
    }
    return startFromToken(parameters.idpInitiatedLogin, trace, request);
  } catch (const Error& error) {
    return parts_.refusals->refuse(error, trace, request);
  }
}

/// The token is a hint and never a login: it starts a login of our own, with our own state, nonce and PKCE
/// (CONTRACT.md 3.3, 7.2; JIT.md row 26; ASVS 7.6.2).
WebResponse LoginFlow::startFromToken(const std::string& token, LoginTrace& trace, const RequestInfo& request) const {
  if (token.empty()) throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, "no idp_initiated_login");
  const auto hint = parts_.verifier->verifyIdpInitiated(token);
  if (!parts_.organizations->byId(hint.organizationId)) {
    throw Error(ErrorCode::kInvalidRequest, reason::kUnknownSelector, "no such organization here");
  }
  trace.organizationId = hint.organizationId;
  trace.connectionId = hint.connectionId;
  const auto forgetAt = hint.expiresAt + std::chrono::minutes(10);              // longer than any leeway
  if (!parts_.storage->replays().useOnce("idp:" + hint.replayKey, forgetAt)) {  // SEC-II-11
    throw Error(ErrorCode::kInvalidRequest, reason::kReplayed, "the IdP-initiated token was used before");
  }
  trace.stray = false;
  Target target;
  target.connectionId = hint.connectionId;
  target.organizationId = hint.organizationId;
  target.loginHint = hint.loginHint;
  target.returnTo = checkedReturnPath(hint.relayState);  // data to validate, never a URL to follow (SEC-II-08)
  target.origin = LoginOrigin::kIdentityProvider;
  return start(target, trace, request);
}

/// SEC-RD-01, -05, -06: ours, not too long, and nothing that would loop or undo the login.
std::string LoginFlow::checkedReturnPath(std::string_view candidate) const {
  const auto& options = parts_.options;
  std::vector<std::string> refused{options.loginPath, options.callbackPath, options.initiatePath,
                                   options.proofPath, options.switchPath,   "/logout"};
  if (!options.emailProofPath.empty()) refused.push_back(options.emailProofPath);
  if (options.signInPath != "/") refused.push_back(options.signInPath);
  if (candidate.size() > kMaxReturnPath) return options.afterLoginPath;
  return safeReturnTo(candidate, options.afterLoginPath, refused);
}

}  // namespace sso::detail
