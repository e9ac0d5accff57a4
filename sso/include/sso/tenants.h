// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sso/organization.h"
#include "sso/runtime.h"
#include "sso/scalekit/connections.h"
#include "sso/scalekit/domains.h"
#include "sso/storage.h"

/// How a customer of the host comes to single sign-on: tied to an organization of Scalekit on first need, kept in step
/// with what its administrators set up in the portal, and switched on without locking anybody out.
namespace sso {

namespace detail {
class TenantTie;
class ModePreviewer;
class ModeSwitch;
class PolicyChanger;
class SetupReader;
}  // namespace detail

/// One of the host's customers. Take it from the session of an administrator, never from a request: whoever controls
/// the organization decides who signs in to the tenant (SEC-AP-01).
struct Tenant {
  std::string id = {};           ///< the host's own, 1 to 255 bytes; Scalekit keeps it as external_id
  std::string displayName = {};  ///< for people; what is over 200 characters is left out
  std::string defaultRole = {};  ///< of whoever comes the first time, for a tenant that is not tied yet (JIT.md row 20)
};

/// Who asks, for the audit trail. Each may be empty; accountId at most 255 bytes.
struct Actor {
  std::string accountId = {}, remoteAddress = {}, reference = {};
  std::string setupLinkId = {};  ///< the link through which somebody without an account asks (setup_links.h)
};

/// What stands at Scalekit and here, read at one moment.
struct SsoSetup {
  Organization organization = {};  ///< as stored after the look
  /// At Scalekit, drafts and switched-off ones included. See ConnectionSummary::active().
  std::vector<scalekit::ConnectionSummary> connections = {};
  /// Organization domains at Scalekit, verified or not. See Domain::routesLogins().
  std::vector<scalekit::Domain> domains = {};
  /// Verified there, but not taken over: a public mail domain, no domain at all, or another organization's here.
  std::vector<std::string> refusedDomains = {};

  bool hasActiveConnection() const;
};

/// What stands between an organization and a mode; in the order in which a person would clear them away.
enum class ModeObstacle {
  kUnknownMode,         ///< not one of SsoMode
  kSuspended,           ///< the organization is
  kNoActiveConnection,  ///< nothing to sign in through: it would send people nowhere
  kNoDomain,            ///< required: nobody's address would belong to the organization
  kNoDefaultRole,       ///< required: people who come the first time would be refused (JIT.md row 20)
  kNotSignedInThrough,  ///< required: whoever asks has not just signed in through an active connection of it
  kNoBreakGlass,        ///< required: no owner could get in with a password when the identity provider is broken
  /// required: whoever asks was not shown what it means to each member, or something of it is otherwise by now. Looked
  /// for when nothing else is in the way.
  kPreviewNotSeen,
};
/// "no_active_connection"; stable.
std::string_view nameOf(ModeObstacle obstacle);

/// The single sign-on that the asking session began with.
struct SignInThrough {
  std::string organizationId = {}, connectionId = {};
  TimePoint at = {};  ///< when the session was opened by it
};

struct ModeRequest {
  SsoMode mode = SsoMode::kOff;
  std::optional<SignInThrough> signIn = std::nullopt;  ///< nullopt: the session began with a password
  /// required: ModePreview::digest of the preview through signIn's connection that whoever asks was shown; empty: none.
  /// No secret, and no proof that somebody read it: it says which preview was sent to them, so that nobody is shut out
  /// whom they could not have seen. It needs no comparison in constant time.
  std::string previewDigest = {};
};

/// What came of it: without obstacles the mode holds, and organization is what is stored now.
struct ModeOutcome {
  std::vector<ModeObstacle> obstacles = {};
  Organization organization = {};
};

/// What a member's next sign-in comes to where single sign-on is required.
enum class MemberOutlook {
  kConnected,         ///< signs in through the company already
  kConnectsByItself,  ///< is connected at the next sign-in, without being asked
  kMustConfirm,       ///< is connected once they have proven the account, by its password or by mail
  kKeepsPassword,     ///< a break-glass account, which never depends on it
  kCollides,          ///< the address is in the way: somebody else's sign-in, or an account that nobody confirmed
  kShutOut,           ///< could not sign in any more
};
/// "connected", "connects_by_itself", "must_confirm", "keeps_password", "collides", "shut_out"; stable.
std::string_view nameOf(MemberOutlook outlook);

struct MemberPreview {
  std::string accountId = {}, email = {};
  MemberOutlook outlook = MemberOutlook::kShutOut;
  std::string reason = {};       ///< for kCollides and kShutOut: the refusal, by its name in docs/ERRORS.md
  std::string explanation = {};  ///< the same for an administrator: what is so, and what to do
};

/// Today's members, each judged as a login through the connection would be: the identity provider asserts the member's
/// address, confirmed. Whoever it does not know, or under another address, is refused all the same.
struct ModePreview {
  std::vector<MemberPreview> members = {};  ///< in the host's order; at most kMaxMembers
  bool complete = true;                     ///< false: there are more members, or the host does not list them
  /// 64 hexadecimal characters over all that it says: organization, connection, version of the stored rules, each
  /// member's account, outlook and reason in this order, and whether those are all. For ModeRequest.
  std::string digest = {};
  static constexpr std::size_t kMaxMembers = 1000;
};

/// Immutable; thread-safe. Every function may ask Scalekit and the database; inside a request of the module's or of a
/// RequestHandlerBase it keeps to that request's time. Errors of all: Error(kInvalidRequest) for a tenant without
/// sound id and name, Error(kConflict) when the tenant's organization belongs to another tenant here, or when others
/// kept changing it meanwhile; Error(kStorage),
/// Error(kUpstreamUnavailable | kUpstreamRejected), scalekit::ApiError. After an error nothing is half made: asking
/// again goes on where it ended.
class Tenants {
 public:
  Tenants(std::shared_ptr<const detail::TenantTie> tie, std::shared_ptr<const detail::SetupReader> setups,
          std::shared_ptr<const detail::ModeSwitch> modes, std::shared_ptr<const detail::ModePreviewer> previews,
          std::shared_ptr<const detail::PolicyChanger> policies);

  /// The tenant's organization if it is tied; asks the database alone.
  std::optional<Organization> find(std::string_view tenantId) const;
  /// The tenant's organization. On first need it is looked up by its external_id, or created with single sign-on and
  /// domain verification as features, and tied to the tenant for good, in mode kOff. However many ask, on however many
  /// instances, a tenant has one organization; those who ask while it is being made get Error(kUpstreamUnavailable) and
  /// may ask again after a few seconds. Audited: sso.organization.tied.
  Organization organizationOf(const Tenant& tenant, const Actor& actor) const;
  /// Looks at Scalekit afresh and takes over what it says: the verified domains become the organization's (where
  /// OrganizationPolicy::domainAuthority lets Scalekit say so), and routing on this instance follows at once, on others
  /// within ten seconds for what is stored here and a minute for connections. Call it whenever the portal reports a
  /// change, and before anything is shown as true (SEC-AP-09). Ties the tenant on first need.
  /// Audited when domains change: sso.organization.domains_changed.
  SsoSetup refresh(const Tenant& tenant, const Actor& actor) const;
  /// What stands in the way of a mode, without changing anything; asks the host, and the database where the request
  /// brings the digest of a preview.
  std::vector<ModeObstacle> obstacles(const SsoSetup& setup, const ModeRequest& request) const;
  /// Switches the mode after looking at Scalekit afresh; all or nothing. Off and optional are for any administrator,
  /// so that a way back is never barred; required is for one who came in through single sign-on within kFreshSignIn and
  /// was shown the preview as it still is: it is made again in the transaction that writes, so whoever joins or changes
  /// until then is not shut out unseen. Whom an incomplete preview does not name is the asker's to know of: say so
  /// where you show it. Audited: sso.organization.mode_changed.
  ModeOutcome switchMode(const Tenant& tenant, const ModeRequest& request, const Actor& actor) const;

  /// What requiring single sign-on through this connection of the organization would mean to each of today's members.
  /// Asks the database alone, a few reads for each member; writes nothing. Show it before the mode is required, and
  /// send its digest along with the switch.
  ModePreview preview(const Organization& organization, const std::string& connectionId) const;

  /// Every problem with these rules for this organization, in words for whoever wrote them, each with its path
  /// ("policy.groupRoles[2].role: ..."): what problemsOf() finds, roles that the host does not know or that no sign-in
  /// may grant, rules that are not the customer's (isCustomersRule), no default role while single sign-on is required,
  /// and a migration window that is opened otherwise than for connections of this organization, the replacement an
  /// active one, to end within the next 90 days (JIT.md row 14; one that is stored may be ended earlier, or go). Asks
  /// the host, and Scalekit where a window is opened. Empty: changePolicy takes them.
  std::vector<std::string> policyProblems(const Organization& stored, const OrganizationPolicy& policy) const;
  /// Writes these rules over the version of the tenant's organization that the caller has read them from, and over no
  /// other, so that of two administrators neither writes over what the other has just done without seeing it. Holds at
  /// once on this instance, on others within ten seconds; each login is judged by what is stored at its callback. What
  /// is stored already writes nothing. Asks the database and what policyProblems asks. Throws Error(kConflict) when
  /// another version is stored; Error(kInvalidRequest) with all of policyProblems(), a line each, or for a tenant that
  /// is not tied. May the account change it? The host has to ask that before; and have the person authenticate again
  /// (step-up) before a migration window is opened, which lets identities change accounts. Audited:
  /// sso.organization.policy_changed, with the version and each rule, from what to what.
  Organization changePolicy(const Tenant& tenant, std::int64_t expectedVersion, const OrganizationPolicy& policy,
                            const Actor& actor) const;

  /// The rules of the tenant's organization as this version had them, with who wrote them and when; nullopt where the
  /// tenant is not tied or the version is not kept (OrganizationStore::policyAt). An audit event names the version that
  /// it was decided by as `policy_version`. For the tenant's own administrators; asks the database alone.
  std::optional<PolicyVersion> policyAt(std::string_view tenantId, std::int64_t version) const;

  static constexpr std::chrono::minutes kFreshSignIn{10};

 private:
  std::shared_ptr<const detail::TenantTie> tie_;
  std::shared_ptr<const detail::SetupReader> setups_;
  std::shared_ptr<const detail::ModeSwitch> modes_;
  std::shared_ptr<const detail::ModePreviewer> previews_;
  std::shared_ptr<const detail::PolicyChanger> policies_;
};

}  // namespace sso
