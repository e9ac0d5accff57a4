// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "connection.h"

namespace sso::front::detail {

/// Threads for requests, started when there is nobody to take one, and a queue with an end. Thread-safe.
class WorkerPool {
 public:
  using Job = std::shared_ptr<Connection>;

  /// work: must not throw.
  WorkerPool(std::size_t threads, std::size_t maxQueued, std::function<void(const Job&)> work);
  /// Waits for jobs that run; drops those that wait.
  ~WorkerPool();

  /// False when the queue is full, or the pool is closed. Out of a job, with nobody waiting, the same thread takes it
  /// next: no other has to wake.
  bool submit(Job job);
  /// Half of the threads at least have nothing to do, and nobody waits.
  bool plenty() const;
  /// Nothing begins any more, what waits is dropped; idle threads end.
  void close();
  /// Waits until no job runs; false when that takes longer.
  bool waitUntilIdle(TimePoint until);
  std::size_t waiting() const;
  std::size_t running() const;

 private:
  void run();
  bool startThread();

  const std::size_t maxThreads_, maxQueued_;
  const std::function<void(const Job&)> work_;
  mutable std::mutex mutex_;
  std::condition_variable wanted_, rested_;
  std::deque<Job> queue_;
  std::vector<std::thread> threads_;
  std::size_t idle_ = 0, running_ = 0;
  bool closed_ = false;
};

}  // namespace sso::front::detail
