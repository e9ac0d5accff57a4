// SPDX-License-Identifier: Apache-2.0
#include "sso/dormancy.h"

#include <algorithm>
#include <string>
#include <utility>

#include "identity/dormancy_rule.h"
#include "identity/run_unit_of_work.h"
#include "sso/error.h"

namespace sso {

Dormancy::Dormancy(std::shared_ptr<Storage> storage, std::shared_ptr<HostAdapter> host, std::shared_ptr<Clock> clock,
                   std::shared_ptr<LogSink> log)
    : storage_(std::move(storage)), host_(std::move(host)), clock_(std::move(clock)), log_(std::move(log)) {}

DormancyRound Dormancy::run(std::size_t limit) const {
  const std::size_t most = std::min(limit, kMostAtOnce);
  const auto due = storage_->dormancy().dueAccounts(clock_->now(), most);
  DormancyRound round;
  round.more = due.size() == most;
  for (const auto& one : due) {
    DormancyNotice notice;
    try {
      const auto step = consider(one, notice);
      if (step == Step::kTold) ++round.told;
      if (step == Step::kDeactivated) ++round.deactivated;
      if (step == Step::kTold) tell(notice);
    } catch (const Error& error) {
      ++round.failed;
      log_->write({LogLevel::kError,
                   "sso.dormancy.failed",
                   {{"org", one.organizationId}, {"reason", error.reason()}, {"detail", error.what()}}});
      postpone(one);  // so that it stands in nobody else's way; throws when it was the database that is away
    }
  }
  storage_->dormancy().forgetUntied();
  return round;
}

void Dormancy::restart(UnitOfWork& work, std::string_view tenantId, std::string_view accountId) const {
  storage_->dormancy().countFrom(work, tenantId, accountId, clock_->now());
}

Dormancy::Step Dormancy::consider(const UnusedAccount& due, DormancyNotice& notice) const {
  auto& store = storage_->dormancy();
  auto step = Step::kNothing;
  detail::runUnitOfWork(*storage_, [&](UnitOfWork& work) {
    step = Step::kNothing;
    const auto now = clock_->now();
    // The host's rows first, as wherever it changes them, so that nobody waits for each other crosswise.
    const bool held = host_->holdAccount(work, due.accountId, due.tenantId);
    if (!store.claimAccount(work, due.organizationId, due.accountId, now, now + kAgainAfter)) return;
    // Looked at again, now that nothing changes any more: the rule, the sign-ins, another instance's notice.
    if (const auto still = store.dueAccount(work, due.organizationId, due.accountId, now); held && still) {
      step = apply(work, *still, notice);
    }
    work.commit();
  });
  return step;
}

Dormancy::Step Dormancy::apply(UnitOfWork& work, const UnusedAccount& due, DormancyNotice& notice) const {
  const auto account = host_->findAccount(work, due.accountId, due.tenantId);
  if (!account || account->state != AccountState::kActive) return Step::kNothing;
  if (account->breakGlass || !account->mayBeDeactivated) return Step::kNothing;
  auto& store = storage_->dormancy();
  const auto now = clock_->now();
  UnusedAccount known = due;
  if (account->lastUsedAt && *account->lastUsedAt > known.lastUsedAt) {  // by other means than a sign-in of ours
    known.lastUsedAt = *account->lastUsedAt;
    store.countFrom(work, due.tenantId, due.accountId, known.lastUsedAt);
  }
  const auto limit = detail::dormantFrom(known.lastUsedAt, known.noticedAt, known.dormantAfterDays);
  if (!known.noticedAt || *known.noticedAt <= known.lastUsedAt) {
    if (now < limit - DormancyStore::kNotice) return Step::kNothing;
    store.noteNotice(work, due.organizationId, due.accountId, now);
    record(work, "sso.account.dormancy_noticed", known);
    notice = {due.accountId, due.tenantId, due.organizationId, known.lastUsedAt,
              detail::dormantFrom(known.lastUsedAt, now, known.dormantAfterDays)};
    return Step::kTold;
  }
  if (now < limit) return Step::kNothing;
  AccountChange change;
  change.state = AccountState::kSuspended;
  host_->updateAccount(work, due.accountId, due.tenantId, change);
  host_->endAllSessions(work, due.accountId);
  store.countFrom(work, due.tenantId, due.accountId, now);  // whoever restores it finds it with a new clock
  record(work, "sso.account.dormant", known);
  return Step::kDeactivated;
}

void Dormancy::postpone(const UnusedAccount& due) const {
  detail::runUnitOfWork(*storage_, [&](UnitOfWork& work) {
    const auto now = clock_->now();
    storage_->dormancy().claimAccount(work, due.organizationId, due.accountId, now, now + kAgainAfter);
    work.commit();
  });
}

void Dormancy::record(UnitOfWork& work, std::string_view name, const UnusedAccount& account) const {
  AuditEvent event;
  event.name = name;
  event.organizationId = account.organizationId;
  event.accountId = account.accountId;
  const auto unused = std::chrono::duration_cast<std::chrono::hours>(clock_->now() - account.lastUsedAt).count() / 24;
  event.details = {{"tenant", account.tenantId},
                   {"unused_days", std::to_string(unused)},
                   {"limit_days", std::to_string(account.dormantAfterDays)}};
  event.at = clock_->now();
  storage_->audit().record(work, event);
}

/// After the commit: what did not happen is told to nobody.
void Dormancy::tell(const DormancyNotice& notice) const {
  try {
    host_->onDormancyNotice(notice);
  } catch (const Error& error) {
    log_->write({LogLevel::kError,
                 "sso.notice.lost",
                 {{"org", notice.organizationId}, {"reason", error.reason()}, {"detail", error.what()}}});
  }
}

}  // namespace sso
