// SPDX-License-Identifier: Apache-2.0
#include "base/cookies.h"

#include "fuzz/fuzz_input.h"
#include "sso/error.h"

namespace {

std::size_t timesNamed(std::string_view header, std::string_view name) {
  std::size_t times = 0;
  for (std::size_t at = header.find(name); at != std::string_view::npos; at = header.find(name, at + 1)) ++times;
  return times;
}

}  // namespace

/// Every cookie that is read stands in the header, in printable bytes, without a separator in its name; and what we set
/// is one line that comes back as it was.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sso::detail;
  using sso::fuzz::require;
  const std::string_view header = sso::fuzz::textOf(data, size);
  const auto cookies = parseCookieHeader(header);
  require(cookies.size() <= 100, "at most 100 cookies");
  if (!cookies.empty()) {
    const std::string& name = cookies.begin()->first;
    const std::string twice = std::string(header) + "; " + name + "=other";
    require(!parseCookieHeader(twice).contains(name), "a name sent twice is left out");
  }
  for (const auto& [name, value] : cookies) {
    require(!name.empty() && timesNamed(header, name) >= 1, "a name that was sent");
    require(name.find_first_of(";=") == std::string::npos && value.find(';') == std::string::npos, "split at ';'");
    for (const char c : name + value) require(c >= 0x20 && c <= 0x7E, "printable bytes");
    try {
      const std::string set = toSetCookie({.name = name, .value = value});
      require(set.find_first_of("\r\n") == std::string::npos, "Set-Cookie is one line");
      require(parseCookieHeader(set.substr(0, set.find(';'))) == decltype(cookies){{name, value}}, "round trip");
    } catch (const sso::Error& error) {
      require(error.code() == sso::ErrorCode::kInternal, "what browsers send and we may not set");
    }
  }
  return 0;
}
