// SPDX-License-Identifier: Apache-2.0
#include "base/circuit_breaker.h"

namespace sso::detail {

bool CircuitBreaker::allows() {
  const std::lock_guard lock(mutex_);
  if (failures_ < kFailures) return true;
  if (clock_->steady() < closedUntil_) return false;
  closedUntil_ = clock_->steady() + kPause;
  return true;
}

void CircuitBreaker::succeeded() {
  const std::lock_guard lock(mutex_);
  failures_ = 0;
}

void CircuitBreaker::failed() {
  const std::lock_guard lock(mutex_);
  if (failures_ == kFailures) return;  // what was asked before it opened, or to see: the pause began then
  if (++failures_ == kFailures) closedUntil_ = clock_->steady() + kPause;
}

void CircuitBreaker::notAsked() {
  const std::lock_guard lock(mutex_);
  closedUntil_ = clock_->steady();
}

}  // namespace sso::detail
