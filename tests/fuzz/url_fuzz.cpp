// SPDX-License-Identifier: Apache-2.0
#include "base/url.h"

#include "fuzz/fuzz_input.h"

/// What is accepted, put together again, is the same URL; its origin is a fixed point and holds no user-info.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sso::detail;
  using sso::fuzz::require;
  const auto url = parseUrl(sso::fuzz::textOf(data, size));
  if (!url) return 0;
  const std::string origin = url->origin();
  require(url->path.starts_with('/') && url->port != 0, "path and port are filled in");
  require(origin.find_first_of("@\\#?% \t\r\n") == std::string::npos, "an origin of plain characters");
  const auto again = parseUrl(origin);
  require(again && again->origin() == origin && again->host == url->host && again->port == url->port, "fixed point");
  const auto whole = parseUrl(origin + url->path + (url->query.empty() ? "" : "?" + url->query));
  require(whole && whole->path == url->path && whole->query == url->query, "put together again");
  return 0;
}
