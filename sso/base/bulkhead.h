// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstddef>
#include <memory>
#include <new>

#include "sso/http_types.h"
#include "sso/runtime.h"

namespace sso::detail {

/// How many threads may wait for Scalekit at a time (SsoOptions::maxWaiting): while it is slow, the others go on
/// serving what does not need it. Whoever waits has a turn - for an exchange of its own, or for what another
/// thread fetches; whoever gets none is answered at once instead. Lock-free, thread-safe.
class Bulkhead {
 public:
  explicit Bulkhead(std::size_t most) : most_(most) {}
  Bulkhead(const Bulkhead&) = delete;
  Bulkhead& operator=(const Bulkhead&) = delete;

  std::size_t waiting() const { return waiting_; }

  /// This thread waits, as long as the turn lives. A thread that has a turn already needs no second one: nobody waits
  /// for himself. To be a local variable.
  class Turn {
   public:
    /// bulkhead: null where as many as like may wait. Throws Error(kUpstreamUnavailable) when too many do.
    explicit Turn(Bulkhead* bulkhead);
    /// The same, and granted() tells.
    Turn(Bulkhead* bulkhead, std::nothrow_t) noexcept;
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    bool granted() const { return granted_; }

   private:
    Bulkhead* taken_ = nullptr;  ///< to be given back
    bool granted_ = true;
  };

 private:
  const std::size_t most_;
  std::atomic<std::size_t> waiting_ = 0;
};

/// The transport with a turn for each exchange: Error(kUpstreamUnavailable) at once, and nothing sent, when there is
/// none. Thread-safe.
std::shared_ptr<HttpTransport> withinBulkhead(std::shared_ptr<HttpTransport> transport,
                                              std::shared_ptr<Bulkhead> bulkhead);

}  // namespace sso::detail
