// SPDX-License-Identifier: Apache-2.0
#include "scalekit/access_token_cache.h"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>

#include "base/digest.h"
#include "base/time_budget.h"
#include "oidc/provider_metadata.h"
#include "scalekit/machine_token.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace sso::detail {

using std::chrono::seconds;
using SteadyTime = std::chrono::steady_clock::time_point;

namespace {

/// A token that lasts shorter than this is not begun with: it would expire on its way.
constexpr seconds kMargin{5};
/// After a failed renewal the old token serves on, and the next try waits.
constexpr seconds kRenewalPause{5};
/// For another caller's fetch, when this one has no TimeBudget.
constexpr seconds kLongestWait{30};

struct HeldToken {
  Secret value;
  SteadyTime renewAt, unusableAt;
};

}  // namespace

struct AccessTokenCache::State {
  SsoOptions options;
  std::shared_ptr<HttpTransport> transport;
  std::shared_ptr<ProviderMetadata> metadata;
  std::shared_ptr<Clock> clock;
  RetryPlan retries;

  std::mutex mutex;
  std::condition_variable fetched;
  std::optional<HeldToken> held;
  bool fetching = false;
  std::uint64_t fetches = 0;       ///< finished ones, so that a waiter knows its own from the next
  std::exception_ptr lastFailure;  ///< of the last finished fetch; null when it succeeded

  /// Without the lock: nobody waits for the network but those who need its answer.
  HeldToken fetch() const {
    const auto request = machineTokenRequest(options, metadata->endpoints()->token);
    MachineToken token = readMachineToken(sendRepeatedly(*transport, request, *clock, retries));
    const auto now = clock->steady();
    return {std::move(token.accessToken), now + token.lifetime * 9 / 10, now + token.lifetime - kMargin};
  }

  /// Called with the lock by the one thread that fetches; returns with the lock held.
  void fetchAndShare(std::unique_lock<std::mutex>& lock) {
    fetching = true;
    lock.unlock();
    std::optional<HeldToken> fresh;
    std::exception_ptr failure;
    try {
      fresh = fetch();
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    if (fresh) held = std::move(fresh);
    if (failure && held) held->renewAt = clock->steady() + kRenewalPause;
    lastFailure = failure;
    fetching = false;
    ++fetches;
    fetched.notify_all();
  }

  bool usable() const { return held && clock->steady() < held->unusableAt; }
};

AccessTokenCache::AccessTokenCache(const SsoOptions& options, std::shared_ptr<HttpTransport> transport,
                                   std::shared_ptr<ProviderMetadata> metadata, std::shared_ptr<Clock> clock,
                                   RetryPlan retries)
    : state_(std::make_unique<State>()) {
  state_->options = options;
  state_->transport = std::move(transport);
  state_->metadata = std::move(metadata);
  state_->clock = std::move(clock);
  state_->retries = std::move(retries);
}

AccessTokenCache::~AccessTokenCache() = default;

Secret AccessTokenCache::token() {
  State& state = *state_;
  std::unique_lock lock(state.mutex);
  if (state.usable()) {
    const bool due = state.clock->steady() >= state.held->renewAt;
    if (due && !state.fetching) state.fetchAndShare(lock);
    if (state.usable()) return state.held->value;  // the fresh one, or the old one while it lasts
  }
  if (state.fetching) {
    const auto awaited = state.fetches + 1;
    const Bulkhead::Turn turn(state.retries.bulkhead.get());
    if (!state.fetched.wait_for(lock, TimeBudget::atMost(kLongestWait), [&] { return state.fetches >= awaited; })) {
      throw Error(ErrorCode::kUpstreamUnavailable, reason::kUpstream, "another request still fetches the token");
    }
  } else {
    state.fetchAndShare(lock);
  }
  if (state.usable()) return state.held->value;
  if (state.lastFailure) std::rethrow_exception(state.lastFailure);
  throw Error(ErrorCode::kUpstreamRejected, reason::kTokenResponse, "token was refused at once");
}

void AccessTokenCache::refused(const Secret& token) {
  std::lock_guard lock(state_->mutex);
  auto& held = state_->held;
  if (held && equalsConstantTime(held->value.reveal(), token.reveal())) held.reset();
}

}  // namespace sso::detail
