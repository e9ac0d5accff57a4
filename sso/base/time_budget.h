// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <memory>

#include "sso/http_types.h"
#include "sso/runtime.h"

namespace sso::detail {

/// What one incoming request may wait for Scalekit in all. Discovery, code exchange, keys and connections, each with
/// its repetitions and its waits for what another thread fetches, share one absolute deadline (SECURITY 0: 12 s per
/// login; N7): with a limit for each of them alone a callback could take the sum.
///
/// Begun at the module's door, on the thread that serves the request, and looked up where something waits: nothing that
/// is called in between can forget to pass it on. Nested, the sooner deadline counts. To be a local variable.
class TimeBudget {
 public:
  TimeBudget(const Clock& clock, std::chrono::milliseconds total);
  ~TimeBudget();
  TimeBudget(const TimeBudget&) = delete;
  TimeBudget& operator=(const TimeBudget&) = delete;

  /// The shorter of these and what is left on this thread, zero when nothing is; most, outside of any request.
  static std::chrono::milliseconds atMost(std::chrono::milliseconds most);

 private:
  std::chrono::milliseconds left() const;

  const Clock& clock_;
  const TimeBudget* const outer_;
  const std::chrono::steady_clock::time_point end_;
};

/// The transport with every exchange cut to the budget of the request that it is for. With nothing left nothing is
/// sent: Error(kUpstreamUnavailable). Thread-safe.
std::shared_ptr<HttpTransport> withinBudget(std::shared_ptr<HttpTransport> transport);

}  // namespace sso::detail
