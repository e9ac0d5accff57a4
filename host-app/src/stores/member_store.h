// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sso/db/session.h"
#include "sso/host_adapter.h"

/// The people of one tenant, as its settings pages name them. Every statement names the tenant.
namespace hostapp::members {

struct Member {
  std::string accountId, displayName, email, role;
  bool breakGlass = false, hasPassword = false, active = false;
};

/// Owners, then admins, by name; at most `most`.
std::vector<Member> administrators(sso::db::Session& session, std::string_view tenantId, int most);
/// The name of this account, if it is a member.
std::optional<std::string> nameOf(sso::db::Session& session, std::string_view tenantId, std::string_view accountId);
/// Active owners with a password and the mark of an emergency account: who can get in when single sign-on cannot.
std::size_t countBreakGlass(sso::db::Session& session, std::string_view tenantId);
/// The tenant's organization, read in this very transaction (the module's ports read outside of it). id empty: none.
struct TiedOrganization {
  std::string id;
  bool required = false;  ///< single sign-on is required
};
TiedOrganization organizationOf(sso::db::Session& session, std::string_view tenantId);
/// Marks an owner of this tenant who is active and has a password as emergency account, or takes the mark away. False:
/// no such owner.
bool setBreakGlass(sso::db::Session& session, std::string_view tenantId, std::string_view accountId, bool marked);

/// One of the tenant's people, as its administrators see and change them.
struct Person {
  std::string accountId, displayName, email, role;
  sso::AccountState state = sso::AccountState::kSuspended;
  bool breakGlass = false, hasPassword = false;
  bool elsewhere = false;  ///< the account belongs to other tenants, too: this one alone must not switch it off or on
};
/// By name, at most `most`: those that come after this member. From the beginning when that is empty or no member.
std::vector<Person> page(sso::db::Session& session, std::string_view tenantId, std::string_view afterAccountId,
                         int most);
/// nullopt: no member.
std::optional<Person> find(sso::db::Session& session, std::string_view tenantId, std::string_view accountId);
/// The same, of an account that nobody else changes, or makes a member of another tenant, until the transaction is
/// over.
std::optional<Person> findAndLock(sso::db::Session& session, std::string_view tenantId, std::string_view accountId);
/// Active accounts that own the tenant.
std::size_t countActiveOwners(sso::db::Session& session, std::string_view tenantId);
/// Suspends or restores an account that is a member of this tenant and of no other. False: it is not, or its state is
/// not `from` any more; nothing is changed then.
bool changeState(sso::db::Session& session, std::string_view tenantId, std::string_view accountId,
                 sso::AccountState from, sso::AccountState to);

}  // namespace hostapp::members
