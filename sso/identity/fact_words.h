// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "identity/decision.h"
#include "identity/facts.h"

/// The stable word of each value that facts and decisions are made of: for records of decisions, for vectors, and for
/// people (docs/POLICY.md). Empty for a value that is none of the enumeration's.
namespace sso::detail {

std::string_view wordOf(LoginOrigin value);
std::string_view wordOf(OrganizationStanding value);
std::string_view wordOf(ConnectionStanding value);
std::string_view wordOf(SsoMode value);
std::string_view wordOf(LinkRule value);
std::string_view wordOf(DefaultRole value);
std::string_view wordOf(Approval value);
std::string_view wordOf(Seats value);
std::string_view wordOf(Creations value);
std::string_view wordOf(EmailAssertion value);
std::string_view wordOf(EmailVerification value);
std::string_view wordOf(DomainOwner value);
std::string_view wordOf(GroupsAssertion value);
std::string_view wordOf(RoleCeiling value);
std::string_view wordOf(RoleKind value);
std::string_view wordOf(DirectoryRecord value);
std::string_view wordOf(InvitationStanding value);
std::string_view wordOf(HolderIdentities value);
std::string_view wordOf(Migration value);
std::string_view wordOf(AccountState value);
std::string_view wordOf(Outcome value);
std::string_view wordOf(Whom value);
std::string_view wordOf(DenyCode value);  ///< "none", or its name in docs/ERRORS.md

/// The value with this word; nullopt when there is none. Every enumeration here counts from 0 without a gap.
template <typename Enum>
std::optional<Enum> valueNamed(std::string_view word) {
  for (int i = 0; !word.empty() && !wordOf(static_cast<Enum>(i)).empty(); ++i) {
    if (wordOf(static_cast<Enum>(i)) == word) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

/// "absent, malformed, valid": what somebody could have written.
template <typename Enum>
std::string allWords() {
  std::string all;
  for (int i = 0; !wordOf(static_cast<Enum>(i)).empty(); ++i) {
    all.append(i == 0 ? "" : ", ").append(wordOf(static_cast<Enum>(i)));
  }
  return all;
}

}  // namespace sso::detail
