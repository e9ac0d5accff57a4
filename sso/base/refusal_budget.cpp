// SPDX-License-Identifier: Apache-2.0
#include "base/refusal_budget.h"

#include <algorithm>
#include <utility>

namespace sso::detail {

RefusalBudget::RefusalBudget(std::uint32_t perMinute, std::shared_ptr<Clock> clock)
    : perMinute_(perMinute), clock_(std::move(clock)), tokens_(perMinute_), filledAt_(clock_->steady()) {}

bool RefusalBudget::take() {
  const std::lock_guard lock(mutex_);
  fill();
  if (tokens_ < 1) {
    ++suppressed_;
    return false;
  }
  tokens_ -= 1;
  return true;
}

std::uint64_t RefusalBudget::takeSuppressed() {
  const std::lock_guard lock(mutex_);
  return std::exchange(suppressed_, 0);
}

void RefusalBudget::fill() {
  const auto now = clock_->steady();
  const std::chrono::duration<double, std::ratio<60>> minutes = now - filledAt_;
  tokens_ = std::min(perMinute_, tokens_ + minutes.count() * perMinute_);
  filledAt_ = now;
}

}  // namespace sso::detail
