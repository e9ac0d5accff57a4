// SPDX-License-Identifier: Apache-2.0
#include "mails.h"

#include "text_rules.h"

namespace hostapp::mails {
namespace {

/// A subject has its bounds (MailMessage); a name that is cut ends at a whole character.
std::string shortened(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return std::string(text.substr(0, end)) + "...";
}

/// Anybody may start a team and call it, and themselves, anything: our mail must not carry somebody's advertisement to
/// strangers. What mail programs make a link of is left out.
std::string shownName(std::string_view name, std::string_view otherwise) {
  constexpr std::size_t kLongest = 80;
  bool linkLike = name.find_first_of("/:@<>\\") != std::string_view::npos;
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  for (std::size_t dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.', dot + 1)) {
    linkLike = linkLike || (dot + 2 < name.size() && letter(name[dot + 1]) && letter(name[dot + 2]));
  }
  return name.empty() || linkLike ? std::string(otherwise) : shortened(name, kLongest);
}

std::string linkTo(std::string_view baseUrl, std::string_view path, const sso::Secret& token) {
  return std::string(baseUrl) + std::string(path) + "#" + token.reveal();
}

}  // namespace

sso::MailMessage invitation(std::string_view baseUrl, std::string_view loginPath, const sso::NewInvitation& made,
                            std::string_view team, std::string_view inviter) {
  const auto& one = made.invitation;
  const std::string shownTeam = shownName(team, "a team");
  const std::string shownInviter = shownName(inviter, "An administrator");
  sso::MailMessage mail;
  mail.to = one.email;
  mail.subject = "You are invited to " + shownTeam + " on Fieldnote";
  mail.text = shownInviter + " invites you to " + shownTeam +
              " on Fieldnote.\n\nOpen this link to come in with the sign-in of " +
              shownName(made.organizationName, "your company") + ":\n\n" + linkTo(baseUrl, "/invitation", made.token) +
              "\n\nIt works once, for " + one.email + ", until " + formatMoment(sso::toEpochSeconds(one.expiresAt)) +
              ".\n\nLater, sign in here:\n\n" + std::string(baseUrl) + std::string(loginPath) +
              "?organization_id=" + one.organizationId +
              "\n\nIf you do not know who this is from, you can leave the mail: nothing happens until the link is "
              "used.\n";
  return mail;
}

sso::MailMessage emailProof(std::string_view baseUrl, std::string_view path, const sso::EmailProofMail& made) {
  const auto minutes = std::to_string(sso::EmailProofMail::kLifetime.count());
  sso::MailMessage mail;
  mail.to = made.email;
  mail.subject = "Confirm your address for Fieldnote";
  mail.text = "Somebody signed in to Fieldnote with the sign-in of " +
              shownName(made.organizationName, "your company") +
              " and says that this address is theirs.\n\nIf it was you, open this link in the same browser, within " +
              minutes + " minutes of signing in:\n\n" + linkTo(baseUrl, path, made.token) +
              "\n\nIf it was not, leave the mail: without the link nobody gets in.\n";
  return mail;
}

}  // namespace hostapp::mails
