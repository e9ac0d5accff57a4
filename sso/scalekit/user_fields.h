// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json.hpp>

#include "sso/scalekit/users.h"

namespace sso::detail {

/// A user as the calls on users and memberships answer with.
scalekit::User userFrom(const nlohmann::json& object);
scalekit::RoleName roleNameFrom(const nlohmann::json& object);
scalekit::Permission permissionFrom(const nlohmann::json& object);
/// {"roles":[{"name":…}],"metadata":{…},"inviter_email":…}; what is empty is left out.
nlohmann::json membershipBody(const scalekit::NewMembership& membership);

}  // namespace sso::detail
