// SPDX-License-Identifier: Apache-2.0
#include "maintenance.h"

#include "audit_trail.h"
#include "in_transaction.h"
#include "password_sessions.h"
#include "sso/dormancy.h"
#include "sso/error.h"

namespace hostapp {
namespace {

constexpr std::size_t kUnusedInARound = 200;  // a transaction each

}  // namespace

Maintenance::Maintenance(std::shared_ptr<const Parts> parts, std::chrono::seconds every)
    : parts_(std::move(parts)), every_(every), thread_([this] { loop(); }) {}

Maintenance::~Maintenance() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
  try {
    tellLimitedTries();
  } catch (const std::exception&) {
    parts_->log->write({sso::LogLevel::kWarning, "app.maintenance.failed", {{"error", "internal"}}});
  }
}

void Maintenance::loop() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, every_, [this] { return stopping_; })) {
    lock.unlock();
    runOnce();
    lock.lock();
  }
}

void Maintenance::tellLimitedTries() {
  const auto tries = parts_->limits->takeLimitedTries();
  if (tries == 0) return;
  parts_->log->write({sso::LogLevel::kWarning, "app.sign_in.limited", {{"tries", std::to_string(tries)}}});
  sso::AuditEvent event;
  event.name = "app.sign_in.limited";
  event.details = {{"tries", std::to_string(tries)}};
  event.at = parts_->clock->now();
  recordAlone(*parts_, event);
}

void Maintenance::tellSharedRates() {
  if (const auto refused = parts_->ssoLimits->takeRefused()) {
    parts_->log->write({sso::LogLevel::kWarning, "app.sso.limited", {{"tries", std::to_string(refused)}}});
  }
  if (!parts_->rates) return;
  parts_->rates->prune(sso::toEpochSeconds(parts_->clock->now()));
  // What one instance counted by itself: its own limits held.
  if (const auto failures = parts_->rates->takeFailures()) {
    parts_->log->write({sso::LogLevel::kWarning, "app.limits.unshared", {{"times", std::to_string(failures)}}});
  }
}

bool Maintenance::stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void Maintenance::endSessionsOfClosedSignIns() {
  std::vector<sessions::Opener> openers;
  parts_->database->withSession([&](sso::db::Session& session) { openers = sessions::openersInUse(session); });
  for (const auto& opener : openers) {
    if (stopping()) return;  // each may ask Scalekit
    if (parts_->sso->admits(opener.organizationId, opener.connectionId)) continue;
    std::int64_t ended = 0;
    inTransaction(*parts_->storage, [&](sso::UnitOfWork& work, sso::db::Session& session) {
      ended = sessions::endOpenedBy(session, opener.organizationId, opener.connectionId);
      if (ended == 0) return;  // another instance was here first
      sso::AuditEvent event;
      event.name = "app.sessions.ended";
      event.reason = "sign_in_closed";
      event.organizationId = opener.organizationId;
      event.connectionId = opener.connectionId;
      event.details = {{"sessions", std::to_string(ended)}};
      event.at = parts_->clock->now();
      parts_->storage->audit().record(work, event);
    });
    if (ended == 0) continue;
    parts_->log->write({sso::LogLevel::kInfo,
                        "app.sessions.ended",
                        {{"reason", "sign_in_closed"},
                         {"org", opener.organizationId},
                         {"connection", opener.connectionId},
                         {"sessions", std::to_string(ended)}}});
  }
}

void Maintenance::endPasswordSessionsWhereRefused() {
  std::vector<std::string> tenants;
  parts_->database->withSession(
      [&](sso::db::Session& session) { tenants = sessions::tenantsWithPasswordSessions(session); });
  for (const auto& tenant : tenants) {
    if (stopping()) return;
    const auto route = parts_->sso->routeForTenant(tenant);
    if (!route.passwordAllowed) endPasswordSessions(*parts_, tenant, route.organizationId);
  }
}

void Maintenance::lockUnusedAccounts() {
  if (stopping()) return;
  const auto round = parts_->sso->dormancy().run(kUnusedInARound);
  if (round.told + round.deactivated + round.failed == 0) return;
  parts_->log->write({sso::LogLevel::kInfo,
                      "app.accounts.unused",
                      {{"told", std::to_string(round.told)},
                       {"locked", std::to_string(round.deactivated)},
                       {"failed", std::to_string(round.failed)}}});
}

void Maintenance::runOnce() noexcept {
  try {
    if (parts_->certificate) parts_->certificate->renew();
    tellLimitedTries();
    tellSharedRates();
    const auto removedSessions = parts_->sessions->prune();
    const auto removedKeys = parts_->storage->replays().pruneExpired(parts_->clock->now());
    endSessionsOfClosedSignIns();
    endPasswordSessionsWhereRefused();
    lockUnusedAccounts();
    parts_->log->write({sso::LogLevel::kDebug,
                        "app.maintenance.completed",
                        {{"sessions", std::to_string(removedSessions)}, {"replay_keys", std::to_string(removedKeys)}}});
  } catch (const sso::Error& error) {
    // The next round tries again; what has run out is refused whether its row is there or not.
    parts_->log->write({sso::LogLevel::kWarning, "app.maintenance.failed", {{"error", std::string(error.name())}}});
  } catch (const std::exception&) {
    parts_->log->write({sso::LogLevel::kWarning, "app.maintenance.failed", {{"error", "internal"}}});
  }
}

}  // namespace hostapp
