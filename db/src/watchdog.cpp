// SPDX-License-Identifier: Apache-2.0
#include "watchdog.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <utility>

#include "sso/error.h"
#include "sso/reason.h"

namespace sso::db {
namespace {

using std::chrono::steady_clock;

int duplicateOf(int socket) {
  const int copy = fcntl(socket, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) throw Error(ErrorCode::kStorage, reason::kStorage, "postgresql: no descriptor left for a connection");
  return copy;
}

/// Signals are for the threads of the application.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

Watchdog::~Watchdog() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

/// With the lock.
void Watchdog::startThread() {
  if (thread_.joinable()) return;
  const SignalsBlocked inTheNewThread;
  thread_ = std::thread([this] { run(); });
}

void Watchdog::run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    if (running_.empty()) {
      resting_ = true;
      wake_.wait(lock, [this] { return ending_ || !running_.empty(); });
      resting_ = false;
      continue;
    }
    Watch& first = *running_.front();
    if (const auto due = first.due_; steady_clock::now() < due) {
      wake_.wait_until(lock, due, [this] { return ending_; });  // by then the first may be another one
      continue;
    }
    shutdown(first.socket_, SHUT_RDWR);
    first.bitten_ = true;
    first.node_.splice(first.node_.begin(), running_, running_.begin());
  }
}

Watchdog::Watch::Watch(std::shared_ptr<Watchdog> owner, int socket)
    : owner_(std::move(owner)), socket_(duplicateOf(socket)) {}

Watchdog::Watch::~Watch() {
  stop();
  shutdown(socket_, SHUT_RDWR);
  close(socket_);
}

void Watchdog::Watch::start() {
  Watchdog& dog = *owner_;
  std::lock_guard lock(dog.mutex_);
  dog.startThread();
  if (node_.empty()) return;
  due_ = steady_clock::now() + dog.limit_;
  dog.running_.splice(dog.running_.end(), node_);
  if (dog.resting_) dog.wake_.notify_one();
}

void Watchdog::Watch::stop() noexcept {
  std::lock_guard lock(owner_->mutex_);
  if (!node_.empty()) return;
  // Never far from the front: no more are in use than the pool has connections.
  for (auto at = owner_->running_.begin(); at != owner_->running_.end(); ++at) {
    if (*at != this) continue;
    node_.splice(node_.begin(), owner_->running_, at);
    return;
  }
}

bool Watchdog::Watch::bitten() const noexcept {
  std::lock_guard lock(owner_->mutex_);
  return bitten_;
}

}  // namespace sso::db
