// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sso/db/session.h"
#include "sso/identity.h"

/// app_sessions, one function for each statement.
namespace hostapp::sessions {

/// A signed-in browser, with the account and the membership as they are now.
struct SignedIn {
  std::string idHash, handle;
  std::int64_t createdAt = 0, lastSeenAt = 0, expiresAt = 0;
  std::string method;            ///< "password" or "sso"
  bool reauthenticated = false;  ///< the company's sign-in was asked to authenticate the person again for it
  std::string identityIssuer, identityConnection, identitySubject, organizationId;
  std::string accountId, email, displayName;
  bool emailVerified = false, hasPassword = false;
  std::string tenantId, tenantName, role;
  bool breakGlass = false;
  bool organizationSuspended = false;  ///< of the organization whose sign-in opened it (JIT.md row 17)
};

struct NewSession {
  std::string idHash, handle, accountId, tenantId, method;
  std::string identityIssuer, identityConnection, identitySubject, organizationId;
  std::string userAgent, address;
  std::string sealedIdToken;  ///< empty: none is kept
  bool reauthenticated = false;
  std::int64_t createdAt = 0, expiresAt = 0;
};

/// A line of the list on the account page.
struct Listed {
  std::string handle, method, userAgent, address, tenantName;
  std::int64_t createdAt = 0, lastSeenAt = 0;
};

/// The hot path: one prepared query over session, account, membership and tenant. Nothing when the account is not
/// active or no longer a member, so both take effect at the very next request (SEC-SE-10, SEC-MP-17).
std::optional<SignedIn> find(sso::db::Session& session, std::string_view idHash);

void insert(sso::db::Session& session, const NewSession& row);
void touch(sso::db::Session& session, std::string_view idHash, std::int64_t now);

/// What was left of a session that end() ended.
struct Ended {
  std::string accountId, sealedIdToken, organizationId;
};
std::optional<Ended> end(sso::db::Session& session, std::string_view idHash);
// Where a tenantId is asked for, an empty one means every tenant that the account belongs to.

/// Ends one of the account's sessions by its handle; false when there is none.
bool endByHandle(sso::db::Session& session, std::string_view accountId, std::string_view tenantId,
                 std::string_view handle);
/// Ends all of the account's sessions but this one (which may be empty).
void endAll(sso::db::Session& session, std::string_view accountId, std::string_view tenantId,
            std::string_view exceptIdHash);
/// Ends the account's oldest sessions until `most` are left (SEC-SE-11). Never the kept one, whose cookie is about to
/// go out: of sessions of the same second, or under a clock that is behind, it may not be the newest by its time.
void trim(sso::db::Session& session, std::string_view accountId, std::string_view keptIdHash, int most);
/// The account's sessions that have not run out, the one seen last first.
std::vector<Listed> list(sso::db::Session& session, std::string_view accountId, std::string_view tenantId,
                         std::int64_t now, std::int64_t idleSince);
/// A company's sign-in, as sessions were opened by it.
struct Opener {
  std::string organizationId, connectionId;
};
/// Every one that has sessions now.
std::vector<Opener> openersInUse(sso::db::Session& session);
/// Ends the sessions that this organization's sign-in opened; of one of its connections, or (when empty) of all.
/// Returns how many.
std::int64_t endOpenedBy(sso::db::Session& session, std::string_view organizationId, std::string_view connectionId);
/// Ends the account's sessions that this very identity opened; returns how many.
std::int64_t endOpenedByIdentity(sso::db::Session& session, std::string_view accountId, const sso::IdentityKey& key);
/// The tenants with single sign-on of whose members, emergency owners not counted, a session began with a password.
std::vector<std::string> tenantsWithPasswordSessions(sso::db::Session& session);
/// Ends these sessions of one tenant; returns how many.
std::int64_t endPasswordSessions(sso::db::Session& session, std::string_view tenantId);
/// Removes sessions that have run out; returns how many.
std::int64_t prune(sso::db::Session& session, std::int64_t now, std::int64_t idleSince);

}  // namespace hostapp::sessions
