// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "sso/host_adapter.h"

namespace hostapp {

/// "owner", "admin" or "member".
inline bool isRole(std::string_view role) { return role == "owner" || role == "admin" || role == "member"; }

/// May see and change the settings of the team.
inline bool isAdministrator(std::string_view role) { return role == "owner" || role == "admin"; }

/// May do what decides who the team's people are.
inline bool isOwner(std::string_view role) { return role == "owner"; }

/// Whoever comes through single sign-on for the first time may see work orders, and change nothing else.
inline constexpr std::string_view kFirstRole = "member";

/// The roles that single sign-on may grant. Owners are made by people only (JIT.md row 24).
inline bool isGrantableRole(std::string_view role) { return role == "admin" || role == "member"; }

/// "Owner", "Admin", "Member".
inline std::string roleInWords(std::string_view role) {
  if (role == "owner") return "Owner";
  return role == "admin" ? "Admin" : "Member";
}

/// What single sign-on may know of it.
inline sso::RoleKind kindOfRole(std::string_view role) {
  if (role == "member") return sso::RoleKind::kOrdinary;
  if (role == "admin") return sso::RoleKind::kAdmin;
  return role == "owner" ? sso::RoleKind::kOwner : sso::RoleKind::kUnknown;
}

/// The one role that a membership keeps: the highest that was granted; empty when none can be.
inline std::string highestGrantable(const std::vector<std::string>& roles) {
  std::string highest;
  for (const auto& role : roles) {
    if (role == "admin" || (role == "member" && highest.empty())) highest = role;
  }
  return highest;
}

}  // namespace hostapp
