// SPDX-License-Identifier: Apache-2.0
// SEC-CB-19: a login that a link on another site may have begun never ends somebody else's session unasked. Whoever
// controls an identity provider could otherwise move a visitor to an account of their own, and read what the visitor
// then writes there (login CSRF; RFC 6749 10.12).
#include <utility>

#include "login/login_flow.h"

namespace sso::detail {

/// Nothing was written and nobody is signed in or out: the verified login waits in this browser for an answer.
WebResponse LoginFlow::waitForAgreement(const SignInResult& result, const LoginAttempt& attempt,
                                        const std::string& returnTo, LoginTrace& trace,
                                        const RequestInfo& request) const {
  // An account that would have been made is not there; and whose session it would have ended is nothing for the trail
  // of this organization.
  if (result.mapped.decision.whom == Whom::kNewAccount) trace.accountId.clear();
  return keepWaiting(ticketFor(attempt, returnTo, TicketPurpose::kAgreement), "sso.switch.requested",
                     parts_.options.switchPath, trace, request);
}

std::optional<PendingSwitch> LoginFlow::pendingSwitch(const RequestInfo& request) const {
  const auto ticket = liveTicket(request);
  if (!ticket || ticket->purpose != TicketPurpose::kAgreement) return std::nullopt;
  auto organization = organizationNameOf(*ticket);
  if (organization.empty()) return std::nullopt;
  return PendingSwitch{ticket->identity.email, ticket->identity.displayName, std::move(organization)};
}

WebResponse LoginFlow::completeSwitch(const RequestInfo& request) const {
  LoginTrace trace = newTrace();
  try {
    return finishSwitch(trace, request);
  } catch (const Error& error) {
    return parts_.refusals->refuse(error, trace, request);
  }
}

WebResponse LoginFlow::finishSwitch(LoginTrace& trace, const RequestInfo& request) const {
  const LinkTicket ticket = openTicket(trace, request);
  // To agree is no proof: a login that waits for a password goes on waiting for it.
  if (ticket.purpose != TicketPurpose::kAgreement) {
    const bool mail = ticket.purpose == TicketPurpose::kEmailProof;
    return parts_.refusals->refuse(mail ? DenyCode::kEmailProofRequired : DenyCode::kLinkProofRequired, trace, request);
  }
  useUp(ticket, trace);

  const LoginAttempt attempt = attemptOf(ticket, trace, request);
  auto result = parts_.signIn->signIn(attempt, request, "", OthersSession::kReplace);  // decided anew
  if (result.signedIn) return welcome(std::move(result), attempt, ticket.returnTo, trace);
  const auto& decision = result.mapped.decision;
  trace.accountId = result.mapped.accountId;
  noteDecision(result.mapped, attempt, trace);
  return parts_.refusals->refuse(decision.code, trace, request);
}

}  // namespace sso::detail
