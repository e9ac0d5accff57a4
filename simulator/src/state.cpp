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
  portalLinks.sweep(now);
  portalSessions.sweep(now);
  sessions.sweep(now);
}

std::optional<NextOutcome> StateData::takeNext() {
  if (next.empty()) return std::nullopt;
  NextOutcome outcome = std::move(next.front());
  next.pop_front();
  return outcome;
}

void StateData::revokeGrant(const std::string& grantId, Instant now) {
  const Grant* grant = grants.find(grantId, now);
  if (grant == nullptr) return;
  for (const auto& jti : grant->accessTokenIds) revokedTokens.put(jti, true, now + std::chrono::hours(24));
  grants.erase(grantId);
}

void StateData::endLogins(const std::function<bool(const Login&)>& which, std::string_view status, Instant now) {
  std::vector<std::string> ended;
  grants.forEach([&](const std::string& id, const Grant& grant, Instant) {
    if (which(grant.login)) ended.push_back(id);
  });
  for (const auto& id : ended) revokeGrant(id, now);
  std::vector<std::string> waiting;
  codes.forEach([&](const std::string& digest, const Code& code, Instant) {
    if (which(code.login)) waiting.push_back(digest);
  });
  for (const auto& digest : waiting) codes.erase(digest);
  browsers.forEach([&](const std::string&, BrowserSession& browser, Instant) {
    std::erase_if(browser, [&](const auto& entry) { return which(entry.second.login); });
  });
  const EpochSeconds at = now.time_since_epoch().count();
  sessions.forEach([&](const std::string&, UserSession& session, Instant) {
    if (!session.open(at) || !which(session.login)) return;
    session.status = status;
    session.updatedAt = at;
    session.endedAt = at;
  });
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
