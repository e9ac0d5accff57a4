// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "context.h"
#include "http_message.h"

namespace scalekit_simulator {

/// /api/v1/...: the part of the management API that a login needs (CONTRACT.md 4.4 to 4.6), for bearers of a machine
/// token. Everything else answers 501 in the shape of CONTRACT.md 4.2.
HttpResponse managementApi(Context& context, const HttpRequest& http);

}  // namespace scalekit_simulator
