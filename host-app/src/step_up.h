// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "stores/session_store.h"

/// Pages that decide who can get in demand a fresh authentication of whoever came in through the company's sign-in:
/// an identity provider lets people back in from a session of its own that may be hours old, at a screen that somebody
/// left unlocked.
namespace hostapp {

constexpr std::int64_t kFreshForSeconds = 600;

/// The company's sign-in was asked to authenticate this person again, at most ten minutes ago. A session that began
/// with a password is fresh: there is no identity provider to ask.
bool isFresh(const sessions::SignedIn& who, std::int64_t now);

/// The same for what moves accounts: a session that began with a password counts for ten minutes, too.
bool isRecent(const sessions::SignedIn& who, std::int64_t now);

/// Where the person authenticates again and comes back from to this path of ours.
std::string stepUpPath(const sessions::SignedIn& who, std::string_view loginPath, std::string_view returnTo);

}  // namespace hostapp
