// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "password_hasher.h"
#include "sso/db/database.h"
#include "sso/host_adapter.h"
#include "sso/organization.h"
#include "sso/storage.h"

namespace hostapp {

/// The customers and people of a seed file (docs/SEED.md), checked.
struct Seed {
  struct Member {
    std::string email, name, role;
    std::string password;  ///< empty: none
    bool emailVerified = true, breakGlass = false;
    sso::AccountState state = sso::AccountState::kActive;
  };
  struct WorkOrder {
    std::string title, site, reportedBy;
    int daysAgo = 0;
    bool done = false;
  };
  struct Tenant {
    std::string id, name;
    std::optional<sso::Organization> organization;  ///< nullopt: no single sign-on
    std::vector<Member> members;
    std::vector<WorkOrder> workOrders;
  };
  std::vector<Tenant> tenants;
};

/// Throws Error(kConfig) that lists these problems, a line each; nothing when there are none.
void requireSoundSeed(const std::vector<std::string>& problems);

/// Reads a seed. Throws Error(kConfig) that lists every problem, each with its JSON path and without the value.
Seed parseSeed(std::string_view json);

/// Writes it: what is there already is brought in line, what the seed does not name stays. An account keeps the
/// password it has. Running the same seed again changes nothing. One transaction for each thousand rows, whole tenants
/// each, so that a usual file is written as a whole or not at all. Throws Error(kConfig) when the seed contradicts what
/// is stored (a domain that belongs to another organization, a break-glass member whose account has no password); of a
/// longer file the tenants before those may be written by then, and running it again goes on.
void applySeed(const Seed& seed, sso::Storage& storage, PasswordHasher& hasher, sso::RandomSource& random,
               std::int64_t now);

}  // namespace hostapp
