// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sso/organization.h"
#include "sso/runtime.h"
#include "sso/storage.h"
#include "sso/tenants.h"

/// Links with which an owner lets somebody set up single sign-on who has no account in the application: their company's
/// IT admin.
///
///   owner      create ─▶ the token, once ─▶ https://app.example/setup#TOKEN, sent by the owner's own means
///   IT admin   find   ─▶ whose setup it is           open ─▶ counted and audited, before each way into the portal
///   owner      list, revoke
///
/// Threat: a link is a bearer secret, and whoever sets the connection up decides who signs in to the tenant. Hence an
/// owner alone may make one, for a bounded time, seen in the audit trail and taken back at any moment; it leads to the
/// setup and to nothing else of the tenant. Carry the token in the fragment of an address and in the body of a request,
/// never in a path or query: these end in logs (SEC-AP-12).
namespace sso {

/// A link that was just made. token opens it; it is told here and never again.
struct NewSetupLink {
  Secret token = {};  ///< 256 random bits, base64url without padding, 43 characters
  std::string id = {};
  TimePoint expiresAt = {};
};

/// What a live link leads to.
struct SharedSetup {
  std::string linkId = {};
  Organization organization = {};
  TimePoint expiresAt = {};
};

/// Immutable; thread-safe. A token is stored as its SHA-256 alone and named in no log line, audit event or error. Every
/// creation, opening and revocation is an audit event in the same commit: sso.setup_link.created, .opened and .revoked,
/// with the link's id. Errors of all: Error(kStorage); those of Tenants::organizationOf for create.
class SetupLinks {
 public:
  static constexpr std::chrono::minutes kShortest{5};
  static constexpr std::chrono::hours kLongest{7 * 24};
  static constexpr std::size_t kMostLive = 5;  ///< of one organization

  SetupLinks(std::shared_ptr<const detail::TenantTie> tie, std::shared_ptr<Storage> storage,
             std::shared_ptr<Clock> clock, std::shared_ptr<RandomSource> random);

  /// A link to the tenant's setup; ties the tenant on first need. The host vouches that actor is signed in as an owner
  /// of this very tenant. nullopt when kMostLive are live: one has to be revoked first. Throws Error(kInvalidRequest)
  /// for a lifetime out of bounds or an actor without account, Error(kForbidden) for an organization that is suspended.
  std::optional<NewSetupLink> create(const Tenant& tenant, std::chrono::seconds lifetime, const Actor& actor) const;

  /// Where a token leads, while its link is live; nullopt for one that is unknown, expired or revoked, of a suspended
  /// organization or a tenant that is not tied any more, without a word which. Counts nothing.
  std::optional<SharedSetup> find(std::string_view token) const;
  /// The same, and counted: to be called whenever the link is about to let somebody into the portal.
  std::optional<SharedSetup> open(std::string_view token, const Actor& actor) const;

  /// The tenant's links that have not expired, the newest first.
  std::vector<SetupLink> list(std::string_view tenantId) const;
  /// Takes a link back at once, on every instance; false when this tenant has none of this id.
  bool revoke(std::string_view tenantId, std::string_view id, const Actor& actor) const;

 private:
  void record(UnitOfWork& work, std::string_view name, const SetupLink& link, const Actor& actor,
              std::map<std::string, std::string> details = {}) const;

  std::shared_ptr<const detail::TenantTie> tie_;
  std::shared_ptr<Storage> storage_;
  std::shared_ptr<Clock> clock_;
  std::shared_ptr<RandomSource> random_;
};

}  // namespace sso
