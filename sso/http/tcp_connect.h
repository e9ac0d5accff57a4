// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <Poco/Net/IPAddress.h>
#include <Poco/Net/StreamSocket.h>

#include <cstdint>
#include <string>
#include <vector>

#include "http/deadline.h"

namespace sso::detail {

/// "[::1]" to "::1": what resolvers and certificates know.
std::string bareHost(const std::string& host);

/// A connected, non-blocking socket to one of these addresses. Tries them in turn, each with its share of the time, so
/// that a dead one cannot use all of it up. Throws Error(kUpstreamUnavailable) or a Poco exception of the last one.
Poco::Net::StreamSocket connectToAny(const std::vector<Poco::Net::IPAddress>& addresses, std::uint16_t port,
                                     const Deadline& deadline);

}  // namespace sso::detail
