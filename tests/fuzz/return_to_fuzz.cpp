// SPDX-License-Identifier: Apache-2.0
#include "base/return_to.h"

#include <cctype>
#include <string>

#include "fuzz/fuzz_input.h"

namespace {

/// The path of a return path, dots written out; every escape must be whole.
std::string plainPath(const std::string& accepted) {
  using sso::fuzz::require;
  std::string path;
  for (std::size_t i = 0; i < accepted.size(); ++i) {
    const auto digit = [&](std::size_t at) { return std::isxdigit(static_cast<unsigned char>(accepted[at])) != 0; };
    require(accepted[i] != '%' || (i + 2 < accepted.size() && digit(i + 1) && digit(i + 2)), "whole escapes");
    const bool dot = accepted.compare(i, 3, "%2e") == 0 || accepted.compare(i, 3, "%2E") == 0;
    path += dot ? '.' : accepted[i];
    if (dot) i += 2;
  }
  return path.substr(0, path.find_first_of("?#"));
}

}  // namespace

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
  const std::string path = plainPath(result);
  require((path + "/").find("/./") == std::string::npos && (path + "/").find("/../") == std::string::npos,
          "nothing for a browser to resolve");
  for (const auto& refused : own) require(!(path + "/").starts_with(refused + "/"), "no own path that would loop");
  require(sso::detail::safeReturnTo(result, "/home", own) == result, "accepted once, accepted again");
  return 0;
}
