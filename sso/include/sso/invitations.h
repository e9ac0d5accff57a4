// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sso/host_adapter.h"
#include "sso/organization.h"
#include "sso/runtime.h"
#include "sso/storage.h"
#include "sso/tenants.h"

/// How somebody comes in for whom the organization does not speak: a guest with another company's address, a person
/// whom the identity provider names without an address, somebody who has an account elsewhere in the application
/// (JIT.md rows 3, 5, 8 and 28), or anybody where accounts are not made at the first login.
///
///   administrator  invite ─▶ the token, once ─▶ mail: https://app.example/invitation#TOKEN
///   guest          find ─▶ whose it is        SsoModule::acceptInvitation ─▶ the connection ─▶ an account, or a
///   membership administrator  list, renew, revoke
///
/// Threat: the token lets one person into the tenant, so it is bound to everything that is known of them: it brings in
/// only who comes through this connection, whose address, where one is asserted, is the one that was invited, once,
/// until it expires, with the role that the inviter chose. Whoever has the mail alone, and no account at the
/// organization's identity provider, gets nowhere. Carry the token in the fragment of an address and in the body of a
/// request, never in a path or query: these end in logs.
namespace sso {

namespace detail {
class ConnectionDirectory;
}

/// Whom to invite.
struct InvitationRequest {
  std::string email = {};         ///< as typed; brought into its canonical form
  std::string role = {};          ///< one that the host can grant, and no owner's
  std::string connectionId = {};  ///< an active connection of the tenant's organization
  std::chrono::seconds lifetime{7 * 24 * 3600};
};

/// What stands in the way of an invitation.
enum class InvitationObstacle {
  kNone,
  kNotTied,         ///< the tenant has no single sign-on
  kSsoOff,          ///< it is switched off, or the organization is suspended: the link would lead nowhere
  kBadAddress,      ///< no e-mail address
  kBadRole,         ///< no role that an invitation may grant
  kNoConnection,    ///< Scalekit knows no such active connection of the organization
  kMember,          ///< whoever has the address is a member already
  kInvitedAlready,  ///< renew that invitation, or revoke it
  kTooMany,         ///< Invitations::kMostOpen
};

/// An invitation that was just made or renewed. token opens it; it is told here and never again.
struct NewInvitation {
  Secret token = {};  ///< 256 random bits, base64url without padding, 43 characters
  Invitation invitation = {};
  std::string organizationName = {};
};

struct InvitationOutcome {
  InvitationObstacle obstacle = InvitationObstacle::kNone;
  std::optional<NewInvitation> made = std::nullopt;  ///< when nothing stood in the way
};

/// What a live invitation says to whoever holds its token.
struct SharedInvitation {
  Invitation invitation = {};
  std::string organizationName = {};
};

/// Immutable; thread-safe. A token is stored as its SHA-256 alone and named in no log line, audit event or error. The
/// host vouches that the actor is an administrator of this very tenant who may grant the role. Audited in the same
/// commit: sso.invitation.created, .renewed and .revoked; sso.invitation.accepted by the login. Errors of all:
/// Error(kStorage); of invite also Error(kUpstreamUnavailable) when Scalekit cannot be asked about the connection.
class Invitations {
 public:
  static constexpr std::chrono::hours kShortest{1};
  static constexpr std::chrono::hours kLongest{30 * 24};
  static constexpr std::size_t kMostOpen = 500;  ///< of one organization, expired ones included

  Invitations(std::shared_ptr<Storage> storage, std::shared_ptr<AccountStore> accounts,
              std::shared_ptr<detail::ConnectionDirectory> connections, std::shared_ptr<Clock> clock,
              std::shared_ptr<RandomSource> random);

  /// Throws Error(kInvalidRequest) for a lifetime out of bounds or an actor without account.
  InvitationOutcome invite(std::string_view tenantId, const InvitationRequest& request, const Actor& actor) const;
  /// Another token and another lifetime, to send once more; the mail that was sent before is worth nothing from then
  /// on. nullopt: this tenant has no invitation of this id.
  std::optional<NewInvitation> renew(std::string_view tenantId, std::string_view id, std::chrono::seconds lifetime,
                                     const Actor& actor) const;
  /// False: this tenant has no invitation of this id.
  bool revoke(std::string_view tenantId, std::string_view id, const Actor& actor) const;
  /// The tenant's, expired ones included, the newest first.
  std::vector<Invitation> list(std::string_view tenantId) const;

  /// Where a token leads, while it is live; nullopt for one that is unknown, used, expired or revoked, of a suspended
  /// organization or one that is another tenant's by now, without a word which.
  std::optional<SharedInvitation> find(std::string_view token) const;

 private:
  void record(UnitOfWork& work, std::string_view name, const Invitation& invitation, const Actor& actor) const;

  std::shared_ptr<Storage> storage_;
  std::shared_ptr<AccountStore> accounts_;
  std::shared_ptr<detail::ConnectionDirectory> connections_;
  std::shared_ptr<Clock> clock_;
  std::shared_ptr<RandomSource> random_;
};

}  // namespace sso
