// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <memory>
#include <optional>

#include "identity/facts.h"
#include "identity/login_attempt.h"
#include "sso/host_adapter.h"
#include "sso/organization.h"
#include "sso/storage.h"

namespace sso::detail {

/// The facts of one login, and the rows behind them that applying a decision needs.
struct GatheredFacts {
  Facts facts;
  std::optional<Identity> known;  ///< the identity of this very key
};

/// Reads what decide() may know of a login: from the attempt, the organization, our identities and the host. Writes
/// nothing; where an account may come out of it, it takes the locks that keep what it counted true until the unit is
/// over. A known identity costs two reads. Immutable; thread-safe.
class FactsGatherer {
 public:
  FactsGatherer(std::shared_ptr<Storage> storage, std::shared_ptr<AccountStore> accounts, std::shared_ptr<Clock> clock,
                std::chrono::seconds clockSkew, std::chrono::seconds maxAssertionAge);
  /// organization: the one that the token names, or null when we do not know it. Throws Error(kConflict) when the
  /// identity was linked between two of the reads: the unit is to be run again.
  GatheredFacts gather(UnitOfWork& work, const Organization* organization, const LoginAttempt& attempt) const;

 private:
  void gatherLinkedAccount(UnitOfWork& work, const Organization& organization, const VerifiedIdentity& identity,
                           const Identity& known, Facts& facts) const;
  void gatherEmailHolder(UnitOfWork& work, const Organization& organization, const VerifiedIdentity& identity,
                         Facts& facts) const;
  void gatherCreation(UnitOfWork& work, const Organization& organization, const VerifiedIdentity& identity,
                      Facts& facts) const;
  bool isUnfinished(UnitOfWork& work, const AccountFacts& account, const IdentityKey& key) const;

  std::shared_ptr<Storage> storage_;
  std::shared_ptr<AccountStore> accounts_;
  std::shared_ptr<Clock> clock_;
  std::chrono::seconds clockSkew_, maxAssertionAge_;
};

}  // namespace sso::detail
