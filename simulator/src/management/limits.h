// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>

/// How much the management API lets callers create, so that no script fills the memory. Beyond: RESOURCE_EXHAUSTED.
/// Scalekit's own numbers are not published; these only have to be out of a test's way.
namespace scalekit_simulator::limits {

constexpr std::size_t kOrganizations = 10'000;
constexpr std::size_t kDomains = 1'000;  ///< Of one organization, as the next ones.
constexpr std::size_t kConnections = 50;
constexpr std::size_t kMachineClients = 100;
constexpr std::size_t kOrganizationRoles = 100;
constexpr std::size_t kSecrets = 10;  ///< Of one machine client.
constexpr std::size_t kUsers = 20'000;
constexpr std::size_t kMemberships = 100;  ///< Of one user.
constexpr std::size_t kRoles = 100;
constexpr std::size_t kPermissions = 1'000;
constexpr std::size_t kLoginAttempts = 2'000;  ///< The oldest make room for the newest; nothing is refused.

}  // namespace scalekit_simulator::limits
