// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sso/scalekit/organizations.h"

namespace sso::scalekit {

struct User;

struct RoleName {
  std::string id, name, displayName;
};

/// That a user belongs to an organization (CONTRACT.md 4.8).
struct Membership {
  std::string organizationId, organizationName, organizationDisplayName;
  std::string status;  ///< "ACTIVE", "INACTIVE", "PENDING_INVITE", "INVITE_EXPIRED", or a word we do not know
  std::vector<RoleName> roles;
  std::vector<std::string> permissions;
  Metadata metadata;
  std::string inviterEmail, provisioningMethod;
  Time createTime, joinTime, acceptTime, expiryTime;
};

struct NewMembership {
  std::vector<std::string> roles = {};  ///< names; none: the organization's default role
  Metadata metadata = {};
  std::string inviterEmail = {};
  bool sendInvitationEmail = false;  ///< Scalekit mails the person
};

struct Invitation {
  std::string organizationId, userId, inviterEmail, status;
  Time createTime, expiryTime, resendTime;
  std::uint32_t resendCount = 0;
};

/// Calls on memberships. Threads, errors and ids as with Organizations. Each returns the user with all memberships.
class Memberships {
 public:
  explicit Memberships(std::shared_ptr<const detail::RestApi> api) : api_(std::move(api)) {}

  /// POST /api/v1/memberships/organizations/{organization_id}/users/{id}. Never repeated by itself.
  User add(std::string_view organizationId, std::string_view userId, const NewMembership& membership = {}) const;
  /// PATCH of the same path: roles and metadata are sent as they are; whether Scalekit takes an empty
  /// list for none or for no change it does not say, so look at the user that comes back. sendInvitationEmail and
  /// inviterEmail do not count.
  User update(std::string_view organizationId, std::string_view userId, const NewMembership& membership) const;
  /// DELETE of the same path; the user stays.
  void remove(std::string_view organizationId, std::string_view userId) const;
  /// PATCH /api/v1/invites/organizations/{organization_id}/users/{id}/resend. 400 when it was accepted.
  Invitation resendInvitation(std::string_view organizationId, std::string_view userId) const;

 private:
  std::shared_ptr<const detail::RestApi> api_;
};

}  // namespace sso::scalekit
