// SPDX-License-Identifier: Apache-2.0
#include "connection_pool.h"

#include "sso/error.h"
#include "sso/reason.h"

namespace sso::db {
namespace {

using std::chrono::steady_clock;

// A server that refuses at once may be asked again at once. One that does not answer costs each asker the connect
// timeout: after such a failure the others are refused for a moment, so that nobody waits for more than one.
constexpr auto kSlowFailure = std::chrono::milliseconds(500);
constexpr auto kRefuseAfterSlowFailure = std::chrono::milliseconds(500);

}  // namespace

Lease::~Lease() {
  if (connection_) pool_->giveBack(std::move(connection_), generation_);
}

ConnectionPool::ConnectionPool(std::unique_ptr<Connector> connector, std::size_t size,
                               std::chrono::milliseconds leaseTimeout)
    : connector_(std::move(connector)), size_(size), leaseTimeout_(leaseTimeout) {
  idle_.reserve(size);  // giveBack must not throw
}

Lease ConnectionPool::lease() {
  Idle idle = take();
  try {
    if (idle.connection) idle.connection->startClock();
    if (idle.connection && idle.connection->isUsable()) {
      return Lease(*this, std::move(idle.connection), idle.generation);
    }
    idle.connection.reset();
    return connect();
  } catch (...) {
    release();
    throw;
  }
}

ConnectionPool::Idle ConnectionPool::take() {
  std::unique_ptr<Connection> outdated;  // closed after the lock is gone
  std::unique_lock lock(mutex_);
  if (!freed_.wait_for(lock, leaseTimeout_, [this] { return lent_ < size_; })) {
    throw Error(ErrorCode::kStorage, reason::kStorage, "pool: no connection became free in time");
  }
  ++lent_;
  if (idle_.empty()) return {nullptr, generation_};
  Idle idle = std::move(idle_.back());
  idle_.pop_back();
  if (idle.generation != generation_) outdated = std::move(idle.connection);
  return idle;
}

Lease ConnectionPool::connect() {
  const auto begun = steady_clock::now();
  std::uint64_t generation = 0;
  {
    std::lock_guard lock(mutex_);
    if (begun < refuseUntil_) throw Error(ErrorCode::kStorage, reason::kStorage, "pool: the server does not answer");
    generation = generation_;
  }
  try {
    auto connection = connector_->connect();
    connection->startClock();
    return Lease(*this, std::move(connection), generation);
  } catch (...) {
    const auto now = steady_clock::now();
    if (now - begun >= kSlowFailure) {
      std::lock_guard lock(mutex_);
      refuseUntil_ = now + kRefuseAfterSlowFailure;
    }
    throw;
  }
}

void ConnectionPool::giveBack(std::unique_ptr<Connection> connection, std::uint64_t generation) noexcept {
  const bool wrongServer = connection->session().readOnlyServer();
  const bool clean = connection->makeClean();
  connection->stopClock();
  const bool silentServer = connection->cutOff();
  if (!clean || silentServer) connection.reset();
  {
    std::lock_guard lock(mutex_);
    --lent_;
    if ((wrongServer || silentServer) && generation == generation_) ++generation_;
    if (connection && generation == generation_) idle_.push_back({std::move(connection), generation});
  }
  freed_.notify_one();
}

void ConnectionPool::release() noexcept {
  {
    std::lock_guard lock(mutex_);
    --lent_;
  }
  freed_.notify_one();
}

}  // namespace sso::db
