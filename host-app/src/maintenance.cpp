// SPDX-License-Identifier: Apache-2.0
#include "maintenance.h"

#include "sso/error.h"

namespace hostapp {

Maintenance::Maintenance(std::shared_ptr<const Parts> parts, std::chrono::seconds every)
    : parts_(std::move(parts)), every_(every), thread_([this] { loop(); }) {}

Maintenance::~Maintenance() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Maintenance::loop() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, every_, [this] { return stopping_; })) {
    lock.unlock();
    runOnce();
    lock.lock();
  }
}

void Maintenance::runOnce() noexcept {
  try {
    const auto removedSessions = parts_->sessions->prune();
    const auto removedKeys = parts_->storage->replays().pruneExpired(parts_->clock->now());
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
