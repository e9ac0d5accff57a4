// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "sso/db/session.h"
#include "stores/account_store.h"

/// app_memberships, as the roles and seats of a tenant. Each function throws sso::Error as sso::db does.
namespace hostapp::memberships {

/// Holds the tenant until the transaction is over: who counts its people and who changes them take turns. On PostgreSQL
/// its row; SQLite has one writer at a time.
void lockTenant(sso::db::Session& session, std::string_view tenantId);

struct Role {
  std::string role;
  std::string source;      ///< who granted it: "signup", "seed", "sso", or "invitation"
  bool lastOwner = false;  ///< an owner, and no other active account is one
};
/// nullopt when the account is no member. When it is the last owner, the tenant is locked until the transaction is
/// over: nobody else stops being one meanwhile.
std::optional<Role> roleOf(sso::db::Session& session, std::string_view accountId, std::string_view tenantId);

/// Accounts that take a seat: all but the deprovisioned. Locks the tenant until the transaction is over: on PostgreSQL
/// its row, which every new membership refers to; SQLite has one writer at a time.
std::size_t countAndLock(sso::db::Session& session, std::string_view tenantId);

/// Adds the membership, or replaces role, source and marks of the one there is.
void save(sso::db::Session& session, std::string_view accountId, const accounts::Membership& membership,
          std::int64_t now);
/// Changes a role that single sign-on granted; one that a person granted stays.
void replaceGrantedRole(sso::db::Session& session, std::string_view accountId, std::string_view tenantId,
                        std::string_view role);

}  // namespace hostapp::memberships
