// SPDX-License-Identifier: Apache-2.0
#include "session_rules.h"

namespace hostapp {

SessionVerdict judgeSession(const SessionTimes& times, std::int64_t now, const SessionRules& rules) {
  if (now >= times.expiresAt || now >= times.createdAt + rules.absolute.count()) return SessionVerdict::kEnded;
  if (now >= times.lastSeenAt + rules.idle.count()) return SessionVerdict::kEnded;
  // Seen in the future: the clock went back, and nobody can tell any more how long the session was idle (SEC-SE-07).
  if (times.lastSeenAt > now + rules.toleratedSkew.count()) return SessionVerdict::kEnded;
  return now - times.lastSeenAt >= rules.noteEvery.count() ? SessionVerdict::kLiveNote : SessionVerdict::kLive;
}

}  // namespace hostapp
