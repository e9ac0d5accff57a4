// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "management/api_call.h"
#include "management/field_reader.h"

/// What callers send about users and memberships, read with all violations noted (CONTRACT.md 4.8).
namespace scalekit_simulator {

/// Parts of a user that a body names; nullopt leaves alone.
struct UserInput {
  std::optional<std::string> externalId;
  std::optional<Metadata> metadata;
  std::optional<nlohmann::json> profile;  ///< Checked; applyTo() reads it.

  void applyTo(User& user) const;
};
UserInput readUserInput(FieldReader& reader, std::vector<FieldViolation>& violations);

struct MembershipInput {
  std::optional<std::vector<std::string>> roles;  ///< Names; each exists in the organization.
  std::optional<Metadata> metadata;
  std::optional<std::string> inviterEmail;
};
/// `reader` reads the membership object. Of a new one when `fresh`: only then may it name who invites.
MembershipInput readMembershipInput(const ApiCall& call, const Organization& organization, FieldReader& reader,
                                    std::vector<FieldViolation>& violations, bool fresh);

/// An e-mail address; what is wrong with it is noted under the key.
std::string readEmail(FieldReader& reader, const std::string& key);

/// `true` or `false` in the query; throws INVALID_ARGUMENT on anything else.
bool flagParameter(const ApiCall& call, std::string_view name, bool fallback);

}  // namespace scalekit_simulator
