// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <chrono>

#include "http/upstream_error.h"

namespace sso::detail {

/// The moment at which an exchange is over, whatever it is doing. One deadline covers name lookup, connect, TLS
/// handshake, sending and reading. Threat: a peer that sends a byte before each read timeout pins a worker for ever
/// (SECURITY 5, item 7). Real time, not the injected Clock: sockets wait in real time.
class Deadline {
 public:
  explicit Deadline(std::chrono::milliseconds budget) : at_(std::chrono::steady_clock::now() + budget) {}

  /// What is left, at least 1 ms. Throws Error(kUpstreamUnavailable) when nothing is.
  std::chrono::milliseconds remaining() const {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(at_ - std::chrono::steady_clock::now());
    if (left <= std::chrono::milliseconds::zero()) throw upstreamUnavailable("no complete answer in time");
    return left;
  }
  /// The sooner of this deadline and one after this budget.
  Deadline within(std::chrono::milliseconds budget) const {
    Deadline sooner(budget);
    sooner.at_ = std::min(sooner.at_, at_);
    return sooner;
  }
  std::chrono::steady_clock::time_point at() const { return at_; }

 private:
  std::chrono::steady_clock::time_point at_;
};

}  // namespace sso::detail
