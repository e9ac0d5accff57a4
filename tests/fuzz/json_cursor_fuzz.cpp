// SPDX-License-Identifier: Apache-2.0
#include "oidc/json_cursor.h"

#include <nlohmann/json.hpp>

#include "base/strict_json.h"
#include "fuzz/fuzz_input.h"
#include "sso/error.h"

namespace {

using nlohmann::json;
using Kind = sso::detail::JsonValue::Kind;

json read(sso::detail::JsonCursor& cursor) {
  const auto value = cursor.value();
  json out;
  std::string_view name;
  switch (value.kind) {
    case Kind::kBoolean:
      return value.boolean;
    case Kind::kInteger:
      return value.integer;
    case Kind::kString:
      return std::string(value.text);
    case Kind::kArray:
      out = json::array();
      while (cursor.nextElement()) out.push_back(read(cursor));
      return out;
    case Kind::kObject:
      out = json::object();
      while (cursor.nextMember(name)) {
        const std::string key(name);
        out[key] = read(cursor);
      }
      return out;
    case Kind::kNumber:  // not an integer of 64 bits: nobody reads its value
    case Kind::kNull:
    case Kind::kInvalid:
      break;
  }
  return nullptr;
}

/// The document as the cursor reports it: other numbers have no value there.
json withoutOtherNumbers(json document) {
  if (document.is_structured()) {
    for (auto& child : document) child = withoutOtherNumbers(std::move(child));
  }
  const bool tooLarge = document.is_number_unsigned() && document.get<std::uint64_t>() > std::uint64_t{INT64_MAX};
  return document.is_number_float() || tooLarge ? json(nullptr) : document;
}

}  // namespace

/// The two JSON readers of the library agree on what a document is and on what it says.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using sso::fuzz::require;
  const std::string_view text = sso::fuzz::textOf(data, size);
  if (size > 65536) return 0;
  std::string buffer(text);
  sso::detail::JsonCursor::SeenNames names;
  sso::detail::JsonCursor cursor(buffer, names);
  const json fast = read(cursor);
  const bool accepted = cursor.finished();
  try {
    const json strict = sso::detail::parseStrictJson(text);
    require(accepted, "what the builder accepts the cursor accepts");
    require(fast == withoutOtherNumbers(strict), "and reads the same");
  } catch (const sso::Error&) {
    require(!accepted, "what the builder refuses the cursor refuses");
  }
  return 0;
}
