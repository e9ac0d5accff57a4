// SPDX-License-Identifier: Apache-2.0
#include "base/return_to.h"

#include "fuzz/fuzz_input.h"

/// The answer is the fallback or the candidate; an accepted candidate names no authority and cannot break a header.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using sso::fuzz::require;
  const std::string_view candidate = sso::fuzz::textOf(data, size);
  const std::vector<std::string> own{"/sso/callback", "/logout"};
  const std::string result = sso::detail::safeReturnTo(candidate, "/home", own);
  if (result == "/home") return 0;
  require(result == candidate, "no destination of its own making");
  require(result.size() <= 1024 && result[0] == '/', "a short absolute path");
  require(!result.starts_with("//") && !result.starts_with("/\\"), "no authority");
  for (const char c : result) require(c > 0x20 && c < 0x7F && c != '"' && c != '\\', "plain characters");
  // Without dots there is nothing for a browser to resolve: the path is the one that it will ask for.
  const bool resolved = result.find('.') == std::string::npos && result.find("%2") == std::string::npos;
  for (const auto& path : own) {
    const bool atOrBelow =
        result.starts_with(path) &&
        (result.size() == path.size() || std::string_view("/?#").find(result[path.size()]) != std::string_view::npos);
    require(!resolved || !atOrBelow, "no own path that would loop");
  }
  require(sso::detail::safeReturnTo(result, "/home", own) == result, "accepted once, accepted again");
  return 0;
}
