// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "sso/http_types.h"
#include "sso/scalekit/api_error.h"

namespace sso::detail {

/// Reads an answer that is no success, in any of the shapes of CONTRACT.md 4.2: the status of the gRPC gateway, the
/// bare ErrorInfo, the OAuth error. A body that is none of these, or hostile, leaves only the status. Never throws but
/// for memory.
scalekit::ApiError apiErrorOf(std::string_view operation, const HttpResponse& response);

}  // namespace sso::detail
