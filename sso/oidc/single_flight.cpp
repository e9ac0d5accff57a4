// SPDX-License-Identifier: Apache-2.0
#include "oidc/single_flight.h"

#include "base/time_budget.h"

namespace sso::detail {

/// While it lives, one thread fetches without the lock. However that ends, the lock is held again and nobody waits for
/// a fetch that is over: an exception must not stop all fetches that come after it.
class SingleFlight::Flight {
 public:
  Flight(SingleFlight& owner, std::unique_lock<std::mutex>& lock) : owner_(owner), lock_(lock) {
    owner_.flying_ = true;
    lock_.unlock();
  }
  ~Flight() {
    lock_.lock();
    owner_.flying_ = false;
    ++owner_.flights_;
    owner_.landed_.notify_all();
  }
  Flight(const Flight&) = delete;
  Flight& operator=(const Flight&) = delete;

 private:
  SingleFlight& owner_;
  std::unique_lock<std::mutex>& lock_;
};

SingleFlight::Outcome SingleFlight::run(std::unique_lock<std::mutex>& lock, const std::function<void()>& fetch,
                                        const std::function<void()>& land, std::chrono::milliseconds patience) {
  if (flying_) return join(lock, patience);
  // Before the others wait for it: their turns must not be the last ones.
  const Bulkhead::Turn turn(bulkhead_.get(), std::nothrow);
  if (!turn.granted()) return Outcome::kTimedOut;
  {
    const Flight flight(*this, lock);
    fetch();
  }
  land();  // those who wait are woken, and go on when the lock is free
  return Outcome::kLed;
}

SingleFlight::Outcome SingleFlight::join(std::unique_lock<std::mutex>& lock, std::chrono::milliseconds patience) {
  const Bulkhead::Turn turn(bulkhead_.get(), std::nothrow);
  if (!turn.granted()) return Outcome::kTimedOut;
  const std::uint64_t awaited = flights_;
  const bool landed = landed_.wait_for(lock, TimeBudget::atMost(patience), [&] { return flights_ != awaited; });
  return landed ? Outcome::kJoined : Outcome::kTimedOut;
}

}  // namespace sso::detail
