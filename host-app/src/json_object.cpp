// SPDX-License-Identifier: Apache-2.0
#include "json_object.h"

namespace hostapp {
namespace {

/// RFC 8259 section 7: quotation mark, reverse solidus and what lies below U+0020 must be escaped.
void appendQuoted(std::string& out, std::string_view value) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  out += '"';
  std::size_t written = 0;  // of value: what needs no escape goes over in one piece
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto byte = static_cast<unsigned char>(value[i]);
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    out.append(value, written, i - written).append(1, '\\');
    written = i + 1;
    if (byte < 0x20) {
      out.append("u00").append(1, kDigits[byte >> 4U]).append(1, kDigits[byte & 0x0FU]);
    } else {
      out += value[i];
    }
  }
  out.append(value, written).append(1, '"');
}

}  // namespace

void JsonObject::begin(std::string_view name) {
  if (text_.size() > 1) text_ += ',';
  text_.append(1, '"').append(name).append("\":");
}

JsonObject& JsonObject::text(std::string_view name, std::string_view value) {
  begin(name);
  appendQuoted(text_, value);
  return *this;
}

JsonObject& JsonObject::number(std::string_view name, std::int64_t value) {
  begin(name);
  text_ += std::to_string(value);
  return *this;
}

JsonObject& JsonObject::truth(std::string_view name, bool value) {
  begin(name);
  text_ += value ? "true" : "false";
  return *this;
}

JsonObject& JsonObject::object(std::string_view name, const JsonObject& value) {
  begin(name);
  text_.append(value.text_).append(1, '}');
  return *this;
}

JsonObject& JsonObject::null(std::string_view name) {
  begin(name);
  text_ += "null";
  return *this;
}

}  // namespace hostapp
