// SPDX-License-Identifier: Apache-2.0
#include "sso/scalekit/memberships.h"

#include <algorithm>
#include <limits>

#include "scalekit/json_fields.h"
#include "scalekit/rest_api.h"
#include "scalekit/user_fields.h"

namespace sso::scalekit {
namespace {

using namespace sso::detail;

ApiPath membershipPath(std::string_view organizationId, std::string_view userId) {
  return ApiPath("memberships").word("organizations").id(organizationId).word("users").id(userId);
}

}  // namespace

User Memberships::add(std::string_view organizationId, std::string_view userId, const NewMembership& membership) const {
  const auto answer =
      api_->once("memberships.add", "POST", membershipPath(organizationId, userId), membershipBody(membership),
                 {{"send_invitation_email", membership.sendInvitationEmail ? "true" : "false"}});
  return userFrom(requiredObject(answer, "user"));
}

User Memberships::update(std::string_view organizationId, std::string_view userId,
                         const NewMembership& membership) const {
  nlohmann::json body = {{"roles", nlohmann::json::array()}, {"metadata", membership.metadata}};
  for (const auto& role : membership.roles) body["roles"].push_back({{"name", role}});
  const auto answer =
      api_->change("memberships.update", "PATCH", membershipPath(organizationId, userId), std::move(body));
  return userFrom(requiredObject(answer, "user"));
}

void Memberships::remove(std::string_view organizationId, std::string_view userId) const {
  api_->once("memberships.remove", "DELETE", membershipPath(organizationId, userId));
}

Invitation Memberships::resendInvitation(std::string_view organizationId, std::string_view userId) const {
  const auto path = ApiPath("invites").word("organizations").id(organizationId).word("users").id(userId).word("resend");
  const auto answer =
      api_->once("memberships.resendInvitation", "PATCH", path, nlohmann::json::object());  // each one is a mail
  const auto& object = requiredObject(answer, "invite");
  Invitation invitation;
  invitation.organizationId = textField(object, "organization_id");
  invitation.userId = textField(object, "user_id");
  invitation.inviterEmail = textField(object, "inviter_email");
  invitation.status = textField(object, "status");
  invitation.createTime = timeField(object, "created_at");
  invitation.expiryTime = timeField(object, "expires_at");
  invitation.resendTime = timeField(object, "resent_at");
  invitation.resendCount = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(countField(object, "resent_count"), std::numeric_limits<std::uint32_t>::max()));
  return invitation;
}

}  // namespace sso::scalekit
