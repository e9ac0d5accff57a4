// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "context.h"

/// Sessions of signed-in people, as the session routes of the management API show them.
namespace scalekit_simulator {

/// How long a session lasts when the organization has no policy of its own. Scalekit's default is not published.
constexpr int kDefaultAbsoluteMinutes = 7 * 24 * 60;

}  // namespace scalekit_simulator
