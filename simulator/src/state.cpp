// SPDX-License-Identifier: Apache-2.0
#include "state.h"

namespace scalekit_simulator {

void StateData::sweep(Instant now) {
  authRequests.sweep(now);
  codes.sweep(now);
  usedCodes.sweep(now);
  grants.sweep(now);
  refreshTokens.sweep(now);
  revokedTokens.sweep(now);
  browsers.sweep(now);
}

void StateData::revokeGrant(const std::string& grantId, Instant now) {
  const Grant* grant = grants.find(grantId, now);
  if (grant == nullptr) return;
  for (const auto& jti : grant->accessTokenIds) revokedTokens.put(jti, true, now + std::chrono::hours(24));
  grants.erase(grantId);
}

std::string IdSource::next(std::string_view prefix) {
  constexpr std::uint64_t kEpochMs = 1'640'995'200'000;  // 2022-01-01, so that numbers have 18 digits
  constexpr int kCounterBits = 22;
  const auto sinceEpoch = std::chrono::system_clock::now().time_since_epoch();
  const auto ms = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(sinceEpoch).count());
  const std::uint64_t fromClock = (ms - kEpochMs) << kCounterBits;
  std::uint64_t last = last_.load();
  std::uint64_t fresh = 0;
  do {
    fresh = fromClock > last ? fromClock : last + 1;
  } while (!last_.compare_exchange_weak(last, fresh));
  return std::string(prefix) + "_" + std::to_string(fresh);
}

}  // namespace scalekit_simulator
