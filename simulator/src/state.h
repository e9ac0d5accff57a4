// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "expiring_map.h"
#include "fault_engine.h"
#include "model.h"
#include "signing_keys.h"

/// Everything that changes while the simulator runs, behind one mutex with short critical sections: nothing is signed,
/// rendered, read from or written to a socket or file while it is held.
namespace scalekit_simulator {

/// A validated authorization request that waits for the person at /login.
struct AuthRequest {
  std::string clientId, redirectUri, scope, connectionId, organizationId;
  std::optional<std::string> state, nonce, codeChallenge;
  std::string loginHint;
  std::optional<Seconds> maxAge;  ///< max_age: how long ago the person may have been authenticated.
  std::string attemptId;          ///< Its entry in the authentication log.
  /// The portal session that tests the connection; empty: a login. A test ends in the portal and signs nobody in.
  std::string testedBy;
};

/// Who has been authenticated where: what a code, and then tokens, stand for.
struct Login {
  Person person;
  std::string connectionId, organizationId, sessionId;
  Instant authenticatedAt{};  ///< When the identity provider last asked the person.
};

struct Code {
  AuthRequest request;
  Login login;
};

/// What a used code led to, so that its second use can take it back (RFC 6749 section 4.1.2).
struct UsedCode {
  std::string accessTokenId, grantId;
};

/// A chain of rotating refresh tokens that began with one login.
struct Grant {
  std::string clientId, scope;
  Login login;
  std::vector<std::string> accessTokenIds;  ///< The latest ones; revoked with the grant.
};

struct RefreshToken {
  std::string grantId;
  bool used = false;  ///< A second use means theft: the whole grant is revoked (RFC 9700 section 4.14.2).
};

/// What one browser has at the customer's identity provider, by connection.
struct IdpSession {
  Login login;
  bool fromIdp = false;  ///< Began at the app tile: the SP-initiated request that follows is silent, once.
};
using BrowserSession = std::map<std::string, IdpSession>;

/// What the next authorization request shall end with.
struct NextOutcome {
  std::optional<Person> person;
  std::string error, description;
};

/// A link into the admin portal, known by the SHA-256 of the secret part of its address (CONTRACT.md 5.1).
struct PortalLink {
  std::string id, organizationId;
  std::vector<std::string> features;  ///< sso, dir_sync; empty: whatever the organization has enabled.
  bool shareable = false;             ///< Opens the portal any number of times while it lasts; else once.
};

/// An IT admin in the portal, known by the SHA-256 of the cookie. Bound to one organization (CONTRACT.md 5.1).
struct PortalSession {
  std::string organizationId, csrfToken;
  std::vector<std::string> features;  ///< Of the link.
  Instant expiresAt;
  std::vector<nlohmann::json> events;  ///< For the page that embeds the portal; the next page takes them along.
  std::string notice;                  ///< What the next page tells once.
  bool noticeIsBad = false;
  std::string testedConnection;  ///< The last test in this session, with what the person's claims were.
  std::vector<std::pair<std::string, std::string>> testedClaims;
};

/// A signed-in person, as the session routes show them (CONTRACT.md 4.10).
struct UserSession {
  Login login;
  std::string userId, clientId, userAgent;  ///< userId: empty when the environment keeps no such user.
  std::string status = "active";            ///< active, revoked, logout; expired follows from the times.
  EpochSeconds createdAt = 0, updatedAt = 0, lastActiveAt = 0, absoluteExpiresAt = 0;
  std::optional<EpochSeconds> idleExpiresAt, endedAt;

  bool open(EpochSeconds now) const {
    return status == "active" && now < absoluteExpiresAt && (!idleExpiresAt || now < *idleExpiresAt);
  }
};

/// One login that somebody tried, as the authentication log shows it (CONTRACT.md 4.10).
struct LoginAttempt {
  std::string id, organizationId, connectionId, connectionType, connectionProvider, email, status, clientId, clientName;
  EpochSeconds at = 0;
};

struct LogLine {
  Instant at;
  std::string method, path, note;
  int status = 0;
};

struct StateData {
  Environment environment;
  KeyRing keys;
  FaultBoard faults;
  std::deque<NextOutcome> next;
  ExpiringMap<AuthRequest> authRequests{20'000};
  ExpiringMap<Code> codes{50'000};
  ExpiringMap<UsedCode> usedCodes{100'000};
  ExpiringMap<Grant> grants{100'000};
  ExpiringMap<RefreshToken> refreshTokens{200'000};
  ExpiringMap<bool> revokedTokens{100'000};  ///< By jti.
  ExpiringMap<BrowserSession> browsers{20'000};
  ExpiringMap<PortalLink> portalLinks{10'000};  ///< By the raw SHA-256 of the link's UUID.
  ExpiringMap<PortalSession> portalSessions{2'000};
  Seconds portalSessionLifetime{6 * 3600};    ///< CONTRACT.md 5.1; tests shorten it.
  ExpiringMap<UserSession> sessions{20'000};  ///< By id; kept for a while after their end.
  std::deque<LoginAttempt> attempts;          ///< Newest first, a bounded number.
  std::string lastIdToken;
  std::deque<LogLine> log;
  Counters counters;

  void sweep(Instant now);
  /// What a script queued for the next login, taken off the queue.
  std::optional<NextOutcome> takeNext();
  void revokeGrant(const std::string& grantId, Instant now);
  /// Ends the grants, the codes that nobody has used, the browsers' sessions at an identity provider and the listed
  /// sessions of these logins.
  void endLogins(const std::function<bool(const Login&)>& which, std::string_view status, Instant now);
};

/// Guards StateData. with() runs a function that must be short and must not call back into State.
class State {
 public:
  template <typename Use>
  auto with(const Use& use) {
    const std::lock_guard lock(mutex_);
    return use(data_);
  }
  /// What the data file keeps has changed.
  void markDirty() { ++version_; }
  std::uint64_t version() const { return version_; }

 private:
  std::mutex mutex_;
  StateData data_;
  std::atomic<std::uint64_t> version_{0};
};

/// Ids as Scalekit makes them: prefix, underscore, an ever increasing number of 17 to 18 digits (CONTRACT.md 1.3).
class IdSource {
 public:
  std::string next(std::string_view prefix);

 private:
  std::atomic<std::uint64_t> last_{0};
};

/// The simulator's idea of now: the clock of the options plus an offset that tests move.
class ShiftedClock {
 public:
  explicit ShiftedClock(std::function<std::chrono::system_clock::time_point()> base) : base_(std::move(base)) {}
  Instant now() const {
    const auto base = base_ ? base_() : std::chrono::system_clock::now();
    return std::chrono::floor<Seconds>(base) + Seconds(offset_.load());
  }
  void setOffset(Seconds offset) { offset_ = offset.count(); }
  Seconds offset() const { return Seconds(offset_.load()); }

 private:
  std::function<std::chrono::system_clock::time_point()> base_;
  std::atomic<long long> offset_{0};
};

}  // namespace scalekit_simulator
