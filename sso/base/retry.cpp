// SPDX-License-Identifier: Apache-2.0
#include "base/retry.h"

#include <algorithm>
#include <random>
#include <thread>

#include "base/time_budget.h"
#include "sso/error.h"

namespace sso::detail {
namespace {

using std::chrono::milliseconds;

bool worthAnotherTry(const HttpResponse& response) { return response.status == 429 || response.status >= 500; }

/// Spreads the tries of many instances; nothing secret hangs on it.
double systemJitter() {
  std::minstd_rand engine(std::random_device{}());
  return std::uniform_real_distribution<double>(0.0, 1.0)(engine);
}

void systemSleep(milliseconds pause) { std::this_thread::sleep_for(pause); }

class Tries {
 public:
  Tries(HttpTransport& transport, const HttpRequest& request, const Clock& clock, const RetryPlan& plan)
      : transport_(transport),
        request_(request),
        clock_(clock),
        plan_(plan),
        end_(clock.steady() + TimeBudget::atMost(request.timeout)) {}

  HttpResponse run() {
    for (;; ++tried_) {
      request_.timeout = left();
      try {
        HttpResponse response = transport_.send(request_);
        if (!worthAnotherTry(response) || !pause(retryAfterOf(response).value_or(std::chrono::seconds::zero())))
          return response;
      } catch (const Error& error) {
        if (error.code() != ErrorCode::kUpstreamUnavailable || !pause(milliseconds::zero())) throw;
      }
    }
  }

 private:
  milliseconds left() const { return std::chrono::duration_cast<milliseconds>(end_ - clock_.steady()); }

  /// False when there is no try left, or no time for one.
  bool pause(milliseconds atLeast) {
    if (!request_.safeToRepeat || tried_ + 1 >= plan_.maxTries) return false;
    const auto wait = std::max(atLeast, plan_.pauseAfter(tried_ + 1));
    if (wait >= left()) return false;
    plan_.rest(wait);
    return left() > milliseconds::zero();
  }

  HttpTransport& transport_;
  HttpRequest request_;
  const Clock& clock_;
  const RetryPlan& plan_;
  const std::chrono::steady_clock::time_point end_;
  int tried_ = 0;
};

}  // namespace

std::optional<std::chrono::seconds> retryAfterOf(const HttpResponse& response) {
  const auto value = response.header("retry-after");
  const bool digits = !value.empty() && value.size() <= 6 &&
                      std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return std::nullopt;
  return std::chrono::seconds(std::stol(std::string(value)));
}

milliseconds RetryPlan::pauseAfter(int tried) const {
  const auto most = firstPause * (1 << (tried - 1));
  const double share = jitter ? jitter() : systemJitter();
  return milliseconds(static_cast<long>(share * static_cast<double>(most.count())));
}

void RetryPlan::rest(milliseconds pause) const { sleep ? sleep(pause) : systemSleep(pause); }

HttpResponse sendRepeatedly(HttpTransport& transport, const HttpRequest& request, const Clock& clock,
                            const RetryPlan& plan) {
  const Bulkhead::Turn turn(plan.bulkhead.get());
  return Tries(transport, request, clock, plan).run();
}

}  // namespace sso::detail
