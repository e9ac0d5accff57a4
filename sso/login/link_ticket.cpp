// SPDX-License-Identifier: Apache-2.0
#include "login/link_ticket.h"

#include <utility>

#include "identity/jit_policy.h"
#include "login/sealed_fields.h"

namespace sso::detail {
namespace {

constexpr std::string_view kTicketPurpose = "link-ticket";
constexpr std::string_view kTicketVersion = "3";
constexpr std::size_t kTicketFields = 22;
constexpr std::size_t kMaxNameBytes = 256;  // keeps the cookie under the 4 kB that browsers take

std::string verifiedText(const std::optional<bool>& verified) {
  if (!verified) return "absent";
  return *verified ? "yes" : "no";
}
std::optional<bool> verifiedFrom(std::string_view text) {
  if (text == "yes") return true;
  if (text == "no") return false;
  return std::nullopt;
}

std::optional<TicketPurpose> purposeFrom(std::string_view text) {
  for (const auto purpose : {TicketPurpose::kAgreement, TicketPurpose::kAccountProof, TicketPurpose::kEmailProof}) {
    if (text == std::to_string(static_cast<int>(purpose))) return purpose;
  }
  return std::nullopt;
}

std::string timeText(const std::optional<TimePoint>& at) { return at ? std::to_string(toEpochSeconds(*at)) : ""; }
std::optional<TimePoint> timeFrom(std::string_view text) {
  const auto seconds = parseInteger(text);
  if (!seconds) return std::nullopt;
  return fromEpochSeconds(*seconds);
}

std::chrono::seconds lifetimeOf(const LinkTicket& ticket) {
  const bool mail = ticket.purpose == TicketPurpose::kEmailProof || ticket.mailsSent > 0 || ticket.emailProvenAt;
  return mail ? kEmailProofLifetime : kProofLifetime;
}

}  // namespace

LinkTickets::LinkTickets(std::shared_ptr<Sealer> sealer, const SsoOptions& options, std::shared_ptr<Clock> clock)
    : sealer_(std::move(sealer)), cookies_(options), clock_(std::move(clock)) {}

Cookie LinkTickets::cookieFor(const LinkTicket& ticket) const {
  const auto& person = ticket.identity;
  const std::string name = person.displayName.size() > kMaxNameBytes ? "" : person.displayName;
  const std::string plain = joinFields(kTicketVersion, {ticket.id,
                                                        person.key.issuer,
                                                        person.key.connectionId,
                                                        person.key.subject,
                                                        person.organizationId,
                                                        person.email,
                                                        verifiedText(person.emailVerified),
                                                        name,
                                                        person.sessionId,
                                                        std::to_string(toEpochSeconds(person.issuedAt)),
                                                        std::to_string(toEpochSeconds(person.authenticatedAt)),
                                                        ticket.accountId,
                                                        ticket.returnTo,
                                                        std::to_string(static_cast<int>(ticket.origin)),
                                                        std::to_string(toEpochSeconds(ticket.createdAt)),
                                                        std::to_string(static_cast<int>(ticket.purpose)),
                                                        ticket.invitationHash,
                                                        std::to_string(ticket.mailsSent),
                                                        ticket.mailHash,
                                                        ticket.provenEmail,
                                                        timeText(ticket.emailProvenAt),
                                                        person.externalId.value_or("")});
  return cookies_.set(cookies_.linkName(), sealer_->seal(kTicketPurpose, plain, cookies_.linkName()),
                      lifetimeOf(ticket));
}

std::optional<LinkTicket> LinkTickets::open(const RequestInfo& request) const {
  const auto cookie = request.cookies.find(cookies_.linkName());
  if (cookie == request.cookies.end()) return std::nullopt;
  const auto plain = sealer_->open(kTicketPurpose, cookie->second, cookies_.linkName());
  if (!plain) return std::nullopt;
  auto fields = splitFields(*plain, kTicketVersion, kTicketFields);
  if (!fields) return std::nullopt;
  auto& field = *fields;
  const auto issuedAt = parseInteger(field[9]), authenticatedAt = parseInteger(field[10]);
  const auto origin = parseInteger(field[13]), createdAt = parseInteger(field[14]);
  const auto purpose = purposeFrom(field[15]);
  const auto mailsSent = parseInteger(field[17]);
  if (!issuedAt || !authenticatedAt || !origin || !createdAt || !purpose || !mailsSent) return std::nullopt;
  LinkTicket ticket;
  ticket.id = std::move(field[0]);
  ticket.identity.key = {std::move(field[1]), std::move(field[2]), std::move(field[3])};
  ticket.identity.organizationId = std::move(field[4]);
  ticket.identity.email = std::move(field[5]);
  ticket.identity.emailVerified = verifiedFrom(field[6]);
  ticket.identity.displayName = std::move(field[7]);
  ticket.identity.sessionId = std::move(field[8]);
  ticket.identity.issuedAt = fromEpochSeconds(*issuedAt);
  ticket.identity.authenticatedAt = fromEpochSeconds(*authenticatedAt);
  ticket.accountId = std::move(field[11]);
  ticket.returnTo = std::move(field[12]);
  ticket.origin = static_cast<LoginOrigin>(*origin);
  ticket.createdAt = fromEpochSeconds(*createdAt);
  ticket.purpose = *purpose;
  ticket.invitationHash = std::move(field[16]);
  ticket.mailsSent = static_cast<int>(*mailsSent);
  ticket.mailHash = std::move(field[18]);
  ticket.provenEmail = std::move(field[19]);
  ticket.emailProvenAt = timeFrom(field[20]);
  if (!field[21].empty()) ticket.identity.externalId = std::move(field[21]);
  return ticket;
}

bool LinkTickets::expired(const LinkTicket& ticket) const {
  const auto age = clock_->now() - ticket.createdAt;
  return age > lifetimeOf(ticket) || age < -kClockMargin;
}

TimePoint LinkTickets::forgetAt(const LinkTicket& ticket) const {
  return ticket.createdAt + kEmailProofLifetime + 2 * kClockMargin;
}

}  // namespace sso::detail
