// SPDX-License-Identifier: Apache-2.0
#include "management/users.h"

#include <algorithm>
#include <array>

#include "encoding.h"
#include "management/limits.h"
#include "management/memberships.h"
#include "management/user_input.h"
#include "management/user_views.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

/// Documented as 10 to 100 for the environment's list; smaller pages are served too.
constexpr PageLimits kUserPage{10, 1, 100};
constexpr PageLimits kSearchPage{10, 1, 30};

void refuseTakenExternalId(const Environment& environment, const std::string& externalId, const User* self) {
  if (externalId.empty()) return;
  for (const auto& other : environment.users) {
    if (&other != self && other.externalId == externalId) throw alreadyExists("a user with this external_id exists");
  }
}

/// The only way to a new user: there is no POST /users.
Json createUser(ApiCall& call) {
  Organization& organization = call.organization();
  const bool invite = flagParameter(call, "send_invitation_email", true);
  std::vector<FieldViolation> violations;
  FieldReader reader(call.body(), "user", violations);
  User user;
  user.email = readEmail(reader, "email");
  const UserInput input = readUserInput(reader, violations);
  const Json none = Json::object();
  const Json* sent = reader.object("membership");
  FieldReader inner(sent == nullptr ? none : *sent, "user.membership", violations);
  const MembershipInput membership = readMembershipInput(call, organization, inner, violations, true);
  reader.finish();
  throwIfAny(std::move(violations));
  if (call.environment().findUserByEmail(user.email) != nullptr) throw alreadyExists("a user with this email exists");
  refuseTakenExternalId(call.environment(), input.externalId.value_or(""), nullptr);
  if (call.environment().users.size() >= limits::kUsers) throw resourceExhausted("there are too many users");
  user.id = call.context.ids.next("usr");
  user.profile.id = call.context.ids.next("usp");
  user.createdAt = user.updatedAt = call.now;
  input.applyTo(user);
  addMembership(call, organization, user, membership, invite);
  call.environment().users.push_back(std::move(user));
  call.changed();
  return {{"user", userJson(call, call.environment().users.back())}};
}

/// Users of the environment, or of one organization; those that a search finds, or all.
std::vector<const User*> select(const ApiCall& call, const Organization* organization, const std::string& query) {
  const auto fits = [&](const User& user) {
    if (organization != nullptr && user.membershipIn(organization->id) == nullptr) return false;
    if (query.empty()) return true;
    const UserProfile& profile = user.profile;
    for (const auto* text : {&user.id, &user.email, &user.externalId, &profile.name, &profile.givenName,
                             &profile.familyName, &profile.preferredUsername}) {
      if (toLower(*text).find(query) != std::string::npos) return true;
    }
    return toLower(profile.givenName + " " + profile.familyName).find(query) != std::string::npos;
  };
  std::vector<const User*> found;
  for (const auto& user : call.environment().users) {
    if (fits(user)) found.push_back(&user);
  }
  return found;
}

Json usersAnswer(const ApiCall& call, const PageLimits& limits, const std::vector<const User*>& users) {
  return pagedAnswer(call, limits, "users", users, [&](const User& user) { return userJson(call, user); });
}

Json listUsers(ApiCall& call) { return usersAnswer(call, kUserPage, select(call, nullptr, "")); }
Json listOrganizationUsers(ApiCall& call) {
  return usersAnswer(call, kUserPage, select(call, &call.organization(), ""));
}
Json searchUsers(ApiCall& call) { return usersAnswer(call, kSearchPage, select(call, nullptr, searchQuery(call))); }
Json searchOrganizationUsers(ApiCall& call) {
  return usersAnswer(call, kSearchPage, select(call, &call.organization(), searchQuery(call)));
}

Json show(ApiCall& call, User& user) { return {{"user", userJson(call, user)}}; }

Json update(ApiCall& call, User& user) {
  std::vector<FieldViolation> violations;
  FieldReader reader(call.body(), "user", violations);
  const UserInput input = readUserInput(reader, violations);
  reader.finish();
  throwIfAny(std::move(violations));
  refuseTakenExternalId(call.environment(), input.externalId.value_or(""), &user);
  input.applyTo(user);
  user.updatedAt = call.now;
  call.changed();
  return show(call, user);
}

/// With memberships and sessions.
Json remove(ApiCall& call, User& user) {
  const std::string id = user.id;
  const std::string email = toLower(user.email);
  call.data.endLogins([&](const Login& login) { return toLower(login.person.email) == email; }, "revoked",
                      Instant(Seconds(call.now)));
  std::erase_if(call.environment().users, [&](const User& one) { return one.id == id; });
  call.changed();
  return Json::object();
}

using Operation = Json (*)(ApiCall&, User&);
template <Operation operation>
Json byId(ApiCall& call) {
  return operation(call, userById(call, 0));
}
template <Operation operation>
Json byExternalId(ApiCall& call) {
  return operation(call, userByExternalId(call, 0));
}

constexpr std::array kUserRoutes = {
    ApiRoute{"POST", "organizations/{id}/users", createUser, 201},
    ApiRoute{"GET", "organizations/{id}/users", listOrganizationUsers},
    ApiRoute{"GET", "organizations/{id}/users:search", searchOrganizationUsers},
    ApiRoute{"GET", "users", listUsers},
    ApiRoute{"GET", "users:search", searchUsers},
    ApiRoute{"GET", "users/{id}", byId<show>},
    ApiRoute{"PATCH", "users/{id}", byId<update>},
    ApiRoute{"DELETE", "users/{id}", byId<remove>},
    ApiRoute{"GET", "users:external/{text}", byExternalId<show>},
    ApiRoute{"PATCH", "users:external/{text}", byExternalId<update>},
    ApiRoute{"DELETE", "users:external/{text}", byExternalId<remove>},
};

}  // namespace

User& userById(const ApiCall& call, std::size_t index) {
  User* user = call.environment().findUser(call.argument(index));
  if (user == nullptr) throw notFound("user");
  return *user;
}

User& userByExternalId(const ApiCall& call, std::size_t index) {
  for (auto& user : call.environment().users) {
    if (user.externalId == call.argument(index)) return user;
  }
  throw notFound("user");
}

std::span<const ApiRoute> userRoutes() { return kUserRoutes; }

}  // namespace scalekit_simulator
