// SPDX-License-Identifier: Apache-2.0
#include "base/strict_json.h"

#include <limits>

#include "sso/error.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

using nlohmann::json;

/// Builds the document while it is read and stops at the first thing we refuse. nlohmann's own parser keeps the last of
/// two members with one name and has no depth limit; its copy and dump recurse, so depth is a crash (SECURITY 5,
/// items 11 and 12).
class StrictBuilder : public nlohmann::json_sax<json> {
 public:
  explicit StrictBuilder(std::size_t maxDepth) : maxDepth_(maxDepth) {}

  bool null() override { return place(nullptr); }
  bool boolean(bool value) override { return place(value); }
  bool number_integer(number_integer_t value) override { return place(value); }
  bool number_unsigned(number_unsigned_t value) override { return place(value); }
  bool number_float(number_float_t value, const string_t& /*text*/) override { return place(value); }
  bool string(string_t& value) override { return place(std::move(value)); }
  bool binary(binary_t& /*value*/) override { return false; }  // not part of JSON text
  bool start_object(std::size_t /*size*/) override { return open(json::object()); }
  bool start_array(std::size_t /*size*/) override { return open(json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    const auto [member, inserted] = open_.back()->emplace(std::move(name), nullptr);
    if (!inserted) {
      duplicate_ = true;
      return false;
    }
    member_ = &*member;
    return true;
  }
  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) override {
    return false;  // the text of the error quotes the input: it goes nowhere
  }

  bool duplicate() const { return duplicate_; }
  json take() { return std::move(root_); }

 private:
  /// Puts a value where the document continues; the container around it does not change while it is open, so the
  /// pointers stay good.
  json* put(json value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    json& parent = *open_.back();
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return &parent.back();
    }
    *member_ = std::move(value);
    return member_;
  }
  bool place(json value) {
    put(std::move(value));
    return true;
  }
  bool open(json container) {
    if (open_.size() >= maxDepth_) return false;
    open_.push_back(put(std::move(container)));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  const std::size_t maxDepth_;
  json root_;
  std::vector<json*> open_;  // from the root to the innermost container
  json* member_ = nullptr;   // where the value of the last key goes
  bool duplicate_ = false;
};

[[noreturn]] void refuse(std::string_view why, std::string_view detail) {
  throw Error(ErrorCode::kUpstreamRejected, why, detail);
}

const json* member(const json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

}  // namespace

json parseStrictJson(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.maxBytes) refuse(reason::kMalformed, "JSON document too large");
  // RFC 8259 8.1: no byte order mark. nlohmann skips one, and takes a NUL for the end of the text.
  if (text.starts_with("\xEF\xBB\xBF")) refuse(reason::kMalformed, "JSON document begins with a byte order mark");
  if (text.find('\0') != std::string_view::npos) refuse(reason::kMalformed, "JSON document holds a NUL byte");

  StrictBuilder builder(limits.maxDepth);
  if (!json::sax_parse(text.begin(), text.end(), &builder)) {
    if (builder.duplicate()) refuse(reason::kJsonDuplicate, "a JSON member came twice");
    refuse(reason::kMalformed, "not JSON, or nested too deeply");
  }
  return builder.take();
}

std::optional<std::string> stringMember(const json& object, std::string_view name) {
  const json* value = member(object, name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return value->get_ref<const std::string&>();
}

std::optional<std::int64_t> integerMember(const json& object, std::string_view name) {
  const json* value = member(object, name);
  // 1e300 and 99999999999999999999 are floating-point here: converting them would be undefined (SECURITY 5, item 13).
  if (value == nullptr || !value->is_number_integer()) return std::nullopt;
  if (value->is_number_unsigned() &&
      value->get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return std::nullopt;
  }
  return value->get<std::int64_t>();
}

std::optional<bool> booleanMember(const json& object, std::string_view name) {
  const json* value = member(object, name);
  if (value == nullptr || !value->is_boolean()) return std::nullopt;
  return value->get<bool>();
}

std::optional<std::vector<std::string>> stringsMember(const json& object, std::string_view name) {
  const json* value = member(object, name);
  if (value == nullptr || !value->is_array()) return std::nullopt;
  std::vector<std::string> strings;
  strings.reserve(value->size());
  for (const json& element : *value) {
    if (!element.is_string()) return std::nullopt;
    strings.push_back(element.get_ref<const std::string&>());
  }
  return strings;
}

}  // namespace sso::detail
