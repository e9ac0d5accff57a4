// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "sso/http_types.h"

namespace sso::detail {

/// True when the answer's Content-Type is this media type, whatever its parameters (RFC 9110 8.3.1).
bool hasMediaType(const HttpResponse& response, std::string_view mediaType);

/// A status that is no success: Error(kUpstreamUnavailable) for 429 and 5xx, which may pass, else
/// Error(kUpstreamRejected). what: a fixed text; nothing of the answer but its status is repeated.
[[noreturn]] void throwBadStatus(const HttpResponse& response, std::string_view reason, const std::string& what,
                                 std::string_view hint = {});

/// The environment answered with something that cannot be used: Error(kUpstreamRejected). detail: a fixed text.
[[noreturn]] void rejectAnswer(std::string_view detail);

/// A GET for a public document of the environment.
HttpRequest documentRequest(const std::string& url, std::chrono::milliseconds timeout);

}  // namespace sso::detail
