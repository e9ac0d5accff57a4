// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "state.h"

/// Sessions of signed-in people, as the session routes of the management API show them. Call under the state's lock.
namespace scalekit_simulator {

/// How long a session lasts when the organization has no policy of its own: as long as a refresh token by default.
/// Scalekit's number is not published.
constexpr int kDefaultAbsoluteMinutes = 30 * 24 * 60;

/// Opens the session of a login. A user that the environment keeps under that address has signed in with it, and has
/// accepted an invitation that was waiting in the organization; true when there is such a user.
bool openSession(StateData& data, const Login& login, const std::string& clientId, const std::string& userAgent,
                 Instant now);

/// Something was done in the session: idle time counts from now. False when the session is over; a session that nobody
/// knows, as after a restart, is not.
bool touchSession(StateData& data, const std::string& sessionId, Instant now);

}  // namespace scalekit_simulator
