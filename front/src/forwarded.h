// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace sso::front::detail {

/// What the proxies along a request's way wrote, the one nearest to us last.
struct ForwardedWay {
  std::vector<std::string> clients = {};  ///< whom each was asked by; an address without port, or anything else
  std::string proto = {};                 ///< what the nearest one was asked by; empty when it does not say
};

/// Forwarded by RFC 7239 4, all lines of it joined by commas. Optional spaces and tabs around "," and ";", as its own
/// examples have them. What is malformed anywhere says nothing at all: the way is then one client without an address.
ForwardedWay parseForwarded(std::string_view list);
/// X-Forwarded-For and X-Forwarded-Proto, all lines of each joined by commas.
ForwardedWay parseXForwarded(std::string_view forList, std::string_view protoList);

}  // namespace sso::front::detail
