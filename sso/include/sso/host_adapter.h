// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sso/http_types.h"
#include "sso/identity.h"
#include "sso/runtime.h"

/// The one seam between the module and the application that embeds it.
///
/// Words: an *organization* is Scalekit's (org_...); a *tenant* is the host's own id for the same customer; an
/// *account* is the host's user; an *identity* is what the customer's identity provider says a person is.
namespace sso {

enum class AccountState { kActive, kSuspended, kDeprovisioned };

/// What the policy may know of a host account (JIT.md). The host reports; the policy judges.
struct AccountFacts {
  std::string id = {}, email = {};  ///< id: stable, opaque here, 1 to 255 bytes; email: canonical
  AccountState state = AccountState::kActive;
  bool emailVerified = false;                             ///< the host itself proved the address
  bool member = false;                                    ///< of the tenant asked about
  bool privileged = false;                                ///< owner or admin of any tenant
  bool breakGlass = false;                                ///< never linked, never synced
  std::optional<std::string> displayName = std::nullopt;  ///< nullopt: not reported, then never updated
  /// From a host on another database alone: NewAccount::creationKey of an account that createAccount made and that has
  /// no other way in (no password, nothing linked by hand). See AccountStore::createAccount.
  std::string creationKey = {};
  /// JIT.md row 32: when the host saw the account used last, in whatever way (a password, an open session). nullopt:
  /// not reported, so sign-ins through single sign-on alone count.
  std::optional<TimePoint> lastUsedAt = std::nullopt;
  /// Row 32: it may be deactivated on this tenant's word because nobody uses it. It belongs to no other tenant, and
  /// without it somebody active still owns this one. False, the default: it never is, and never refused as dormant.
  bool mayBeDeactivated = false;
};

/// What a role of the host's is worth (JIT.md row 24). What the host does not know is never granted by a group.
enum class RoleKind {
  kUnknown,   ///< no role of this tenant
  kOrdinary,  ///< works with the tenant's things
  kAdmin,     ///< decides about the tenant's people or settings
  kOwner,     ///< decides about everything; single sign-on never grants it
};

/// What single sign-on granted an account in one tenant (JIT.md rows 21 to 25).
struct SsoRoles {
  std::vector<std::string> roles = {};  ///< given by createAccount or AccountChange::roles, and by no person since
  bool oneRole = false;                 ///< the host keeps one role for each member
  bool lastOwner = false;               ///< without these roles nobody would own the tenant
};

/// Who granted a role.
enum class RoleGrant {
  kSingleSignOn,  ///< a first login or a group: later logins may replace it (AccountStore::rolesFromSso)
  kInviter,       ///< a person, by an invitation: no login changes it (JIT.md row 28)
};

/// A first-login account to create.
struct NewAccount {
  std::string tenantId = {}, email = {}, displayName = {};  ///< email canonical; displayName may be empty
  bool emailVerified = false;                               ///< the organization vouches for its own verified domain
  /// Exactly these, in that tenant, noted with who granted them: those that the person's groups map to, in the policy's
  /// order, the default role, or what the inviter chose. A host with one role for each member takes the highest.
  std::vector<std::string> roles = {};
  RoleGrant grantedBy = RoleGrant::kSingleSignOn;
  /// Which first login this is: the same for the same person of the same connection, 64 hexadecimal digits, a digest
  /// that tells nobody who it is.
  std::string creationKey = {};
};

/// What the policy decided to change; nullopt leaves a field alone.
struct AccountChange {
  std::optional<std::string> email = {}, displayName = {};
  /// In that tenant, replacing those that single sign-on granted (rolesFromSso); what a person granted stays. Empty:
  /// nothing is left of them; a host whose members need a role gives its least one.
  std::optional<std::vector<std::string>> roles = {};
  std::optional<AccountState> state = {};
};

/// One transaction around host rows, our identity and the audit event: all or nothing; destroyed uncommitted, it
/// rolls back. A host on the same database writes through sso::db::sessionOf(work). A host elsewhere ignores it
/// and makes each write repeatable. After Error(kConflict) the module runs the whole unit again (at most 3 times).
/// No network call inside. Used by one thread.
class UnitOfWork {
 public:
  virtual ~UnitOfWork() = default;
  /// Returns only when the commit is known to have happened. Error(kConflict) means that nothing was kept. After any
  /// other error nobody can say: the connection may have broken when the database had committed and not yet told so.
  /// Whatever a unit writes must therefore be safe to find again, and no cookie is given out for it.
  virtual void commit() = 0;
};

/// The host's accounts; its tables stay its own. Called by identity/ only, inside a UnitOfWork.
class AccountStore {
 public:
  virtual ~AccountStore() = default;
  /// The account with this id, as this tenant sees it; nullopt once it is gone.
  virtual std::optional<AccountFacts> findAccount(UnitOfWork&, std::string_view accountId,
                                                  std::string_view tenantId) = 0;
  /// The account that holds this canonical address, verified or not, member or not.
  virtual std::optional<AccountFacts> findByEmail(UnitOfWork&, std::string_view email, std::string_view tenantId) = 0;
  /// Creates the account and its membership; returns its id. Throws Error(kConflict) on a taken address.
  ///
  /// A host on another database cannot be rolled back: its account stays when the module's commit fails, and the next
  /// login would find the address taken. Such a host keeps creationKey with the account, unique, reports it in
  /// AccountFacts, and answers a second call with the same key with the id of the account that is there. An account
  /// with this person's key and without any identity is then taken for what it is, a first login that was not finished,
  /// and the login ends in it. A host on the module's database ignores the key.
  virtual std::string createAccount(UnitOfWork&, const NewAccount& account) = 0;
  /// Applies a change (attributes, roles, suspension, restoration). An unknown id is no error.
  virtual void updateAccount(UnitOfWork&, std::string_view accountId, std::string_view tenantId,
                             const AccountChange&) = 0;
  /// Makes an account a member of the tenant, with these roles, granted by an inviter: its owner has accepted an
  /// invitation and proven that the account is theirs (JIT.md row 8). Repeatable. False, the default: it is not done,
  /// and the login is refused.
  virtual bool addMember(UnitOfWork&, std::string_view accountId, std::string_view tenantId,
                         const std::vector<std::string>& roles);
  /// Hands an account whose address nobody ever confirmed to the address's owner, who has just proven to be it (JIT.md
  /// row 7, pre-hijacking): password, sessions, API tokens, recovery addresses and whatever else lets somebody in are
  /// wiped, and the address is noted as verified. The module unties its identities. Repeatable. False, the default: it
  /// is not done, and the login is refused.
  virtual bool reclaimAccount(UnitOfWork&, std::string_view accountId);
  /// Ends all sessions of the account on every instance within a second. Repeatable.
  virtual void endAllSessions(UnitOfWork&, std::string_view accountId) = 0;
  /// Holds the account until the unit is over, before it is deactivated for being unused (JIT.md row 32): whoever signs
  /// in to it, changes it, makes it a member of another tenant or takes another owner of this one away waits or gets
  /// Error(kConflict), and what they had committed before is what the calls that follow see (SELECT ... FOR UPDATE; the
  /// reads come in statements of their own). SessionIssuer::startSession must refuse an account that is suspended by
  /// the time it has the row. False: no such member, or (the default) a host that cannot; nothing is done then.
  virtual bool holdAccount(UnitOfWork&, std::string_view accountId, std::string_view tenantId);
  /// Is this a role that createAccount can grant in this tenant? (JIT.md row 20.)
  virtual bool knowsRole(UnitOfWork&, std::string_view tenantId, std::string_view role) = 0;
  /// Active owners of this tenant who never depend on single sign-on (AccountFacts::breakGlass) and have a password:
  /// the way in when the identity provider is broken. A tenant without one cannot require single sign-on. To whoever is
  /// told a number it stays true until their unit is over, if the host's store can promise that. The default knows of
  /// none.
  virtual std::size_t breakGlassOwners(UnitOfWork&, std::string_view /*tenantId*/) { return 0; }
  /// The tenant's members, in an order of the host's, at most limit: for the preview of a mode (Tenants::preview).
  /// nullopt, the default: this host does not list them.
  virtual std::optional<std::vector<AccountFacts>> membersOf(UnitOfWork&, std::string_view tenantId, std::size_t limit);

  // What an organization's policy may need more. Whoever leaves these out gets the safe answer: groups grant nothing,
  // and a seat limit that cannot be counted is reached.

  /// Asked for each role that a person's groups map to, at each login: answer from memory where you can. kUnknown and
  /// kOwner are never granted; kAdmin only where the policy's roleCeiling says so. The default is kUnknown.
  virtual RoleKind kindOfRole(UnitOfWork&, std::string_view tenantId, std::string_view role);
  /// Asked at each login of a known identity where the policy maps groups. nullopt, the default: a person granted what
  /// the account has, or the host does not know; its roles are then never changed.
  virtual std::optional<SsoRoles> rolesFromSso(UnitOfWork&, std::string_view accountId, std::string_view tenantId);
  /// How many accounts take a seat of the tenant, this unit's included; asked before an account is created where the
  /// policy has a seat limit. Until the unit is over nobody else may add one to the tenant: lock its row (SELECT ...
  /// FOR UPDATE) and count in a second statement. A host on another database, whose lock ends before the unit does,
  /// must refuse the surplus account in createAccount itself. nullopt, the default: not counted, so no seat is free.
  virtual std::optional<std::size_t> countMembers(UnitOfWork&, std::string_view tenantId);
};

/// Did the identity provider authenticate the person again for this very login?
enum class Reauthentication {
  kNotAsked,  ///< nobody asked for it: it may have answered from a session of its own, hours old
  /// It was asked to (prompt=login, max_age) and says nothing of when it did; Scalekit sends no auth_time that it
  /// documents. The request travels through the browser: whoever controls that browser can take the words out of it. It
  /// keeps out a passer-by, not malicious software.
  kAsked,
  kProven,  ///< the signed auth_time lies after the login began, or within the max_age that was asked for
};

/// What the host is told when a login is decided; the session is made in the same transaction as account, identity and
/// audit event, so a browser never holds a cookie for something that was not committed (SECURITY N1, SEC-SC-04).
struct SessionStart {
  std::string accountId = {}, tenantId = {};  ///< the session may reach this tenant and no other (JIT.md row 11)
  std::string idTokenHint = {};  ///< for Scalekit logout; empty unless SsoOptions::keepIdTokenForLogout. Never log.
  VerifiedIdentity identity = {};
  RequestInfo request = {};  ///< the callback request; a session it carries is to be ended (SEC-CB-19)
  /// For pages that demand a fresh authentication (step-up): note it with the session, and when.
  Reauthentication reauthentication = Reauthentication::kNotAsked;
};

/// What somebody should hear of although the login went well.
enum class LoginNotice {
  kAccountLinked,   ///< JIT.md row 6: an account was connected without asking; tell its owner
  kEmailChanged,    ///< row 12: the account took the address that the organization asserts; tell the old one
  kEmailCollision,  ///< row 13: that address is another account's, so the old one stays; tell administrators
  kLastSeat,        ///< row 19: nobody new gets in any more; tell administrators, once
};

/// A login that was committed a moment ago, and what it changed.
struct NoticedLogin {
  std::vector<LoginNotice> notices = {};
  std::string accountId = {}, tenantId = {}, organizationId = {}, connectionId = {};
  std::string email = {};          ///< the account's now, or the one that was asserted; may be empty
  std::string previousEmail = {};  ///< with kEmailChanged: the account's until now
};

/// An account that will be deactivated unless somebody signs in to it (JIT.md row 32; dormancy.h).
struct DormancyNotice {
  std::string accountId = {}, tenantId = {}, organizationId = {};
  TimePoint lastUsedAt = {};
  TimePoint deactivatesAt = {};  ///< not before this; 14 days or more after the notice
};

/// What is left of a session that has ended.
struct EndedSession {
  std::vector<Cookie> cookies = {};  ///< clear the session; may be set even when there was none
  std::string accountId = {};        ///< empty when nobody was signed in
  std::string idTokenHint = {};      ///< from SessionStart, if the host kept it
  std::string organizationId = {};   ///< of SessionStart::identity, if the host kept it; empty for other sessions
};

/// The host's sessions. Called by http/ and login/.
class SessionIssuer {
 public:
  virtual ~SessionIssuer() = default;
  /// Opens a session under a fresh id (session fixation, SEC-SE-02) and ends the one the request carries; returns the
  /// cookies to set once the unit is committed.
  virtual std::vector<Cookie> startSession(UnitOfWork&, const SessionStart&) = 0;
  /// The account signed in on this request. A missing or stale cookie is nullopt, not an error.
  virtual std::optional<std::string> currentAccount(const RequestInfo&) = 0;
  /// Ends this request's session, if any.
  virtual EndedSession endSession(const RequestInfo&) = 0;
};

/// The one interface that an embedder implements.
/// Threads: any method may run on several Poco workers at once; implementations must be thread-safe.
/// Errors: sso::Error passes through; anything else becomes Error(kHostFailure) (500) and its text reaches the log
/// only.
class HostAdapter : public AccountStore, public SessionIssuer {
 public:
  /// Told once a login with notices is committed, outside of any unit. Must be quick: the person waits, so mail is put
  /// into a queue. What it throws is logged and changes nothing. The default tells nobody; the audit event has the
  /// notices in any case.
  virtual void onNoticedLogin(const NoticedLogin& login);
  /// Told once for each account that nobody has used for long, when that is committed, on the thread that runs
  /// Dormancy::run and outside of any unit: tell the account's owner. At most once: what it throws is logged, and it is
  /// not called again. The default tells nobody; the audit trail has it in any case.
  virtual void onDormancyNotice(const DormancyNotice& notice);
  /// The page for an error of the login path, in the host's own clothes. Must escape every field. The default is a
  /// plain, self-contained page; JSON is answered by the module itself.
  virtual WebResponse renderError(const ErrorView& error, const RequestInfo& request);
};

}  // namespace sso
