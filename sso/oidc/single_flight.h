// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>

#include "base/bulkhead.h"

namespace sso::detail {

/// One fetch at a time, however many threads want what it brings. The owner's mutex guards everything but the fetch
/// itself, so a slow server delays only those who have nothing else to use.
class SingleFlight {
 public:
  enum class Outcome {
    kLed,       ///< this thread fetched
    kJoined,    ///< another one did, and has finished
    kTimedOut,  ///< another one still does; or as many wait as may, and this thread did not
  };
  /// bulkhead: where those who wait take turns; null: as many as like.
  explicit SingleFlight(std::shared_ptr<Bulkhead> bulkhead = nullptr) : bulkhead_(std::move(bulkhead)) {}
  /// Called with the owner's lock held. fetch runs without it, land with it again; what fetch throws passes through,
  /// and land is left out then. The others wait for at most patience, and not beyond
  /// the TimeBudget of their own request.
  Outcome run(std::unique_lock<std::mutex>& lock, const std::function<void()>& fetch, const std::function<void()>& land,
              std::chrono::milliseconds patience);
  /// With the lock held: is somebody fetching?
  bool busy() const { return flying_; }
  /// Waits for that one.
  Outcome join(std::unique_lock<std::mutex>& lock, std::chrono::milliseconds patience);

 private:
  class Flight;
  std::shared_ptr<Bulkhead> bulkhead_;
  std::condition_variable landed_;
  std::uint64_t flights_ = 0;
  bool flying_ = false;
};

}  // namespace sso::detail
