// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "context.h"
#include "http_message.h"

namespace scalekit_simulator {

/// /api/v1/...: the management API (CONTRACT.md 4) for bearers of a machine token of the environment. The routes stand
/// in management/, one room per kind of object. What has no route answers 501 in the shape of CONTRACT.md 4.2.
HttpResponse managementApi(Context& context, const HttpRequest& http);

}  // namespace scalekit_simulator
