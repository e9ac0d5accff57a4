// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sso/host_adapter.h"
#include "sso/identity.h"
#include "sso/organization.h"
#include "sso/runtime.h"

/// Storage ports: what the module asks a database to do, named for the job. db/ implements them with SOCI; one
/// conformance suite (tests/conformance) states their behaviour and runs on memory, SQLite and PostgreSQL. Errors of
/// every port: Error(kStorage) when the database is away, too slow or refused; Error(kConflict) when a unique rule was
/// hit or the database asks to run the unit again. Text with NUL or invalid UTF-8 is refused as Error(kInvalidRequest)
/// before it reaches SQL (SECURITY 5, item 1). Thread-safe, except that one UnitOfWork belongs to one thread.
namespace sso {

/// Makes things usable once, on every instance.
class ReplayStore {
 public:
  virtual ~ReplayStore() = default;
  /// True for exactly one caller per key until expiresAt; the rest get false. Commits by itself, before it returns.
  virtual bool useOnce(std::string_view key, TimePoint expiresAt) = 0;
  /// Removes keys that expired before now; returns how many. Safe to run on several instances at once.
  virtual std::size_t pruneExpired(TimePoint now) = 0;
};

/// An identity that is tied to an account.
struct Identity {
  IdentityKey key = {};
  std::string organizationId = {}, accountId = {};
  std::string email = {};  ///< last one asserted; an attribute, never a key
  TimePoint linkedAt = {}, lastLoginAt = {};
  std::string externalId = {};  ///< last one asserted, at most 255 bytes; empty: none ever was
};

class IdentityStore {
 public:
  virtual ~IdentityStore() = default;
  virtual std::optional<Identity> findIdentity(UnitOfWork&, const IdentityKey& key) = 0;
  /// The identity that this account already has on this connection, under whatever subject (JIT.md row 9).
  virtual std::optional<Identity> findOnConnection(UnitOfWork&, std::string_view accountId, std::string_view issuer,
                                                   std::string_view connectionId) = 0;
  /// All identities of an account, oldest first.
  virtual std::vector<Identity> identitiesOf(UnitOfWork&, std::string_view accountId) = 0;
  /// Ties a new identity to an account. Throws Error(kConflict) when the key exists already.
  virtual void linkIdentity(UnitOfWork&, const Identity& identity) = 0;
  /// Notes a login: time, asserted address and external id.
  virtual void recordLogin(UnitOfWork&, const IdentityKey& key, std::string_view email, std::string_view externalId,
                           TimePoint at) = 0;
  /// The identities of this organization on this connection that were last asserted with this external id; two at most,
  /// which is how a caller learns that it names nobody. Byte for byte. Empty for an empty external id (JIT.md row 14).
  virtual std::vector<Identity> findByExternalId(UnitOfWork&, std::string_view organizationId, std::string_view issuer,
                                                 std::string_view connectionId, std::string_view externalId) = 0;
  /// Unties it; false when there was none.
  virtual bool unlinkIdentity(UnitOfWork&, const IdentityKey& key) = 0;

  /// Most accounts that one call of identitiesOfTenant may name.
  static constexpr std::size_t kMostAccounts = 200;
  /// The identities that these accounts have in the organization of this tenant, never another organization's; those of
  /// one account side by side, the oldest first. Empty for a tenant without an organization. Outside of a unit. Throws
  /// Error(kInvalidRequest) for more accounts than kMostAccounts.
  virtual std::vector<Identity> identitiesOfTenant(std::string_view tenantId,
                                                   const std::vector<std::string>& accountIds) = 0;
  /// The same of one account, in this very transaction.
  virtual std::vector<Identity> identitiesOfTenant(UnitOfWork&, std::string_view tenantId,
                                                   std::string_view accountId) = 0;

  /// Most connections that connectionsWithIdentities names.
  static constexpr std::size_t kMostConnections = 100;
  /// On which connections identities of this organization are, in the order of their ids; the first kMostConnections.
  /// Outside of a unit.
  virtual std::vector<std::string> connectionsWithIdentities(std::string_view organizationId) = 0;
};

/// One line of the audit trail. Append-only. Holds no token, code, secret or provider text over 200 characters.
struct AuditEvent {
  std::string name = {};       ///< "sso.login.completed", "sso.login.failed", "sso.identity.linked", ...
  std::string reason = {};     ///< word of reason.h or deny code; empty on success
  std::string reference = {};  ///< the reference number the person saw
  std::string organizationId = {}, accountId = {}, connectionId = {}, remoteAddress = {};  ///< each may be empty
  std::map<std::string, std::string> details = {};                                         ///< short, listed facts
  TimePoint at = {};
  /// Of an event that says how a login was decided: what was known and what came of it, as JSON that DecisionReview
  /// reads again (docs/POLICY.md). Holds nobody's address, name, subject or account; at most kMostDecisionBytes. Empty
  /// for every other event.
  std::string decision = {};
  static constexpr std::size_t kMostDecisionBytes = 32768;
};

/// The name of the event that says that somebody signed in through their company.
inline constexpr std::string_view kLoginCompleted = "sso.login.completed";
/// The name of the event that says that a login created an account.
inline constexpr std::string_view kAccountCreated = "sso.account.created";

class AuditLog {
 public:
  virtual ~AuditLog() = default;
  /// In the same transaction as what it reports.
  virtual void record(UnitOfWork&, const AuditEvent& event) = 0;
  /// On its own, for a refusal; commits before it returns.
  virtual void record(const AuditEvent& event) = 0;
  /// How many accounts this connection's logins created at or after this time (events named kAccountCreated), those of
  /// the unit included. To whoever is told a number, it stays true until their unit is over: nobody else's creation for
  /// this connection is committed meanwhile (they wait, or get Error(kConflict)).
  virtual std::size_t accountsCreated(UnitOfWork&, std::string_view connectionId, TimePoint since) = 0;
  /// When somebody of this organization signed in last (events named kLoginCompleted), however many events came since.
  virtual std::optional<TimePoint> lastLogin(std::string_view organizationId) = 0;
  /// Newest first, of one organization; at most limit. Without AuditEvent::decision, which lists show to nobody.
  virtual std::vector<AuditEvent> recent(std::string_view organizationId, std::size_t limit) = 0;
  /// The events of this reference that hold a decision, of whatever organization, the oldest first; at most
  /// kMostDecisions. None for an empty reference. For operators: whoever shows one to a customer's administrator checks
  /// that it is of their organization.
  virtual std::vector<AuditEvent> decisionsOf(std::string_view reference) = 0;
  static constexpr std::size_t kMostDecisions = 20;
};

/// Who wrote something, and when.
struct WrittenBy {
  std::string accountId =
      {};             ///< the host's account; empty: nobody who has one (a seed, a setup link, a release before)
  TimePoint at = {};  ///< the epoch: nobody knows
};

/// The rules of an organization as one of its versions had them (JIT.md part 8).
struct PolicyVersion {
  std::string organizationId = {};
  std::int64_t version = 0;
  OrganizationPolicy policy = {};
  WrittenBy written = {};
};

class OrganizationStore {
 public:
  virtual ~OrganizationStore() = default;
  virtual std::optional<Organization> findOrganization(std::string_view organizationId) = 0;
  virtual std::optional<Organization> findByDomain(std::string_view canonicalDomain) = 0;
  virtual std::optional<Organization> findByTenant(std::string_view tenantId) = 0;
  /// Writes all of it, with its domains, over what the caller has read: organization.version says which version that
  /// was, 0 that there was none. The stored version grows by one. Throws Error(kConflict) when another version is
  /// stored (somebody changed it meanwhile, or it is there already), or when a domain or the tenant belongs to another
  /// organization; Error(kInvalidRequest) when problemsOf() finds any. Read outside of the unit: these reads lease a
  /// connection of their own. The policy is kept as the one of the new version (policyAt), in the same transaction.
  virtual void saveOrganization(UnitOfWork&, const Organization& organization, const WrittenBy& by) = 0;
  /// The same for whoever has nobody to name.
  void saveOrganization(UnitOfWork& work, const Organization& organization) {
    saveOrganization(work, organization, WrittenBy{});
  }

  /// So many versions of an organization's policy are kept, the newest; the audit trail keeps what each one changed.
  static constexpr std::int64_t kMostVersions = 200;
  /// The rules that held in exactly this version; nullopt where it is not kept (any more), or was written by a release
  /// that kept none. They go with the organization's row. Outside of a unit.
  virtual std::optional<PolicyVersion> policyAt(std::string_view organizationId, std::int64_t version) = 0;
};

/// What became of somebody's wish for an account.
enum class AccessRequestState { kPending, kApproved, kDeclined };
/// "pending", "approved", "declined"; stable.
std::string_view nameOf(AccessRequestState state);

/// Somebody whom the organization's identity provider vouched for, and who has no account yet (JIT.md row 2).
struct AccessRequest {
  std::string id = {};  ///< names it in a form; opens nothing
  IdentityKey key = {};
  std::string organizationId = {};
  std::string email = {}, displayName = {};  ///< as asserted; an approval is for this address alone
  AccessRequestState state = AccessRequestState::kPending;
  TimePoint requestedAt = {}, decidedAt = {};
  bool operator==(const AccessRequest&) const = default;
};

class AccessRequestStore {
 public:
  virtual ~AccessRequestStore() = default;
  /// The one of this identity, whatever became of it.
  virtual std::optional<AccessRequest> findRequest(UnitOfWork&, const IdentityKey& key) = 0;
  /// Files it in place of one that this identity has already. Throws Error(kConflict) on a taken id.
  virtual void fileRequest(UnitOfWork&, const AccessRequest& request) = 0;
  /// How many of this organization wait.
  virtual std::size_t countPending(UnitOfWork&, std::string_view organizationId) = 0;
  /// Pending ones, the oldest first, then declined ones, the latest decision first; at most limit.
  virtual std::vector<AccessRequest> listRequests(std::string_view organizationId, std::size_t limit) = 0;
  /// From pending to either, or from declined to approved; false when this organization has no such request.
  virtual bool decideRequest(UnitOfWork&, std::string_view organizationId, std::string_view id,
                             AccessRequestState state, TimePoint at) = 0;
  /// It has served; false when there was none.
  virtual bool removeRequest(UnitOfWork&, const IdentityKey& key) = 0;
};

/// A link with which somebody without an account sets up single sign-on of one organization (setup_links.h).
struct SetupLink {
  std::string id = {};         ///< names it in lists and in the audit trail, and opens nothing
  std::string tokenHash = {};  ///< sha256Hex of the token, which is kept nowhere
  std::string organizationId = {}, tenantId = {};
  std::string createdBy = {};  ///< the account that made it
  TimePoint createdAt = {}, expiresAt = {};
  std::int64_t timesOpened = 0;
  std::optional<TimePoint> lastOpenedAt = std::nullopt;
};

/// A link is live until it expires or is revoked, and only while its organization is active and its tenant's: one that
/// is suspended opens nothing, and with the organization's row its links are gone.
class SetupLinkStore {
 public:
  virtual ~SetupLinkStore() = default;
  /// Adds a link that nobody has opened yet, and removes those of its organization that have expired by then. False,
  /// and nothing added, when the organization has `most` already: two who ask at once are not both the last. Throws
  /// Error(kConflict) when id or digest exist, or when the organization is not this tenant's (any more).
  virtual bool addSetupLink(UnitOfWork&, const SetupLink& link, std::size_t most) = 0;
  /// The live link with this digest. Outside of a unit.
  virtual std::optional<SetupLink> findSetupLink(std::string_view tokenHash, TimePoint now) = 0;
  /// Counts an opening of the live link with this digest; what is stored then. One statement decides: whoever gets
  /// nullopt opens nothing, however little ago it was live.
  virtual std::optional<SetupLink> openSetupLink(UnitOfWork&, std::string_view tokenHash, TimePoint now) = 0;
  /// The tenant's links that have not expired, the newest first. Outside of a unit.
  virtual std::vector<SetupLink> setupLinksOf(std::string_view tenantId, TimePoint now) = 0;
  /// Removes it, and says which it was; nullopt when this tenant has none of this id.
  virtual std::optional<SetupLink> removeSetupLink(UnitOfWork&, std::string_view tenantId, std::string_view id) = 0;
};

/// An invitation of one person to one organization, sent to an address (invitations.h; JIT.md rows 3, 5, 8 and 28).
struct Invitation {
  std::string id = {};         ///< names it in lists and in the audit trail, and opens nothing
  std::string tokenHash = {};  ///< sha256Hex of the token in the mail, which is kept nowhere
  std::string organizationId = {}, tenantId = {};
  std::string connectionId = {};  ///< the one that the person signs in through
  std::string email = {};         ///< canonical; where the mail went
  std::string role = {};          ///< the host's name of what the inviter grants
  std::string invitedBy = {};     ///< the account that invited
  TimePoint sentAt = {}, expiresAt = {};
};

/// At most one invitation for an address in an organization. One that has expired stays, to say so, until it is renewed
/// or removed, another for its address takes its place, or it has been expired for kForgotten when the next is added.
class InvitationStore {
 public:
  static constexpr std::chrono::hours kForgotten{90 * 24};
  enum class Added { kYes, kInvitedAlready, kTooMany };

  virtual ~InvitationStore() = default;
  /// kInvitedAlready: a live one for this address is there. kTooMany: the organization has `most`, expired ones
  /// included; two who ask at once are not both the last. Nothing is added then. Throws Error(kConflict) when id or
  /// digest exist, or when the organization is not this tenant's (any more).
  virtual Added addInvitation(UnitOfWork&, const Invitation& invitation, std::size_t most) = 0;
  /// The one with this digest, expired or not.
  virtual std::optional<Invitation> findInvitation(UnitOfWork&, std::string_view tokenHash) = 0;
  /// The organization's for this address, expired or not.
  virtual std::optional<Invitation> findInvitationFor(UnitOfWork&, std::string_view organizationId,
                                                      std::string_view email) = 0;
  /// The tenant's, the newest first; at most limit. Outside of a unit.
  virtual std::vector<Invitation> invitationsOf(std::string_view tenantId, std::size_t limit) = 0;
  /// Another token and another time: the mail that was sent before is worth nothing from now on. What is stored then;
  /// nullopt when this tenant has none of this id.
  virtual std::optional<Invitation> renewInvitation(UnitOfWork&, std::string_view tenantId, std::string_view id,
                                                    std::string_view tokenHash, TimePoint sentAt,
                                                    TimePoint expiresAt) = 0;
  /// Removes it, because it was accepted or taken back, and says which it was; nullopt when this tenant has none of
  /// this id. Of several who ask at once one gets it.
  virtual std::optional<Invitation> removeInvitation(UnitOfWork&, std::string_view tenantId, std::string_view id) = 0;
};

/// An account that nobody has used for so long that its organization's policy has something to say (JIT.md row 32).
struct UnusedAccount {
  std::string organizationId = {}, tenantId = {}, accountId = {};
  std::uint32_t dormantAfterDays = 0;  ///< the organization's rule
  /// The newest of when its identities were tied or signed in with, and DormancyNote::countsFrom.
  TimePoint lastUsedAt = {};
  std::optional<TimePoint> noticedAt = std::nullopt;  ///< of a notice that was given since then
};

/// What is noted of an account in an organization.
struct DormancyNote {
  TimePoint countsFrom = {};  ///< unused since then at most, whatever its sign-ins say: used otherwise, or restored
  std::optional<TimePoint> noticedAt = std::nullopt;  ///< means nothing once the account was used since
  bool operator==(const DormancyNote&) const = default;
};

/// Who is unused for so long that they are to be told of it, or have been and are to be deactivated. Never an account
/// that has an identity at another organization, too; never one of an organization that is suspended, whose single
/// sign-on is off, that has a directory or that has not set OrganizationPolicy::dormantAfterDays.
class DormancyStore {
 public:
  /// How long before it happens somebody is told, and how long they have at least.
  static constexpr std::chrono::hours kNotice{14 * 24};

  virtual ~DormancyStore() = default;
  /// Those due now: to be told, from kNotice before the limit on; to be deactivated, once the limit is reached and a
  /// notice is kNotice old. Not those that were claimed until later; who was looked at longest ago first; at most
  /// limit. One statement, outside of a unit.
  virtual std::vector<UnusedAccount> dueAccounts(TimePoint now, std::size_t limit) = 0;
  /// The same of one account, in this very transaction, claimed or not. nullopt: it is not due (any more).
  virtual std::optional<UnusedAccount> dueAccount(UnitOfWork&, std::string_view organizationId,
                                                  std::string_view accountId, TimePoint now) = 0;
  /// True for one caller: nobody else claims it before `until`, which is later than now. Of several at once the others
  /// wait, and get false once the first has committed.
  virtual bool claimAccount(UnitOfWork&, std::string_view organizationId, std::string_view accountId, TimePoint now,
                            TimePoint until) = 0;
  /// A notice was given, to an account that was claimed before.
  virtual void noteNotice(UnitOfWork&, std::string_view organizationId, std::string_view accountId, TimePoint at) = 0;
  /// DormancyNote::countsFrom in the tenant's organization becomes this, unless it is later already. Nothing is written
  /// for an account without identities there.
  virtual void countFrom(UnitOfWork&, std::string_view tenantId, std::string_view accountId, TimePoint at) = 0;
  virtual std::optional<DormancyNote> findNote(UnitOfWork&, std::string_view organizationId,
                                               std::string_view accountId) = 0;
  /// Removes the notes of accounts that have no identity there any more; returns how many. One statement; safe to run
  /// on several instances at once.
  virtual std::size_t forgetUntied() = 0;
};

/// All ports over one database.
class Storage {
 public:
  virtual ~Storage() = default;
  /// A read-write transaction. Waits at most the pool's limit (2 s), then throws Error(kStorage).
  virtual std::unique_ptr<UnitOfWork> begin() = 0;
  virtual ReplayStore& replays() = 0;
  virtual IdentityStore& identities() = 0;
  virtual AuditLog& audit() = 0;
  virtual OrganizationStore& organizations() = 0;
  virtual AccessRequestStore& accessRequests() = 0;
  virtual SetupLinkStore& setupLinks() = 0;
  virtual InvitationStore& invitations() = 0;
  virtual DormancyStore& dormancy() = 0;
  /// Throws Error(kStorage) unless the database answers and its schema is the one this build knows.
  virtual void checkReady() = 0;
};

}  // namespace sso
