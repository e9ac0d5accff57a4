// SPDX-License-Identifier: Apache-2.0
#include "worker_pool.h"

#include <system_error>
#include <utility>

namespace sso::front::detail {
namespace {

/// The pool whose thread this is, and what it does next.
thread_local struct {
  WorkerPool* pool = nullptr;
  WorkerPool::Job next = nullptr;
} ofThread;

}  // namespace

WorkerPool::WorkerPool(std::size_t threads, std::size_t maxQueued, std::function<void(const Job&)> work)
    : maxThreads_(threads), maxQueued_(maxQueued), work_(std::move(work)) {}

WorkerPool::~WorkerPool() {
  close();
  for (std::thread& thread : threads_) thread.join();
}

bool WorkerPool::submit(Job job) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    if (ofThread.pool == this && !ofThread.next && queue_.empty()) {
      ofThread.next = std::move(job);
      return true;
    }
    if (queue_.size() >= idle_ && !startThread() && queue_.size() >= maxQueued_ + idle_) return false;
    queue_.push_back(std::move(job));
  }
  wanted_.notify_one();
  return true;
}

/// With mutex_ held. False when there are as many as there may be, or the system has none left; the others go on.
bool WorkerPool::startThread() {
  if (threads_.size() >= maxThreads_) return false;
  try {
    threads_.emplace_back([this] { run(); });
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

void WorkerPool::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    queue_.clear();
  }
  wanted_.notify_all();
}

bool WorkerPool::plenty() const {
  const std::lock_guard lock(mutex_);
  return queue_.empty() && running_ <= maxThreads_ / 2;
}

std::size_t WorkerPool::waiting() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

std::size_t WorkerPool::running() const {
  const std::lock_guard lock(mutex_);
  return running_;
}

bool WorkerPool::waitUntilIdle(TimePoint until) {
  std::unique_lock lock(mutex_);
  return rested_.wait_until(lock, until, [this] { return running_ == 0; });
}

void WorkerPool::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    wanted_.wait(lock, [this] { return closed_ || !queue_.empty(); });
    --idle_;
    if (queue_.empty()) return;
    Job job = std::move(queue_.front());
    queue_.pop_front();
    ++running_;
    lock.unlock();
    ofThread.pool = this;
    while (job) {
      work_(job);
      job = std::exchange(ofThread.next, nullptr);
    }
    lock.lock();
    if (--running_ == 0) rested_.notify_all();
  }
}

}  // namespace sso::front::detail
