// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>

#include "sso/host_adapter.h"
#include "sso/runtime.h"
#include "sso/storage.h"

/// Accounts that nobody uses (OrganizationPolicy::dormantAfterDays; JIT.md row 32; NIST SP 800-63C-4). A forgotten
/// account is a way in that nobody would see being used: its person may have left the company long ago, and without a
/// directory nobody says so.
///
///   ... last sign-in ──────────────────────────────┬── 14 days or more ──┬──▶
///                       nothing                  told once          deactivated
///
/// A sign-in of any kind before the end starts anew. Nobody is deactivated who was not told: where the rule was
/// switched on a moment ago, those who are over the limit already are told first, and can sign in until their time is
/// over. A login does not wait for a round: whoever is over the limit and was not told yet is refused
/// (account_dormant), so that the rule holds where nobody calls run(); one round later they are told, and may come in.
/// "Told" is what the audit trail says: whether the host's mail arrives, this cannot know.
namespace sso {

/// What one round did.
struct DormancyRound {
  std::size_t told = 0, deactivated = 0;
  std::size_t failed = 0;  ///< the host or the database refused; logged, and tried again after a day
  bool more = false;       ///< limit accounts were due: another round may find more of them
};

/// Looks at the identities of organizations with the rule. Left alone are break-glass accounts, whom the host does not
/// give away (AccountFacts::mayBeDeactivated: the last owner, members of several tenants), whoever has an identity at
/// another organization, too, and everybody of an organization that is suspended, has a directory or has single sign-on
/// off. Immutable; thread-safe, and safe on any number of instances at once: each account is one transaction that one
/// instance alone gets, and a login at the same moment either comes first and counts, or is refused.
class Dormancy {
 public:
  /// log may not be null.
  Dormancy(std::shared_ptr<Storage> storage, std::shared_ptr<HostAdapter> host, std::shared_ptr<Clock> clock,
           std::shared_ptr<LogSink> log);

  /// One bounded round: tells those who are due (HostAdapter::onDormancyNotice, after the commit), and deactivates
  /// those who were told and did not come: AccountChange::state kSuspended and endAllSessions in one unit. Call it
  /// every few minutes from a thread of your own; no network. limit: accounts looked at, at most kMostAtOnce. Throws
  /// Error(kStorage) when the database is away; what was committed by then stays.
  /// Audited: sso.account.dormancy_noticed, sso.account.dormant.
  DormancyRound run(std::size_t limit) const;

  /// The account's clock starts anew, inside the unit in which the host restores a suspended account; without it, the
  /// person's next login may be refused with account_dormant. Take the tenant from an administrator's session. Nothing
  /// happens to an account without identities in the tenant's organization.
  void restart(UnitOfWork& work, std::string_view tenantId, std::string_view accountId) const;

  static constexpr std::size_t kMostAtOnce = 1000;
  /// An account is looked at once in that time at most.
  static constexpr std::chrono::hours kAgainAfter{24};

 private:
  enum class Step { kNothing, kTold, kDeactivated };
  Step consider(const UnusedAccount& due, DormancyNotice& notice) const;
  Step apply(UnitOfWork& work, const UnusedAccount& due, DormancyNotice& notice) const;
  void postpone(const UnusedAccount& due) const;
  void record(UnitOfWork& work, std::string_view name, const UnusedAccount& account) const;
  void tell(const DormancyNotice& notice) const;

  std::shared_ptr<Storage> storage_;
  std::shared_ptr<HostAdapter> host_;
  std::shared_ptr<Clock> clock_;
  std::shared_ptr<LogSink> log_;
};

}  // namespace sso
