// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "base/url.h"
#include "sso/http_types.h"

namespace sso::detail {

/// The bytes of one request (RFC 9112 3). Host, Content-Length, User-Agent and Connection are ours to write; a request
/// that names one of them, or holds a control byte in a header, throws Error(kInternal): request splitting.
std::string requestBytes(const HttpRequest& request, const Url& url);

}  // namespace sso::detail
