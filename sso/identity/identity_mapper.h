// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "identity/decision.h"
#include "identity/facts_gatherer.h"
#include "identity/login_attempt.h"
#include "sso/host_adapter.h"
#include "sso/organization.h"
#include "sso/storage.h"

namespace sso::detail {

/// What came of it. Nothing was written unless decision.signsIn() or filed.
struct MappedLogin {
  Decision decision;
  std::string accountId;  ///< the account that decision.whom names; empty for kNobody
  std::string tenantId;
  std::string previousEmail;  ///< of the linked account, where the decision takes another one
  bool filed = false;         ///< nobody is signed in, but an access request was filed: commit the unit
  /// For AuditEvent::decision of the event that says how the login ended. Where somebody is signed in it is written.
  std::string record;
  std::int64_t policyVersion = 0;  ///< of the organization; 0: we do not know it
};

/// Gathers the facts, lets the policy decide, applies the decision: all inside the caller's unit of work, with the
/// audit events, so that account, identity and trail appear together or not at all (SECURITY N2, N5). Immutable;
/// thread-safe.
class IdentityMapper {
 public:
  IdentityMapper(std::shared_ptr<Storage> storage, std::shared_ptr<AccountStore> accounts, std::shared_ptr<Clock> clock,
                 std::chrono::seconds clockSkew, std::chrono::seconds maxAssertionAge);
  /// organization: the one that the token names, or null when we do not know it. Does not commit.
  MappedLogin map(UnitOfWork& work, const Organization* organization, const LoginAttempt& attempt) const;

 private:
  using Details = std::map<std::string, std::string>;

  std::string apply(UnitOfWork& work, const Organization& organization, const LoginAttempt& attempt,
                    const MappedLogin& mapped, const GatheredFacts& gathered) const;
  std::string createAccount(UnitOfWork& work, const Organization& organization, const LoginAttempt& attempt,
                            const Decision& decision, const GatheredFacts& gathered) const;
  void prepareHolder(UnitOfWork& work, const Organization& organization, const LoginAttempt& attempt,
                     const Decision& decision, const GatheredFacts& gathered) const;
  void useUpInvitation(UnitOfWork& work, const Organization& organization, const LoginAttempt& attempt,
                       const Decision& decision, const GatheredFacts& gathered, std::string_view accountId) const;
  void linkIdentity(UnitOfWork& work, const Organization& organization, const LoginAttempt& attempt,
                    const Decision& decision, const GatheredFacts& gathered, std::string_view accountId) const;
  bool fileRequest(UnitOfWork& work, const Organization& organization, const LoginAttempt& attempt,
                   const Decision& decision) const;
  void updateLinkedAccount(UnitOfWork& work, const Organization& organization, const LoginAttempt& attempt,
                           const Decision& decision, const Identity& known) const;
  void audit(UnitOfWork& work, std::string_view name, const Organization& organization, const LoginAttempt& attempt,
             const Decision& decision, std::string_view accountId, Details more = {}) const;
  AuditEvent eventOf(std::string_view name, const Organization& organization, const LoginAttempt& attempt,
                     const Decision& decision, std::string_view accountId) const;

  std::shared_ptr<Storage> storage_;
  std::shared_ptr<AccountStore> accounts_;
  std::shared_ptr<Clock> clock_;
  FactsGatherer gatherer_;
};

/// What the audit trail tells of a decision: outcome, row, notices, how the login began, and the version of the policy
/// unless it is 0.
std::map<std::string, std::string> auditDetails(const Decision& decision, LoginOrigin origin,
                                                std::int64_t policyVersion);

}  // namespace sso::detail
