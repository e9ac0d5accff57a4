// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sso::db {

using Json = nlohmann::json;

/// Throws Error(kStorage) about what a column holds.
[[noreturn]] void refuseColumn(std::string_view column, std::string_view what);

/// An object without duplicate members (nlohmann alone would keep the last one; SECURITY 5, item 12).
Json parseObject(std::string_view column, std::string_view text);

/// Takes the members out one by one; what is left at the end is unknown.
class Members {
 public:
  Members(std::string_view column, Json object) : column_(column), object_(std::move(object)) {}
  bool boolean(const char* name) {
    const Json member = take(name);
    if (!member.is_boolean()) refuseColumn(column_, std::string(name) + " is no boolean");
    return member.get<bool>();
  }
  /// A member that rows of an earlier release do not have yet.
  std::uint32_t numberOr(const char* name, std::uint32_t absent) {
    if (!object_.contains(name)) return absent;
    const Json member = take(name);
    if (!member.is_number_unsigned() || member > std::numeric_limits<std::uint32_t>::max()) {
      refuseColumn(column_, std::string(name) + " is no number");
    }
    return member.get<std::uint32_t>();
  }
  std::int64_t number(const char* name) {
    const Json member = take(name);
    if (!member.is_number_integer() || (member.is_number_unsigned() && member > kMostSigned)) {
      refuseColumn(column_, std::string(name) + " is no number");
    }
    return member.get<std::int64_t>();
  }
  std::string text(const char* name) { return textOf(take(name)); }
  bool has(const char* name) const { return object_.contains(name); }
  std::vector<std::string> texts(const char* name) {
    const Json member = take(name);
    if (!member.is_array()) refuseColumn(column_, std::string(name) + " is no array");
    std::vector<std::string> values;
    for (const auto& entry : member) values.push_back(textOf(entry));
    return values;
  }
  /// Calls read with the Members of each object of an array.
  template <class Read>
  void objects(const char* name, Read read) {
    Json member = take(name);
    if (!member.is_array()) refuseColumn(column_, std::string(name) + " is no array");
    for (auto& entry : member) readObject(std::move(entry), read);
  }
  /// Calls read with the name and the Members of each member of an object.
  template <class Read>
  void objectsByName(const char* name, Read read) {
    Json member = take(name);
    if (!member.is_object()) refuseColumn(column_, std::string(name) + " is no object");
    for (auto& [key, entry] : member.items()) {
      readObject(std::move(entry), [&](Members& members) { read(key, members); });
    }
  }
  void requireNoMore() const {
    if (!object_.empty()) refuseColumn(column_, "unknown member");
  }

 private:
  static constexpr auto kMostSigned = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

  template <class Read>
  void readObject(Json entry, Read read) {
    if (!entry.is_object()) refuseColumn(column_, "a value is no object");
    Members members(column_, std::move(entry));
    read(members);
    members.requireNoMore();
  }
  Json take(const char* name) {
    const auto found = object_.find(name);
    if (found == object_.end()) refuseColumn(column_, std::string(name) + " is missing");
    Json member = std::move(*found);
    object_.erase(found);
    return member;
  }
  std::string textOf(const Json& value) const {
    if (!value.is_string()) refuseColumn(column_, "a value is no string");
    return value.get<std::string>();
  }
  std::string_view column_;
  Json object_;
};

}  // namespace sso::db
