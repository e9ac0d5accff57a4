// SPDX-License-Identifier: Apache-2.0
#include "identity/told_decision.h"

#include <array>

#include "identity/fact_words.h"

namespace sso::detail {
namespace {

constexpr std::array<std::string_view, 32> kSituations = {"known identity, active account",
                                                          "new person of an owned domain, no account",
                                                          "the domain is not the organization's",
                                                          "the address is not confirmed",
                                                          "no usable address",
                                                          "an account of this organization has the address",
                                                          "an account that nobody confirmed has the address",
                                                          "an account outside of the organization has the address",
                                                          "the account is tied to another subject of this connection",
                                                          "the same subject on another connection",
                                                          "the same person through a second connection",
                                                          "another address, same subject",
                                                          "the other address is somebody else's",
                                                          "the connection was replaced",
                                                          "a deprovisioned person returns",
                                                          "a directory provisions the organization",
                                                          "organization or connection is not open",
                                                          "the account is suspended",
                                                          "no seat is left",
                                                          "no default role that can be granted",
                                                          "no groups were asserted",
                                                          "the list of groups is empty",
                                                          "the list of groups was cut",
                                                          "a group maps to a role above the ceiling",
                                                          "the last owner would lose the role",
                                                          "the login began at the identity provider",
                                                          "a break-glass account",
                                                          "an invited guest",
                                                          "two first logins at once",
                                                          "token of another organization or connection",
                                                          "assertion too old, or from the future",
                                                          "an account that was unused for long"};

}  // namespace

std::string_view situationOf(int row) {
  if (row < 1 || row > static_cast<int>(kSituations.size())) return {};
  return kSituations[static_cast<std::size_t>(row) - 1];
}

ToldDecision told(const Decision& decision) {
  ToldDecision told;
  told.outcome = nameOf(decision.outcome);
  told.code = wordOf(decision.code);
  told.row = decision.row;
  told.situation = situationOf(decision.row);
  if (decision.code != DenyCode::kNone) told.explanation = describe(decision.code).adminText;
  if (decision.roles) told.roles = *decision.roles;
  told.notices = decision.notices.names();
  return told;
}

}  // namespace sso::detail
