// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "management/api_error.h"
#include "records.h"

namespace scalekit_simulator {

/// What a text may be; lengths count characters, not bytes.
struct TextRule {
  std::size_t min = 0, max = 256;
  const char* pattern = nullptr;  ///< ECMAScript, of the whole text; an empty text is exempt when min is 0.
};

/// Reads the members of a JSON object that a caller sent and gathers every violation: wrong type, wrong length, unknown
/// member. A null counts as not sent, and camelCase names are taken for snake_case ones, both as in proto3's JSON form
/// (CONTRACT.md 4.1). One per object; lives as long as the value it reads.
class FieldReader {
 public:
  using Json = nlohmann::json;
  /// `path`: what stands in front of a field's name in a violation, such as `organization`.
  FieldReader(const Json& value, std::string path, std::vector<FieldViolation>& violations);
  FieldReader(const FieldReader&) = delete;
  FieldReader& operator=(const FieldReader&) = delete;

  std::optional<std::string> text(const std::string& key, const TextRule& rule);
  /// Not sent is a violation as well; then empty.
  std::string requiredText(const std::string& key, const TextRule& rule);
  std::optional<std::string> oneOf(const std::string& key, const std::vector<std::string>& allowed);
  std::optional<bool> flag(const std::string& key);
  /// A whole number; also as a string, which is how 64-bit integers travel (CONTRACT.md 4.1).
  std::optional<long long> number(const std::string& key, long long low, long long high);
  std::optional<std::vector<std::string>> texts(const std::string& key, std::size_t maxItems, const TextRule& rule);
  /// Keys of 3 to 25 characters, values of 1 to 256 (CONTRACT.md 4.4).
  std::optional<Metadata> metadata(const std::string& key, std::size_t maxPairs);
  /// An object inside; null when not sent. The caller reads it with a FieldReader of its own.
  const Json* object(const std::string& key);
  /// The items of an array inside; null when not sent or too long.
  const Json* array(const std::string& key, std::size_t maxItems);

  std::string at(const std::string& key) const { return path_.empty() ? key : path_ + "." + key; }
  /// Beyond the first fifty none is noted: an answer must not grow with what somebody sends.
  void violation(const std::string& key, std::string description, std::string constraint);
  /// Notes every member that nobody asked for.
  void finish();

 private:
  const Json* find(const std::string& key);
  void checkText(const std::string& key, const std::string& value, const TextRule& rule);

  const Json& value_;
  std::string path_;
  std::vector<FieldViolation>& violations_;
  std::set<std::string> known_;
};

/// Throws INVALID_ARGUMENT with all of them, if there are any.
void throwIfAny(std::vector<FieldViolation> violations);

/// One name: throws INVALID_ARGUMENT for a value from the query that breaks the rule.
[[noreturn]] void throwViolation(std::string field, std::string description, std::string constraint);

std::size_t countCharacters(std::string_view utf8);
bool hasControlCharacter(std::string_view text);

}  // namespace scalekit_simulator
