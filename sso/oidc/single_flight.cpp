// SPDX-License-Identifier: Apache-2.0
#include "oidc/single_flight.h"

namespace sso::detail {

SingleFlight::Outcome SingleFlight::run(std::unique_lock<std::mutex>& lock, const std::function<void()>& fetch,
                                        const std::function<void()>& land, std::chrono::milliseconds patience) {
  if (flying_) return join(lock, patience);
  flying_ = true;
  lock.unlock();
  fetch();
  lock.lock();
  flying_ = false;
  ++flights_;
  land();
  landed_.notify_all();
  return Outcome::kLed;
}

SingleFlight::Outcome SingleFlight::join(std::unique_lock<std::mutex>& lock, std::chrono::milliseconds patience) {
  const std::uint64_t awaited = flights_;
  const bool landed = landed_.wait_for(lock, patience, [&] { return flights_ != awaited; });
  return landed ? Outcome::kJoined : Outcome::kTimedOut;
}

}  // namespace sso::detail
