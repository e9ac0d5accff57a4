// SPDX-License-Identifier: Apache-2.0
// JIT.md row 6: an existing account is linked only after its owner proved it, in the browser that signed in. And what
// every verified login has in common that waits in its browser, sealed in a ticket.
#include <utility>

#include "base/digest.h"
#include "login/login_flow.h"
#include "sso/reason.h"

namespace sso::detail {

/// Nobody is signed in yet: the verified login waits in this browser for the account's owner.
WebResponse LoginFlow::waitForProof(const SignInResult& result, const LoginAttempt& attempt,
                                    const std::string& returnTo, LoginTrace& trace, const RequestInfo& request) const {
  LinkTicket ticket = ticketFor(attempt, returnTo, TicketPurpose::kAccountProof);
  ticket.accountId = result.mapped.accountId;
  return keepWaiting(std::move(ticket), "sso.link.requested", parts_.options.proofPath, trace, request);
}

LinkTicket LoginFlow::ticketFor(const LoginAttempt& attempt, const std::string& returnTo, TicketPurpose purpose) const {
  LinkTicket ticket;
  ticket.purpose = purpose;
  ticket.identity = attempt.identity;
  ticket.returnTo = returnTo;
  ticket.origin = attempt.origin;
  ticket.createdAt = attempt.verifiedAt;
  ticket.invitationHash = attempt.invitationHash;
  if (attempt.emailProof) {
    ticket.provenEmail = attempt.emailProof->email;
    ticket.emailProvenAt = attempt.emailProof->provenAt;
  }
  return ticket;
}

WebResponse LoginFlow::keepWaiting(LinkTicket ticket, std::string_view event, const std::string& page,
                                   const LoginTrace& trace, const RequestInfo& request) const {
  ticket.id = randomToken(*parts_.random);

  AuditEvent record;
  record.name = event;
  record.reference = trace.reference;
  record.organizationId = trace.organizationId;
  record.accountId = trace.accountId;
  record.connectionId = trace.connectionId;
  record.remoteAddress = request.remoteAddress;
  record.details = trace.details;
  record.decision = trace.decision;
  record.at = parts_.clock->now();
  parts_.storage->audit().record(record);

  auto response = WebResponse::redirect(page);
  response.cookies = trace.cookies;
  response.cookies.push_back(parts_.tickets->cookieFor(ticket));
  keepPrivate(response);
  return response;
}

std::optional<LinkTicket> LoginFlow::liveTicket(const RequestInfo& request) const {
  auto ticket = parts_.tickets->open(request);
  if (!ticket || parts_.tickets->expired(*ticket)) return std::nullopt;
  return ticket;
}

std::string LoginFlow::organizationNameOf(const LinkTicket& ticket) const {
  const auto organization = parts_.organizations->byId(ticket.identity.organizationId);
  return organization ? organization->displayName : std::string();
}

std::optional<PendingLink> LoginFlow::pendingLink(const RequestInfo& request) const {
  const auto ticket = liveTicket(request);
  if (!ticket || ticket->purpose != TicketPurpose::kAccountProof) return std::nullopt;
  auto organization = organizationNameOf(*ticket);
  if (organization.empty()) return std::nullopt;
  // The account's own address where mail may go there: an external id may have named one with another (JIT.md row 14).
  const auto address = addressToProve(*ticket);
  return PendingLink{ticket->accountId, shownAddress(*ticket, address.value_or(ticket->identity.email)),
                     std::move(organization), address.has_value()};
}

WebResponse LoginFlow::completeLink(const RequestInfo& request, std::string_view provenAccountId) const {
  LoginTrace trace = newTrace();
  try {
    return finishLink(provenAccountId, trace, request);
  } catch (const Error& error) {
    return parts_.refusals->refuse(error, trace, request);
  }
}

LinkTicket LoginFlow::openTicket(LoginTrace& trace, const RequestInfo& request) const {
  auto ticket = parts_.tickets->open(request);
  if (!ticket) throw Error(ErrorCode::kLoginExpired, reason::kBrowser, "the browser holds no login that waits");
  trace.organizationId = ticket->identity.organizationId;
  trace.connectionId = ticket->identity.key.connectionId;
  trace.accountId = ticket->accountId;
  if (parts_.tickets->expired(*ticket)) {
    trace.cookies.push_back(parts_.tickets->clearing());
    throw Error(ErrorCode::kLoginExpired, reason::kExpired, "the answer took too long");
  }
  return std::move(*ticket);
}

void LoginFlow::useUp(const LinkTicket& ticket, LoginTrace& trace) const {
  const bool first =
      parts_.storage->replays().useOnce("link:" + sha256Hex(ticket.id), parts_.tickets->forgetAt(ticket));
  trace.cookies.push_back(parts_.tickets->clearing());
  if (!first) throw Error(ErrorCode::kLoginExpired, reason::kReplayed, "the login that waited was finished before");
  trace.stray = false;
}

LoginAttempt LoginFlow::attemptOf(const LinkTicket& ticket, const LoginTrace& trace, const RequestInfo& request) const {
  LoginAttempt attempt;
  attempt.identity = ticket.identity;
  attempt.origin = ticket.origin;
  attempt.stateReturned = true;  // a ticket is sealed only after that
  attempt.expectedOrganizationId = ticket.identity.organizationId;
  attempt.expectedConnectionId = ticket.identity.key.connectionId;
  attempt.verifiedAt = ticket.createdAt;
  attempt.invitationHash = ticket.invitationHash;
  if (ticket.emailProvenAt) attempt.emailProof = EmailProof{ticket.provenEmail, *ticket.emailProvenAt};
  attempt.reference = trace.reference;
  attempt.remoteAddress = request.remoteAddress;
  return attempt;
}

WebResponse LoginFlow::finishLink(std::string_view provenAccountId, LoginTrace& trace,
                                  const RequestInfo& request) const {
  const LinkTicket ticket = openTicket(trace, request);
  // Somebody else's password proves nothing; the ticket stays for its owner to try again.
  if (ticket.purpose != TicketPurpose::kAccountProof || provenAccountId != ticket.accountId) {
    return parts_.refusals->refuse(DenyCode::kLinkProofRequired, trace, request);
  }
  useUp(ticket, trace);

  LoginAttempt attempt = attemptOf(ticket, trace, request);
  attempt.proof = LinkProof{std::string(provenAccountId), parts_.clock->now()};
  // Decided anew: the account may have been suspended, renamed or linked meanwhile. Nobody but the proven account may
  // come out of it. Whoever has just typed its password on our page has been asked enough.
  auto result = parts_.signIn->signIn(attempt, request, "", OthersSession::kReplace, provenAccountId);
  if (result.signedIn) return welcome(std::move(result), attempt, ticket.returnTo, trace);
  const auto& decision = result.mapped.decision;
  noteDecision(result.mapped, attempt, trace);
  const auto code = decision.code == DenyCode::kNone ? DenyCode::kLinkProofRequired : decision.code;
  return parts_.refusals->refuse(code, trace, request);
}

}  // namespace sso::detail
