// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "base/bulkhead.h"
#include "sso/http_types.h"
#include "sso/runtime.h"

namespace sso::detail {

/// How something that is safe to repeat is repeated. The two functions are for tests; null means the real thing.
struct RetryPlan {
  int maxTries = 3;
  std::chrono::milliseconds firstPause{100};  ///< doubles with each try; full jitter below it
  std::function<void(std::chrono::milliseconds)> sleep = nullptr;
  std::function<double()> jitter = nullptr;  ///< in [0, 1)
  /// Where all of it, the pauses included, is one turn; null: no limit.
  std::shared_ptr<Bulkhead> bulkhead = nullptr;

  /// How long to wait before another try, tried being the number of those made: anything from nothing to the doubled
  /// pause, so that those who collided once do not meet again.
  std::chrono::milliseconds pauseAfter(int tried) const;
  void rest(std::chrono::milliseconds pause) const;
};

/// Retry-After in seconds (RFC 9110 10.2.3), at most six digits; nullopt when it is absent or a date, which would need
/// a clock that we share with the server.
std::optional<std::chrono::seconds> retryAfterOf(const HttpResponse& response);

/// Sends it until an answer is neither 429 nor 5xx, at most maxTries times, and never past request.timeout and the
/// caller's TimeBudget in total: a pause that does not fit (Retry-After: 3600) ends the tries at once with what came
/// last (SEC-MG-02, SEC-TR-01). Throws what the last try threw. Only for requests whose repetition changes nothing (RFC
/// 9110 9.2.2), which the caller says by setting safeToRepeat; others are sent once.
HttpResponse sendRepeatedly(HttpTransport& transport, const HttpRequest& request, const Clock& clock,
                            const RetryPlan& plan = {});

}  // namespace sso::detail
