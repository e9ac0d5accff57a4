// SPDX-License-Identifier: Apache-2.0
#include "management/user_input.h"

#include "management/role_rules.h"
#include "seed.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxUserMetadata = 20;
constexpr std::size_t kMaxGroups = 1'000;
constexpr std::size_t kMaxRolesOfMember = 20;

/// Reads into a profile whatever is there.
void readProfile(const Json& value, UserProfile& profile, std::vector<FieldViolation>& violations) {
  FieldReader reader(value, "user.user_profile", violations);
  const auto take = [&](const char* key, const TextRule& rule, std::string& target) {
    if (auto text = reader.text(key, rule)) target = std::move(*text);
  };
  // The first two are the older names of the next two.
  take("first_name", {0, 255}, profile.givenName);
  take("last_name", {0, 255}, profile.familyName);
  take("given_name", {0, 255}, profile.givenName);
  take("family_name", {0, 255}, profile.familyName);
  take("name", {0, 255}, profile.name);
  take("preferred_username", {0, 255}, profile.preferredUsername);
  take("locale", {0, 35}, profile.locale);
  take("phone_number", {0, 16, "\\+[1-9][0-9]{1,14}"}, profile.phoneNumber);  // E.164
  take("picture", {0, 2048, "https?://[^\\s]+"}, profile.picture);
  take("gender", {0, 64}, profile.gender);
  if (auto groups = reader.texts("groups", kMaxGroups, {1, 250})) profile.groups = std::move(*groups);
  if (auto metadata = reader.metadata("metadata", kMaxUserMetadata)) profile.metadata = std::move(*metadata);
  if (auto custom = reader.metadata("custom_attributes", kMaxUserMetadata))
    profile.customAttributes = std::move(*custom);
  reader.finish();
}

}  // namespace

UserInput readUserInput(FieldReader& reader, std::vector<FieldViolation>& violations) {
  UserInput input;
  input.externalId = reader.text("external_id", {0, 256});
  input.metadata = reader.metadata("metadata", kMaxUserMetadata);
  if (const Json* profile = reader.object("user_profile")) {
    UserProfile ignored;
    readProfile(*profile, ignored, violations);
    input.profile = *profile;
  }
  return input;
}

void UserInput::applyTo(User& user) const {
  if (externalId) user.externalId = *externalId;
  if (metadata) user.metadata = *metadata;
  std::vector<FieldViolation> none;
  if (profile) readProfile(*profile, user.profile, none);
}

MembershipInput readMembershipInput(const ApiCall& call, const Organization& organization, FieldReader& reader,
                                    std::vector<FieldViolation>& violations, bool fresh) {
  MembershipInput input;
  if (const Json* roles = reader.array("roles", kMaxRolesOfMember)) {
    input.roles.emplace();
    for (std::size_t i = 0; i < roles->size(); ++i) {
      FieldReader item((*roles)[i], reader.at("roles[" + std::to_string(i) + "]"), violations);
      const std::string name = item.requiredText("name", {1, 64});
      item.text("id", {0, 32});
      item.text("display_name", {0, 100});
      item.finish();
      if (!name.empty() && roleNamed(call.environment(), &organization, name) == nullptr) {
        item.violation("name", "there is no such role", "role.exists");
      }
      std::erase(*input.roles, name);
      input.roles->push_back(name);
    }
  }
  input.metadata = reader.metadata("metadata", kMaxUserMetadata);
  if (fresh && !reader.text("inviter_email", {0, 320}).value_or("").empty()) {
    input.inviterEmail = readEmail(reader, "inviter_email");
  }
  reader.finish();
  return input;
}

std::string readEmail(FieldReader& reader, const std::string& key) {
  std::string email = reader.requiredText(key, {0, 320});
  if (!personProblem(Person{.email = email}).empty()) {
    reader.violation(key, "value must be a valid email address", "string.email");
  }
  return email;
}

bool flagParameter(const ApiCall& call, std::string_view name, bool fallback) {
  const std::string text = call.params.getOr(name, fallback ? "true" : "false");
  if (text != "true" && text != "false") throwViolation(std::string(name), "value must be true or false", "type.bool");
  return text == "true";
}

}  // namespace scalekit_simulator
