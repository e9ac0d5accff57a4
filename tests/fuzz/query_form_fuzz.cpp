// SPDX-License-Identifier: Apache-2.0
#include "fuzz/fuzz_input.h"
#include "sso/error.h"
#include "sso/http_types.h"
#include "sso/utf8.h"

/// Input: a name, NUL, a query. Values that are accepted are clean text, and encoding them again changes nothing.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using sso::fuzz::require;
  sso::fuzz::Parts parts(sso::fuzz::textOf(data, size));
  const std::string_view name = parts.next();
  const std::string_view query = parts.rest();
  try {
    const auto parameters = sso::Parameters::parse(query);
    const auto value = parameters.single(name);
    require(value.has_value() == parameters.has(name), "single and has agree");
    if (!value) return 0;
    require(sso::isUtf8(*value) && value->size() <= 8192, "bounded UTF-8");
    for (const char c : *value) require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F, "no control byte");
    const std::string again = sso::percentEncode(name) + "=" + sso::percentEncode(*value);
    require(sso::Parameters::parse(again).single(name) == value, "percent encoding round trip");
  } catch (const sso::Error& error) {
    require(error.code() == sso::ErrorCode::kInvalidRequest, "refused as the client's fault");
  }
  return 0;
}
