// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>

#include "sso/runtime.h"

namespace sso::detail {

/// How many refusals may be written down of those that anybody can cause, at any speed: the log and the audit trail
/// must not grow with them (SEC-LG-09). A token bucket of this process: a minute's worth at once, filled evenly; what
/// does not fit is counted, so that written and counted together are exact. Three numbers, however long a storm lasts.
/// Thread-safe.
class RefusalBudget {
 public:
  RefusalBudget(std::uint32_t perMinute, std::shared_ptr<Clock> clock);
  /// May one more be written down? When not, it is counted.
  bool take();
  /// How many were only counted since this was last asked.
  std::uint64_t takeSuppressed();

 private:
  void fill();

  const double perMinute_;
  std::shared_ptr<Clock> clock_;
  std::mutex mutex_;
  double tokens_;
  std::chrono::steady_clock::time_point filledAt_;
  std::uint64_t suppressed_ = 0;
};

}  // namespace sso::detail
