// SPDX-License-Identifier: Apache-2.0
#include "fuzz/fuzz_input.h"
#include "sso/runtime.h"
#include "sso/utf8.h"

/// Whatever is logged, it is one line of printable UTF-8 that fits into an atomic write (SEC-LG-02, SEC-LG-05).
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  sso::fuzz::Parts parts(sso::fuzz::textOf(data, size));
  sso::LogEvent event;
  event.name = parts.next();
  while (!parts.rest().empty()) {
    const std::string_view key = parts.next();
    event.fields.emplace_back(key, std::string(parts.next()));
  }
  event.fields.emplace_back("all", std::string(sso::fuzz::textOf(data, size)));
  const std::string line = sso::formatLogLine(event, sso::fromEpochSeconds(0));
  sso::fuzz::require(sso::isUtf8(line) && sso::hasNoControls(line), "one printable line");
  sso::fuzz::require(line.size() < 4096, "fits into an atomic write");
  return 0;
}
