// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "session_rules.h"
#include "sso/db/database.h"
#include "sso/host_adapter.h"
#include "sso/http_types.h"
#include "sso/runtime.h"
#include "sso/sealer.h"
#include "stores/session_store.h"

namespace hostapp {

/// Who signs in, and how.
struct SessionOwner {
  std::string accountId, tenantId;
  std::optional<sso::VerifiedIdentity> identity = std::nullopt;  ///< set: single sign-on; else by password
  std::string idTokenHint = {};
  bool reauthenticated = false;  ///< the identity provider was asked to authenticate the person again
};

/// The application's sessions: a 256-bit random id in a cookie, its SHA-256 in the database, limits judged by the
/// server's clock. Nothing about a session is kept in memory, so ending one counts on every instance at once.
/// Thread-safe.
class SessionKeeper {
 public:
  SessionKeeper(std::shared_ptr<sso::db::Database> database, std::shared_ptr<sso::Clock> clock,
                std::shared_ptr<sso::RandomSource> random, std::shared_ptr<const sso::Sealer> sealer,
                bool secureCookies, SessionRules rules = {});

  /// The live session of this request, with account and membership as they are now.
  std::optional<sessions::SignedIn> find(const sso::RequestInfo& request) const;
  /// Opens a session under a fresh id inside the caller's transaction, ends the one that the request carries (session
  /// fixation, SEC-SE-02) and the account's oldest above the limit. The cookie to set once that is committed.
  sso::Cookie open(sso::db::Session& session, const SessionOwner& owner, const sso::RequestInfo& request) const;
  /// Ends the request's session, if any.
  sso::EndedSession end(const sso::RequestInfo& request) const;

  // What the person of a live session sees and ends of their own sessions. A session that a company's sign-in opened
  // reaches that company's tenant only: its identity provider vouches for nothing else (DESIGN promise 2).
  bool endByHandle(const sessions::SignedIn& asking, std::string_view handle) const;
  void endAll(const sessions::SignedIn& asking) const;
  std::vector<sessions::Listed> list(const sessions::SignedIn& asking) const;
  /// Removes what has run out; returns how many. Several instances may do it at once.
  std::int64_t prune() const;

  sso::Cookie clearedCookie() const;
  std::int64_t now() const;

 private:
  std::optional<std::string> idHashOf(const sso::RequestInfo& request) const;

  std::shared_ptr<sso::db::Database> database_;
  std::shared_ptr<sso::Clock> clock_;
  std::shared_ptr<sso::RandomSource> random_;
  std::shared_ptr<const sso::Sealer> sealer_;
  bool secureCookies_;
  std::string cookieName_;
  SessionRules rules_;
};

}  // namespace hostapp
