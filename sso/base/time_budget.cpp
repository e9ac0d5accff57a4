// SPDX-License-Identifier: Apache-2.0
#include "base/time_budget.h"

#include <algorithm>
#include <utility>

#include "sso/error.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

using std::chrono::milliseconds;

thread_local const TimeBudget* current = nullptr;

class BudgetedTransport : public HttpTransport {
 public:
  explicit BudgetedTransport(std::shared_ptr<HttpTransport> transport) : transport_(std::move(transport)) {}

  HttpResponse send(const HttpRequest& request) override {
    const auto timeout = TimeBudget::atMost(request.timeout);
    if (timeout <= milliseconds::zero()) {
      throw Error(ErrorCode::kUpstreamUnavailable, reason::kUpstream, "no time left for this request");
    }
    if (timeout == request.timeout) return transport_->send(request);
    HttpRequest shorter = request;
    shorter.timeout = timeout;
    return transport_->send(shorter);
  }

 private:
  const std::shared_ptr<HttpTransport> transport_;
};

}  // namespace

TimeBudget::TimeBudget(const Clock& clock, milliseconds total)
    : clock_(clock), outer_(current), end_(clock.steady() + total) {
  current = this;
}

TimeBudget::~TimeBudget() { current = outer_; }

milliseconds TimeBudget::left() const {
  return std::max(std::chrono::ceil<milliseconds>(end_ - clock_.steady()), milliseconds::zero());
}

milliseconds TimeBudget::atMost(milliseconds most) {
  for (const TimeBudget* budget = current; budget != nullptr; budget = budget->outer_) {
    most = std::min(most, budget->left());
  }
  return most;
}

std::shared_ptr<HttpTransport> withinBudget(std::shared_ptr<HttpTransport> transport) {
  return std::make_shared<BudgetedTransport>(std::move(transport));
}

}  // namespace sso::detail
