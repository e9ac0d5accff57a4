// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>

#include "sso/runtime.h"

namespace sso::test {

/// Time that moves only when a test says so. Thread-safe.
class FakeClock : public Clock {
 public:
  explicit FakeClock(std::int64_t epochSeconds = 1'700'000'000) : millis_(epochSeconds * 1000) {}
  TimePoint now() const override { return TimePoint(std::chrono::milliseconds(millis_.load())); }
  std::chrono::steady_clock::time_point steady() const override {
    return std::chrono::steady_clock::time_point(std::chrono::milliseconds(steady_.load()));
  }
  void advance(std::chrono::milliseconds by) {
    millis_ += by.count();
    steady_ += by.count();
  }
  /// Sets the wall clock alone, as an administrator or NTP might.
  void jumpTo(std::int64_t epochSeconds) { millis_ = epochSeconds * 1000; }

 private:
  std::atomic<std::int64_t> millis_;
  std::atomic<std::int64_t> steady_{1'000'000};
};

}  // namespace sso::test
