// SPDX-License-Identifier: Apache-2.0
#include "http/connection_pool.h"

#include <algorithm>
#include <optional>

namespace sso::detail {

std::unique_ptr<Connection> ConnectionPool::take(const std::string& origin) {
  for (;;) {
    std::unique_ptr<Connection> candidate;
    bool expired = false;
    {
      std::lock_guard lock(mutex_);
      auto& connections = idle_[origin];
      if (connections.empty()) return nullptr;
      candidate = std::move(connections.back().connection);
      expired = connections.back().until <= clock_->steady();
      connections.pop_back();
    }
    // Looked at, and closed where dead, without the lock.
    if (!expired && candidate->idle()) return candidate;
  }
}

void ConnectionPool::give(const std::string& origin, std::unique_ptr<Connection> connection,
                          std::optional<std::chrono::seconds> promised) {
  const auto age = std::min(kMaxIdleAge, promised ? *promised - kMargin : kMaxIdleAge);
  if (age <= std::chrono::seconds::zero()) return;
  std::vector<Idle> leaving;  // closed after the lock is released
  const auto now = clock_->steady();
  std::lock_guard lock(mutex_);
  auto& connections = idle_[origin];
  const auto stale =
      std::stable_partition(connections.begin(), connections.end(), [&](const Idle& idle) { return idle.until > now; });
  std::move(stale, connections.end(), std::back_inserter(leaving));
  connections.erase(stale, connections.end());
  if (connections.size() >= kMaxIdle) {
    leaving.push_back(std::move(connections.front()));
    connections.erase(connections.begin());
  }
  connections.push_back({std::move(connection), now + age});
}

}  // namespace sso::detail
