// SPDX-License-Identifier: Apache-2.0
// JIT.md part 4, rows 4 and 7: a one-time link goes to the address by mail and has to come back to the browser that
// signed in. Nothing is stored: the ticket holds the digest of the token, and the token is in the mail alone. Whoever
// reads the mail without that browser, or has the browser without the mailbox, proves nothing.
#include <utility>

#include "base/link_token.h"
#include "login/login_flow.h"
#include "sso/digest.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

/// Of a login, whatever cookies a browser keeps: nobody's mailbox is filled by us.
constexpr int kMostMails = 3;

/// The token counts for the address that it was sent to, and for no other.
std::string mailHashOf(std::string_view token, std::string_view address) {
  return sha256Hex(std::string(token) + "\n" + std::string(address));
}

}  // namespace

/// Nobody is signed in yet: the verified login waits in this browser for a link that was mailed.
WebResponse LoginFlow::waitForEmailProof(const LoginAttempt& attempt, const std::string& returnTo, LoginTrace& trace,
                                         const RequestInfo& request) const {
  return keepWaiting(ticketFor(attempt, returnTo, TicketPurpose::kEmailProof), "sso.email_proof.requested",
                     parts_.options.emailProofPath, trace, request);
}

/// Where a mail may go for this ticket: to the asserted address, which is in a domain of the organization (row 4), or
/// to the address that the existing account's owner once proved. Never to another one.
std::optional<std::string> LoginFlow::addressToProve(const LinkTicket& ticket) const {
  if (parts_.options.emailProofPath.empty()) return std::nullopt;
  if (ticket.purpose == TicketPurpose::kEmailProof) return ticket.identity.email;
  if (ticket.purpose != TicketPurpose::kAccountProof) return std::nullopt;
  const auto organization = parts_.organizations->byId(ticket.identity.organizationId);
  if (!organization) return std::nullopt;
  const auto work = parts_.storage->begin();  // reads only
  const auto account = parts_.host->findAccount(*work, ticket.accountId, organization->tenantId);
  if (!account || !account->emailVerified) return std::nullopt;
  return account->email;
}

/// An address that the identity provider asserted is told to whoever came with it. Another one, which an external id
/// led to (JIT.md row 14), is the account owner's alone: enough of it to know it by.
std::string LoginFlow::shownAddress(const LinkTicket& ticket, const std::string& address) {
  const auto at = address.find('@');
  if (address == ticket.identity.email || at == std::string::npos) return address;
  return address.substr(0, 1) + "***" + address.substr(at);
}

std::optional<PendingEmailProof> LoginFlow::pendingEmailProof(const RequestInfo& request) const {
  const auto ticket = liveTicket(request);
  if (!ticket) return std::nullopt;
  auto address = addressToProve(*ticket);
  auto organization = organizationNameOf(*ticket);
  if (!address || organization.empty()) return std::nullopt;
  return PendingEmailProof{shownAddress(*ticket, *address), std::move(organization), ticket->mailsSent > 0,
                           ticket->mailsSent < kMostMails};
}

std::optional<EmailProofMail> LoginFlow::newEmailProof(const RequestInfo& request) const {
  auto ticket = liveTicket(request);
  if (!ticket || ticket->mailsSent >= kMostMails) return std::nullopt;
  auto address = addressToProve(*ticket);
  if (!address) return std::nullopt;
  // An older cookie of the same login knows of fewer mails; the replay store knows of them all.
  const std::string mail = "mail:" + sha256Hex(ticket->id) + ":" + std::to_string(ticket->mailsSent);
  if (!parts_.storage->replays().useOnce(mail, parts_.tickets->forgetAt(*ticket))) return std::nullopt;
  EmailProofMail made;
  made.token = newLinkToken(*parts_.random);
  ++ticket->mailsSent;
  ticket->mailHash = mailHashOf(made.token.reveal(), *address);
  made.email = std::move(*address);
  made.organizationName = organizationNameOf(*ticket);
  made.cookie = parts_.tickets->cookieFor(*ticket);
  return made;
}

std::optional<WebResponse> LoginFlow::completeEmailProof(const RequestInfo& request, std::string_view token) const {
  LoginTrace trace = newTrace();
  try {
    return finishEmailProof(token, trace, request);
  } catch (const Error& error) {
    return parts_.refusals->refuse(error, trace, request);
  }
}

std::optional<WebResponse> LoginFlow::finishEmailProof(std::string_view token, LoginTrace& trace,
                                                       const RequestInfo& request) const {
  const LinkTicket ticket = openTicket(trace, request);
  const auto address = addressToProve(ticket);
  // Not the newest link, or not of this login: the ticket stays for the one that is.
  if (!address || ticket.mailHash.empty() || !hasFormOfLinkToken(token) ||
      !equalsConstantTime(mailHashOf(token, *address), ticket.mailHash)) {
    return std::nullopt;
  }
  useUp(ticket, trace);

  LoginAttempt attempt = attemptOf(ticket, trace, request);
  attempt.emailProof = EmailProof{*address, parts_.clock->now()};
  // Decided anew. Unlike a password, a link can be laid in somebody's way: another account's session is not ended
  // unasked.
  auto result = parts_.signIn->signIn(attempt, request, "", OthersSession::kAskFirst, ticket.accountId);
  if (result.signedIn) return welcome(std::move(result), attempt, ticket.returnTo, trace);
  const auto& decision = result.mapped.decision;
  trace.accountId = result.mapped.accountId;
  noteDecision(result.mapped, attempt, trace);
  if (result.othersSession) return waitForAgreement(result, attempt, ticket.returnTo, trace, request);
  const auto code = decision.code == DenyCode::kNone ? DenyCode::kLinkProofRequired : decision.code;
  return parts_.refusals->refuse(code, trace, request);
}

}  // namespace sso::detail
