// SPDX-License-Identifier: Apache-2.0
#include "base/strict_json.h"
#include "sso/utf8.h"

#include <algorithm>

#include "fuzz/fuzz_input.h"
#include "sso/error.h"

namespace {

std::size_t depthOf(const nlohmann::json& value) {
  std::size_t deepest = 0;
  if (!value.is_structured()) return 0;
  for (const auto& child : value) deepest = std::max(deepest, depthOf(child));
  return deepest + 1;
}

}  // namespace

/// What is accepted is what a lenient parser reads too, within the bounds; the rest is refused as the sender's fault.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sso::detail;
  using sso::fuzz::require;
  const std::string_view text = sso::fuzz::textOf(data, size);
  try {
    const auto document = parseStrictJson(text, {.maxBytes = 4096, .maxDepth = 8});
    require(size <= 4096 && depthOf(document) <= 8, "bounded size and depth");
    require(sso::isUtf8(text) && text.find('\0') == std::string_view::npos, "UTF-8 without NUL");
    require(document == nlohmann::json::parse(text), "the same document");
    require(document.is_null() || parseStrictJson(document.dump()) == document, "round trip");
    if (!document.is_object()) return 0;
    for (const auto& [name, value] : document.items()) {
      const int kinds = (stringMember(document, name) ? 1 : 0) + (integerMember(document, name) ? 1 : 0) +
                        (booleanMember(document, name) ? 1 : 0) + (stringsMember(document, name) ? 1 : 0);
      require(kinds <= 1, "a member has one type");
      require(stringMember(document, name).has_value() == value.is_string(), "strings are read");
    }
  } catch (const sso::Error& error) {
    require(error.code() == sso::ErrorCode::kUpstreamRejected, "refused as the sender's fault");
  }
  return 0;
}
