// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "identity/facts.h"
#include "identity/login_attempt.h"
#include "identity/resolved_policy.h"
#include "sso/host_adapter.h"
#include "sso/organization.h"
#include "sso/storage.h"

namespace sso::detail {

/// The facts of one login, and the rows behind them that applying a decision needs.
struct GatheredFacts {
  Facts facts;
  std::optional<Identity> known;                        ///< the identity of this very key
  std::optional<Identity> retired;                      ///< the one that moves here if decision.relink (JIT.md row 14)
  std::optional<AccessRequest> request = std::nullopt;  ///< row 2, where approval is asked for
  std::optional<Invitation> invitation = std::nullopt;  ///< the accepted one (rows 5, 8 and 28)
  std::string address = {};  ///< whom the identity is looked for by: the asserted address, or the invitation's
};

/// Whom a preview asks about.
struct HypotheticalLogin {
  std::string issuer, connectionId;
  std::string email;  ///< canonical
  ConnectionStanding connection = ConnectionStanding::kActive;
  std::string accountId = {};  ///< a member whose identity on this connection counts whatever their address is now
};

/// What an organization's own state and rules, as they hold for one connection, say of any login through it.
void readPolicy(const Organization& organization, const ResolvedPolicy& policy, Facts& facts);

/// Reads what decide() may know of a login: from the attempt, the organization, our identities and the host. Writes
/// nothing; where an account may come out of it, it takes the locks that keep what it counted true until the unit is
/// over. A known identity costs two reads, a third where the policy maps groups, and two more where it was not used for
/// so long that the account may be dormant. Immutable; thread-safe.
class FactsGatherer {
 public:
  FactsGatherer(std::shared_ptr<Storage> storage, std::shared_ptr<AccountStore> accounts, std::shared_ptr<Clock> clock,
                std::chrono::seconds clockSkew, std::chrono::seconds maxAssertionAge);
  /// organization: the one that the token names, or null when we do not know it. Throws Error(kConflict) when the
  /// identity was linked between two of the reads: the unit is to be run again.
  GatheredFacts gather(UnitOfWork& work, const Organization* organization, const LoginAttempt& attempt) const;

  /// The facts of a login that nobody makes, for a preview: this connection asserts this address, confirmed, just now.
  /// The subject is the one that the address's account has on the connection, otherwise one that nobody knows. Reads
  /// only and takes no lock, so seats and creations keep their neutral values. The organization may be a copy with
  /// rules that are not stored yet.
  GatheredFacts gatherHypothetical(UnitOfWork& work, const Organization& organization,
                                   const HypotheticalLogin& login) const;

 private:
  /// What every step looks at.
  struct Scope {
    UnitOfWork& work;
    const Organization& organization;
    const VerifiedIdentity& identity;
    ResolvedPolicy policy;
  };
  Facts factsOf(const LoginAttempt& attempt) const;
  void gatherLinkedAccount(const Scope& scope, const Identity& known, Facts& facts) const;
  bool isDormant(const Scope& scope, const AccountFacts& account, TimePoint lastSignIn, TimePoint now) const;
  void gatherGrantedRoles(const Scope& scope, Facts& facts) const;
  void gatherMappedRoles(const Scope& scope, Facts& facts) const;
  void gatherDefaultRole(const Scope& scope, Facts& facts) const;
  void gatherEmailHolder(const Scope& scope, const LoginAttempt& attempt, GatheredFacts& gathered) const;
  void gatherHolderIdentities(const Scope& scope, GatheredFacts& gathered) const;
  void gatherExternalMatch(const Scope& scope, const LoginAttempt& attempt, GatheredFacts& gathered) const;
  void gatherMigration(const Scope& scope, const std::vector<Identity>& others, GatheredFacts& gathered) const;
  void gatherInvitation(const Scope& scope, const LoginAttempt& attempt, GatheredFacts& gathered) const;
  bool mayInvite(const Scope& scope, const std::string& role) const;
  void gatherSeats(const Scope& scope, Facts& facts) const;
  void gatherCreation(const Scope& scope, bool seated, GatheredFacts& gathered) const;
  void gatherApproval(const Scope& scope, GatheredFacts& gathered) const;
  bool isUnfinished(UnitOfWork& work, const AccountFacts& account, const IdentityKey& key) const;

  std::shared_ptr<Storage> storage_;
  std::shared_ptr<AccountStore> accounts_;
  std::shared_ptr<Clock> clock_;
  std::chrono::seconds clockSkew_, maxAssertionAge_;
};

}  // namespace sso::detail
