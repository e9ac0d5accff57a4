// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace hostapp {

/// Writes a JSON object (RFC 8259) straight into text, in the order of the calls, without a tree in between: for
/// answers that are asked for with every request, where building and printing a tree cost more than all else.
/// Names are literals of ours and are written as they are; the values must be well-formed UTF-8, as all text from the
/// database is.
///
///   JsonObject().text("id", id).object("role", JsonObject().text("name", name)).str()
class JsonObject {
 public:
  JsonObject& text(std::string_view name, std::string_view value);
  JsonObject& number(std::string_view name, std::int64_t value);
  JsonObject& truth(std::string_view name, bool value);
  JsonObject& object(std::string_view name, const JsonObject& value);
  JsonObject& null(std::string_view name);
  std::string str() const { return text_ + "}"; }

 private:
  void begin(std::string_view name);

  std::string text_ = "{";
};

}  // namespace hostapp
