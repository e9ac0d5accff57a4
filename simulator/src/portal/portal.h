// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "context.h"
#include "http_message.h"

/// The admin portal (CONTRACT.md 5): what a customer's IT admin sees inside an iframe of the application, or in a tab
/// of their own.
namespace scalekit_simulator {

/// GET /magicLink/...: spends the link, opens a session, leads to the portal; else the failure page.
HttpResponse openPortal(Context& context, const HttpRequest& http);

/// /portal and everything below.
HttpResponse portal(Context& context, const HttpRequest& http);

}  // namespace scalekit_simulator
