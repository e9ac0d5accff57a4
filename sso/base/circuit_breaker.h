// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <memory>
#include <mutex>

#include "sso/runtime.h"

namespace sso::detail {

/// Stops asking a service that does not answer: after 3 failures in a row, one question in 3 s is let through to see
/// whether it is back (R-01: quick answers while Scalekit is away, recovery within 5 s). Thread-safe.
class CircuitBreaker {
 public:
  static constexpr int kFailures = 3;
  static constexpr std::chrono::seconds kPause{3};

  explicit CircuitBreaker(std::shared_ptr<Clock> clock) : clock_(std::move(clock)) {}

  /// May this caller ask? While open, true for one caller per pause.
  bool allows();
  void succeeded();
  void failed();
  /// Whoever was let through has not asked after all: the next one may.
  void notAsked();

 private:
  std::shared_ptr<Clock> clock_;
  std::mutex mutex_;
  int failures_ = 0;
  std::chrono::steady_clock::time_point closedUntil_;
};

}  // namespace sso::detail
