// SPDX-License-Identifier: Apache-2.0
#include "base/base64url.h"

#include "fuzz/fuzz_input.h"

/// What decodes has one spelling, and what is encoded comes back.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sso::detail;
  const std::string_view text = sso::fuzz::textOf(data, size);
  if (const auto bytes = decodeBase64Url(text)) {
    sso::fuzz::require(encodeBase64Url(*bytes) == text, "a base64url value has one spelling");
  }
  if (const auto bytes = decodeBase64(text)) {
    sso::fuzz::require(encodeBase64(*bytes) == text, "a base64 value has one spelling");
  }
  sso::fuzz::require(decodeBase64Url(encodeBase64Url(text)) == text, "base64url round trip");
  sso::fuzz::require(decodeBase64(encodeBase64(text)) == text, "base64 round trip");
  return 0;
}
