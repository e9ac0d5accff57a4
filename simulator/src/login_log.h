// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "context.h"
#include "http_message.h"

/// The authentication log: each login that somebody tries, newest first, a bounded number (CONTRACT.md 4.10).
namespace scalekit_simulator {

/// A valid authorization request has arrived: INITIATED. Returns the entry's id, for AuthRequest::attemptId.
std::string noteAttempt(Context& context, const AuthRequest& request);

/// What became of it: PENDING while the person is asked, then SUCCESS or FAILED. An entry that was pushed out of the
/// log meanwhile stays out.
void settleAttempt(Context& context, const std::string& attemptId, std::string_view status, const std::string& email);

/// A login that failed before there was a request: the authorization request was refused, or an app tile started it.
void noteFailure(Context& context, const std::string& clientId, const std::string& connectionId,
                 const std::string& email);

}  // namespace scalekit_simulator
