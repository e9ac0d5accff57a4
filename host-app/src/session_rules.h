// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>

namespace hostapp {

/// How long a session lives (docs/CONFIG.md). ASVS 7.3.1, 7.3.2.
struct SessionRules {
  std::chrono::seconds idle{30 * 60};
  std::chrono::seconds absolute{12 * 60 * 60};
  std::chrono::seconds noteEvery{60};       ///< last_seen_at is written at most this often: no write per request
  std::chrono::seconds toleratedSkew{120};  ///< between the clocks of two instances
  int mostPerAccount = 20;
};

struct SessionTimes {
  std::int64_t createdAt = 0, lastSeenAt = 0, expiresAt = 0;
};

enum class SessionVerdict {
  kLive,
  kLiveNote,  ///< live, and the visit is to be noted
  kEnded,     ///< to be removed at once, so that a clock set back later revives nothing
};

/// Pure: is a session with these times alive at `now` (seconds since 1970)?
SessionVerdict judgeSession(const SessionTimes& times, std::int64_t now, const SessionRules& rules);

}  // namespace hostapp
