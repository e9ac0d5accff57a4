// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "sso/error.h"
#include "sso/reason.h"

/// The two ways in which an exchange with Scalekit fails (sso/http_types.h, HttpTransport).
namespace sso::detail {

/// No complete answer came in time, it was cut off, or the peer could not be verified.
inline Error upstreamUnavailable(std::string_view detail, std::string_view hint = {}) {
  return Error(ErrorCode::kUpstreamUnavailable, reason::kUpstream, detail, hint);
}

/// The answer broke HTTP, or a limit of ours.
inline Error upstreamRejected(std::string_view detail) {
  return Error(ErrorCode::kUpstreamRejected, reason::kUpstream, detail);
}

/// The peer closed or reset the connection: on a kept one, the request may never have been seen.
class ConnectionLost : public Error {
 public:
  explicit ConnectionLost(std::string_view detail)
      : Error(ErrorCode::kUpstreamUnavailable, reason::kUpstream, detail) {}
};

}  // namespace sso::detail
