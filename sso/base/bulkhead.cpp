// SPDX-License-Identifier: Apache-2.0
#include "base/bulkhead.h"

#include <utility>

#include "sso/error.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

/// Where this thread has its turn. One at a time: a process with two modules does not call one out of the other.
thread_local const Bulkhead* heldByThread = nullptr;

class BulkheadTransport : public HttpTransport {
 public:
  BulkheadTransport(std::shared_ptr<HttpTransport> transport, std::shared_ptr<Bulkhead> bulkhead)
      : transport_(std::move(transport)), bulkhead_(std::move(bulkhead)) {}

  HttpResponse send(const HttpRequest& request) override {
    const Bulkhead::Turn turn(bulkhead_.get());
    return transport_->send(request);
  }

 private:
  const std::shared_ptr<HttpTransport> transport_;
  const std::shared_ptr<Bulkhead> bulkhead_;
};

}  // namespace

Bulkhead::Turn::Turn(Bulkhead* bulkhead) : Turn(bulkhead, std::nothrow) {
  if (!granted_) throw Error(ErrorCode::kUpstreamUnavailable, reason::kUpstream, "too many wait for Scalekit");
}

Bulkhead::Turn::Turn(Bulkhead* bulkhead, std::nothrow_t) noexcept {
  if (bulkhead == nullptr || heldByThread == bulkhead) return;
  if (++bulkhead->waiting_ > bulkhead->most_) {
    --bulkhead->waiting_;
    granted_ = false;
    return;
  }
  taken_ = bulkhead;
  heldByThread = bulkhead;
}

Bulkhead::Turn::~Turn() {
  if (taken_ == nullptr) return;
  heldByThread = nullptr;
  --taken_->waiting_;
}

std::shared_ptr<HttpTransport> withinBulkhead(std::shared_ptr<HttpTransport> transport,
                                              std::shared_ptr<Bulkhead> bulkhead) {
  return std::make_shared<BulkheadTransport>(std::move(transport), std::move(bulkhead));
}

}  // namespace sso::detail
