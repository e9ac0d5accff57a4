// SPDX-License-Identifier: Apache-2.0
#include "login/sealed_fields.h"

#include <charconv>

#include "sso/error.h"
#include "sso/reason.h"

namespace sso::detail {

std::string joinFields(std::string_view version, std::initializer_list<std::string_view> fields) {
  std::string text(version);
  for (const auto field : fields) {
    if (field.find('\n') != std::string_view::npos) {
      throw Error(ErrorCode::kInternal, reason::kInternal, "line break in a field to seal");
    }
    text += '\n';
    text += field;
  }
  return text;
}

std::optional<std::vector<std::string>> splitFields(std::string_view text, std::string_view version,
                                                    std::size_t count) {
  std::vector<std::string> fields;
  fields.reserve(count + 1);
  for (;;) {
    const auto end = text.find('\n');
    fields.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  if (fields.size() != count + 1 || fields.front() != version) return std::nullopt;
  fields.erase(fields.begin());
  return fields;
}

std::optional<long long> parseInteger(std::string_view text) {
  long long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace sso::detail
