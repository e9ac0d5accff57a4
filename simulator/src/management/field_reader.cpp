// SPDX-License-Identifier: Apache-2.0
#include "management/field_reader.h"

#include <algorithm>
#include <charconv>
#include <regex>

namespace scalekit_simulator {
namespace {

constexpr std::size_t kMaxViolations = 50;
constexpr std::size_t kMaxName = 128;  ///< Of an unknown member that an answer repeats.

std::string camelCase(const std::string& name) {
  std::string out;
  bool upper = false;
  for (const char c : name) {
    if (c == '_') {
      upper = true;
    } else {
      out.push_back(upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
      upper = false;
    }
  }
  return out;
}

std::optional<long long> wholeNumber(const nlohmann::json& value) {
  if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    return number > 0x7FFF'FFFF'FFFF'FFFFULL ? std::nullopt : std::optional(static_cast<long long>(number));
  }
  if (value.is_number_integer()) return value.get<long long>();
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  long long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

}  // namespace

std::size_t countCharacters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool hasControlCharacter(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

FieldReader::FieldReader(const Json& value, std::string path, std::vector<FieldViolation>& violations)
    : value_(value), path_(std::move(path)), violations_(violations) {
  if (!value_.is_object()) violation("", "value must be an object", "type.object");
}

void FieldReader::violation(const std::string& key, std::string description, std::string constraint) {
  if (violations_.size() >= kMaxViolations) return;
  violations_.push_back({key.empty() ? path_ : at(key), std::move(description), std::move(constraint)});
}

const nlohmann::json* FieldReader::find(const std::string& key) {
  known_.insert(key);
  known_.insert(camelCase(key));
  if (!value_.is_object()) return nullptr;
  const auto exact = value_.find(key);
  const auto camel = value_.find(camelCase(key));
  if (exact != value_.end() && camel != value_.end() && exact != camel) violation(key, "value is sent twice", "unique");
  const auto found = exact != value_.end() ? exact : camel;
  return found == value_.end() || found->is_null() ? nullptr : &*found;
}

void FieldReader::checkText(const std::string& key, const std::string& value, const TextRule& rule) {
  const std::size_t length = countCharacters(value);
  if (length < rule.min) {
    violation(key, "value length must be at least " + std::to_string(rule.min) + " characters", "string.min_len");
  } else if (length > rule.max) {
    violation(key, "value length must be at most " + std::to_string(rule.max) + " characters", "string.max_len");
  } else if (hasControlCharacter(value)) {
    violation(key, "value must not hold control characters", "string.printable");
  } else if (rule.pattern != nullptr && !value.empty() && !std::regex_match(value, std::regex(rule.pattern))) {
    violation(key, std::string("value does not match regex pattern `") + rule.pattern + "`", "string.pattern");
  }
}

std::optional<std::string> FieldReader::text(const std::string& key, const TextRule& rule) {
  const Json* member = find(key);
  if (member == nullptr) return std::nullopt;
  if (!member->is_string()) {
    violation(key, "value must be a string", "type.string");
    return std::nullopt;
  }
  auto value = member->get<std::string>();
  checkText(key, value, rule);
  return value;
}

std::string FieldReader::requiredText(const std::string& key, const TextRule& rule) {
  if (find(key) == nullptr) violation(key, "value is required", "required");
  return text(key, rule).value_or("");
}

std::optional<std::string> FieldReader::oneOf(const std::string& key, const std::vector<std::string>& allowed) {
  auto value = text(key, {});
  if (value && std::find(allowed.begin(), allowed.end(), *value) == allowed.end()) {
    std::string list;
    for (const auto& choice : allowed) list += (list.empty() ? "" : ", ") + choice;
    violation(key, "value must be in list [" + list + "]", "string.in");
  }
  return value;
}

std::optional<bool> FieldReader::flag(const std::string& key) {
  const Json* member = find(key);
  if (member == nullptr) return std::nullopt;
  if (member->is_boolean()) return member->get<bool>();
  violation(key, "value must be true or false", "type.bool");
  return std::nullopt;
}

std::optional<long long> FieldReader::number(const std::string& key, long long low, long long high) {
  const Json* member = find(key);
  if (member == nullptr) return std::nullopt;
  const auto value = wholeNumber(*member);
  if (!value) {
    violation(key, "value must be a whole number", "type.integer");
  } else if (*value < low || *value > high) {
    violation(key, "value must be " + std::to_string(low) + " to " + std::to_string(high), "integer.range");
  }
  return value;
}

std::optional<std::vector<std::string>> FieldReader::texts(const std::string& key, std::size_t maxItems,
                                                           const TextRule& rule) {
  const Json* items = array(key, maxItems);
  if (items == nullptr) return std::nullopt;
  std::vector<std::string> values;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const std::string name = key + "[" + std::to_string(i) + "]";
    if (!(*items)[i].is_string()) {
      violation(name, "value must be a string", "type.string");
      continue;
    }
    values.push_back((*items)[i].get<std::string>());
    checkText(name, values.back(), rule);
  }
  return values;
}

std::optional<Metadata> FieldReader::metadata(const std::string& key, std::size_t maxPairs) {
  const Json* member = object(key);
  if (member == nullptr) return std::nullopt;
  if (member->size() > maxPairs) {
    violation(key, "map must be at most " + std::to_string(maxPairs) + " entries", "map.max_pairs");
    return std::nullopt;
  }
  Metadata values;
  for (const auto& [name, value] : member->items()) {
    const std::size_t length = countCharacters(name);
    const std::string field = key + "[\"" + name + "\"]";
    if (length < 3 || length > 25 || hasControlCharacter(name)) {
      violation(key, "map keys must be 3 to 25 characters", "map.keys");
    } else if (!value.is_string()) {
      violation(field, "value must be a string", "type.string");
    } else {
      values[name] = value.get<std::string>();
      checkText(field, values[name], {1, 256});
    }
  }
  return values;
}

const nlohmann::json* FieldReader::object(const std::string& key) {
  const Json* member = find(key);
  if (member == nullptr || member->is_object()) return member;
  violation(key, "value must be an object", "type.object");
  return nullptr;
}

const nlohmann::json* FieldReader::array(const std::string& key, std::size_t maxItems) {
  const Json* member = find(key);
  if (member == nullptr) return nullptr;
  if (!member->is_array()) {
    violation(key, "value must be an array", "type.array");
  } else if (member->size() > maxItems) {
    violation(key, "value must contain no more than " + std::to_string(maxItems) + " item(s)", "repeated.max_items");
  } else {
    return member;
  }
  return nullptr;
}

void FieldReader::finish() {
  if (!value_.is_object()) return;
  for (const auto& [key, unused] : value_.items()) {
    static_cast<void>(unused);
    if (!known_.contains(key)) violation(key.size() > kMaxName ? "" : key, "there is no such field", "unknown");
  }
}

void throwIfAny(std::vector<FieldViolation> violations) {
  if (violations.empty()) return;
  std::string message = "validation error: " + violations.front().field + ": " + violations.front().description;
  throw invalidArgument(std::move(message), std::move(violations));
}

void throwViolation(std::string field, std::string description, std::string constraint) {
  std::string message = "validation error: " + field + ": " + description;
  throw invalidArgument(std::move(message), {{std::move(field), std::move(description), std::move(constraint)}});
}

}  // namespace scalekit_simulator
