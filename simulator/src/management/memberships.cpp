// SPDX-License-Identifier: Apache-2.0
#include "management/memberships.h"

#include <algorithm>
#include <array>

#include "encoding.h"
#include "management/limits.h"
#include "management/role_rules.h"
#include "management/user_views.h"
#include "management/users.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

constexpr EpochSeconds kInviteLifetime = 15LL * 86400;  // Not published.

/// The membership that the arguments name: organization first, then a user's id.
Membership& membershipOf(const ApiCall& call, User& user) {
  Membership* membership = user.membershipIn(call.organization().id);
  if (membership == nullptr) throw notFound("membership");
  return *membership;
}

Json add(ApiCall& call, User& user) {
  const Organization& organization = call.organization();
  const bool invite = flagParameter(call, "send_invitation_email", true);
  std::vector<FieldViolation> violations;
  FieldReader reader(call.body(), "membership", violations);
  const MembershipInput input = readMembershipInput(call, organization, reader, violations, true);
  throwIfAny(std::move(violations));
  if (user.membershipIn(organization.id) != nullptr) throw alreadyExists("the user is a member already");
  addMembership(call, organization, user, input, invite);
  user.updatedAt = call.now;
  call.changed();
  return {{"user", userJson(call, user)}};
}

/// A list of roles replaces the old one, as does metadata.
Json update(ApiCall& call, User& user) {
  Membership& membership = membershipOf(call, user);
  std::vector<FieldViolation> violations;
  FieldReader reader(call.body(), "membership", violations);
  const MembershipInput input = readMembershipInput(call, call.organization(), reader, violations, false);
  throwIfAny(std::move(violations));
  if (input.roles) membership.roles = *input.roles;
  if (input.metadata) membership.metadata = *input.metadata;
  user.updatedAt = call.now;
  call.changed();
  return {{"user", userJson(call, user)}};
}

/// The user stays, and loses the sessions in this organization.
Json remove(ApiCall& call, User& user) {
  const std::string organizationId = membershipOf(call, user).organizationId;
  const std::string email = toLower(user.email);
  call.data.endLogins(
      [&](const Login& login) {
        return login.organizationId == organizationId && toLower(login.person.email) == email;
      },
      "revoked", Instant(Seconds(call.now)));
  std::erase_if(user.memberships, [&](const Membership& one) { return one.organizationId == organizationId; });
  user.updatedAt = call.now;
  call.changed();
  return Json::object();
}

Json resendInvite(ApiCall& call) {
  User& user = userById(call, 1);
  Membership& membership = membershipOf(call, user);
  if (membership.status != "PENDING_INVITE") throw failedPrecondition("there is no invitation to send again");
  membership.inviteExpiresAt = call.now + kInviteLifetime;
  membership.resentAt = call.now;
  ++membership.resentCount;
  call.changed();
  return {{"invite",
           {{"organization_id", membership.organizationId},
            {"user_id", user.id},
            {"inviter_email", membership.inviterEmail},
            {"status", "pending_invite"},
            {"created_at", rfc3339(membership.createdAt)},
            {"expires_at", rfc3339(*membership.inviteExpiresAt)},
            {"resent_at", rfc3339(*membership.resentAt)},
            {"resent_count", membership.resentCount}}}};
}

/// Direct roles and those that they extend.
Json listRoles(ApiCall& call) {
  const Organization& organization = call.organization();
  std::vector<std::string> names = membershipOf(call, userById(call, 1)).roles;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Role* role = roleNamed(call.environment(), &organization, names[i]);
    const bool more = role != nullptr && !role->extends.empty();
    if (more && std::find(names.begin(), names.end(), role->extends) == names.end()) names.push_back(role->extends);
  }
  Json roles = Json::array();
  for (const auto& name : names) roles.push_back(shortRoleJson(call.environment(), &organization, name));
  return {{"roles", std::move(roles)}};
}

Json listPermissions(ApiCall& call) {
  const Membership& membership = membershipOf(call, userById(call, 1));
  Json permissions = Json::array();
  for (const Permission* one : permissionsOfMember(call.environment(), &call.organization(), membership)) {
    permissions.push_back({{"id", one->id}, {"name", one->name}, {"description", one->description}});
  }
  return {{"permissions", std::move(permissions)}};
}

using Operation = Json (*)(ApiCall&, User&);
template <Operation operation>
Json byId(ApiCall& call) {
  call.organization();
  return operation(call, userById(call, 1));
}
template <Operation operation>
Json byExternalId(ApiCall& call) {
  call.organization();
  return operation(call, userByExternalId(call, 1));
}

constexpr std::array kMembershipRoutes = {
    ApiRoute{"POST", "memberships/organizations/{id}/users/{id}", byId<add>, 201},
    ApiRoute{"PATCH", "memberships/organizations/{id}/users/{id}", byId<update>},
    ApiRoute{"DELETE", "memberships/organizations/{id}/users/{id}", byId<remove>},
    ApiRoute{"POST", "memberships/organizations/{id}/users:external/{text}", byExternalId<add>, 201},
    ApiRoute{"PATCH", "memberships/organizations/{id}/users:external/{text}", byExternalId<update>},
    ApiRoute{"DELETE", "memberships/organizations/{id}/users:external/{text}", byExternalId<remove>},
    ApiRoute{"PATCH", "invites/organizations/{id}/users/{id}/resend", resendInvite},
    ApiRoute{"GET", "organizations/{id}/users/{id}/roles", listRoles},
    ApiRoute{"GET", "organizations/{id}/users/{id}/permissions", listPermissions},
};

}  // namespace

void addMembership(const ApiCall& call, const Organization& organization, User& user, const MembershipInput& input,
                   bool invite) {
  const auto& users = call.environment().users;
  const auto members = std::count_if(users.begin(), users.end(),
                                     [&](const User& other) { return other.membershipIn(organization.id) != nullptr; });
  if (organization.maxUsers > 0 && members >= organization.maxUsers) {
    throw failedPrecondition("the organization has as many users as its settings allow");
  }
  if (user.memberships.size() >= limits::kMemberships) throw resourceExhausted("the user is a member too often");
  Membership membership;
  membership.organizationId = organization.id;
  membership.status = invite ? "PENDING_INVITE" : "ACTIVE";
  membership.roles = input.roles.value_or(std::vector<std::string>{});
  const std::string fallback = defaultMemberRole(call.environment(), organization);
  if (membership.roles.empty() && !fallback.empty()) membership.roles.push_back(fallback);
  membership.metadata = input.metadata.value_or(Metadata{});
  membership.inviterEmail = input.inviterEmail.value_or("");
  membership.createdAt = call.now;
  if (invite) {
    membership.inviteExpiresAt = call.now + kInviteLifetime;
  } else {
    membership.acceptedAt = call.now;
  }
  user.memberships.push_back(std::move(membership));
}

std::span<const ApiRoute> membershipRoutes() { return kMembershipRoutes; }

}  // namespace scalekit_simulator
