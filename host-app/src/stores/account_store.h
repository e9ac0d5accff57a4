// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sso/db/session.h"
#include "sso/host_adapter.h"

/// app_accounts and app_memberships. Each function is one statement on the session it is given, inside a transaction or
/// not as the caller decides; all throw sso::Error as sso::db does.
namespace hostapp::accounts {

struct Account {
  std::string id, email, displayName;
  std::string passwordHash;  ///< empty: no password
  bool emailVerified = false;
  sso::AccountState state = sso::AccountState::kActive;
};

struct Membership {
  std::string tenantId, tenantName, role, source;
  bool breakGlass = false;
  bool roleFixed = false;  ///< by an invitation: single sign-on never changes the role
};

std::optional<Account> findById(sso::db::Session& session, std::string_view id);
std::optional<Account> findByEmail(sso::db::Session& session, std::string_view canonicalEmail);
/// Every tenant of the account, oldest first.
std::vector<Membership> membershipsOf(sso::db::Session& session, std::string_view accountId);

/// What the single sign-on policy may know, by id or (when id is empty) by address.
std::optional<sso::AccountFacts> findFacts(sso::db::Session& session, std::string_view id, std::string_view email,
                                           std::string_view tenantId);
/// The same of the tenant's members, by address; at most `most`.
std::vector<sso::AccountFacts> factsOfMembers(sso::db::Session& session, std::string_view tenantId, int most);

/// False when the address is taken; nothing is written then, and the transaction lives on.
[[nodiscard]] bool insert(sso::db::Session& session, const Account& account, std::int64_t now);
/// Notes a sign-in and locks the row. False unless the account is active now: the last gate before a session exists.
[[nodiscard]] bool recordSignIn(sso::db::Session& session, std::string_view id, std::int64_t now);
/// The same, and only while the password is still this one: a password that was changed a moment ago signs nobody in.
[[nodiscard]] bool recordPasswordSignIn(sso::db::Session& session, std::string_view id, std::string_view checkedHash,
                                        std::int64_t now);
/// Replaces the password; false when it is no longer the one that was checked.
[[nodiscard]] bool replacePassword(sso::db::Session& session, std::string_view id, std::string_view checkedHash,
                                   std::string_view newHash);

/// Hands an active account whose address nobody confirmed to the address's owner: no password, verified. False when it
/// is no such account any more.
[[nodiscard]] bool reclaim(sso::db::Session& session, std::string_view id);

/// Writes address, name, state and verification; for the seed and for what single sign-on decided.
void update(sso::db::Session& session, const Account& account);

/// Writes address, name and verification over the account in the state that it was read in. False when somebody has
/// changed its state since, and nothing was written: a login that was decided on an active account must not bring back
/// one that was suspended meanwhile.
[[nodiscard]] bool updateProfile(sso::db::Session& session, const Account& account);

std::string_view nameOf(sso::AccountState state);
std::optional<sso::AccountState> stateNamed(std::string_view name);

}  // namespace hostapp::accounts
