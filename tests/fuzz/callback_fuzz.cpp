// SPDX-License-Identifier: Apache-2.0
#include "fuzz/fuzz_input.h"
#include "login/callback_parameters.h"
#include "sso/utf8.h"

/// A callback query is refused as the browser's fault or gives clean text; what the audit trail gets of the provider's
/// words is short and harmless (SEC-CB-02, -06, -10).
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using sso::fuzz::require;
  const std::string_view query = sso::fuzz::textOf(data, size);
  try {
    const auto parameters = sso::detail::CallbackParameters::parse(query);
    for (const auto& text : {parameters.state, parameters.code, parameters.error, parameters.errorDescription}) {
      require(sso::isUtf8(text) && text.find_first_of(std::string_view("\0\r\n", 3)) == std::string::npos,
              "clean text");
    }
    if (sso::detail::isWellFormedCode(parameters.code)) {
      require(!parameters.code.empty() && parameters.code.size() <= 2048, "a bounded code");
      for (const char c : parameters.code) require(c >= 0x20 && c <= 0x7E, "a printable code");
    }
    sso::detail::providerError(parameters.error);
  } catch (const sso::Error& error) {
    require(error.code() == sso::ErrorCode::kInvalidRequest && !error.reason().empty(), "refused with a reason");
  }
  const std::string cleaned = sso::detail::cleanedForAudit(query);
  require(sso::hasNoControls(cleaned) && cleaned.size() <= 200, "at most 200 harmless characters");
  return 0;
}
