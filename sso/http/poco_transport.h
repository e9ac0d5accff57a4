// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "sso/http_types.h"
#include "sso/options.h"
#include "sso/runtime.h"

namespace sso {

/// The production transport: HTTP/1.1 over Poco's sockets, TLS 1.2 and up with strict certificate and host-name
/// verification, system CAs, kept connections, an absolute deadline per exchange, strict framing (no truncated,
/// unframed or oversized body counts as an answer), no redirects, no decompression (SECURITY 5, items 7, 8, 15).
/// Thread-safe.
std::shared_ptr<HttpTransport> makePocoTransport(const SsoOptions& options, std::shared_ptr<Clock> clock);

}  // namespace sso
