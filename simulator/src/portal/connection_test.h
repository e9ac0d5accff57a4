// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "context.h"
#include "http_message.h"
#include "portal/portal_request.h"

/// Testing a connection from the portal: the same sign-in page as a login, but nobody is signed in anywhere; the result
/// is kept with the connection and the claims are shown to the admin.
namespace scalekit_simulator {

/// POST .../test: leads to the sign-in page, or takes the outcome that a script queued.
HttpResponse startConnectionTest(const PortalRequest& request);

/// Ends the test that this request belongs to, with a person or with a code of CONTRACT.md 2.6, and leads back to the
/// portal. Only in the browser that began it.
struct TestOutcome {
  std::optional<Person> person;
  std::string error, description;
};
HttpResponse finishConnectionTest(Context& context, const HttpRequest& http, const AuthRequest& test,
                                  const TestOutcome& outcome);

/// Does the test belong to this browser's portal session?
bool isOwnTest(const HttpRequest& http, const AuthRequest& test);

}  // namespace scalekit_simulator
