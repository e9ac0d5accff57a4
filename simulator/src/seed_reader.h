// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "encoding.h"
#include "records.h"

/// How the parts of a seed file are read. For the seed_*.cpp files only.
namespace scalekit_simulator {

using Problems = std::vector<std::string>;

/// One JSON object being read: notes what is missing, of the wrong type or unknown, under its path.
class ObjectReader {
 public:
  ObjectReader(const nlohmann::json& value, std::string path, Problems& problems)
      : value_(value), path_(std::move(path)), problems_(problems) {
    if (!value_.is_object()) problem("", "must be an object");
  }
  ObjectReader(const ObjectReader&) = delete;
  ObjectReader& operator=(const ObjectReader&) = delete;
  /// What nobody asked for is most likely a typing error: say so instead of ignoring it.
  void finish() {
    if (!value_.is_object()) return;
    for (const auto& [key, unused] : value_.items()) {
      static_cast<void>(unused);
      if (!known_.contains(key)) problem(key, "is not a known member");
    }
  }

  std::string at(const std::string& key) const {
    if (key.empty()) return path_.empty() ? "(document)" : path_;
    return path_.empty() ? key : path_ + "." + key;
  }
  void problem(const std::string& key, const std::string& text) { problems_.push_back(at(key) + ": " + text); }

  const nlohmann::json* find(const std::string& key) {
    known_.insert(key);
    if (!value_.is_object()) return nullptr;
    const auto found = value_.find(key);
    return found == value_.end() ? nullptr : &*found;
  }
  std::string text(const std::string& key, const std::string& fallback = {}) {
    const nlohmann::json* member = find(key);
    if (member == nullptr) return fallback;
    if (member->is_string()) return member->get<std::string>();
    problem(key, "must be a string");
    return fallback;
  }
  std::string requiredText(const std::string& key) {
    if (find(key) == nullptr) problem(key, "is required");
    const std::string value = text(key);
    if (value.empty() && find(key) != nullptr) problem(key, "must not be empty");
    return value;
  }
  /// prefix_<digits>, at most 32 characters (CONTRACT.md 1.3).
  std::string id(const std::string& key, const std::string& prefixes) {
    const std::string value = requiredText(key);
    const std::regex form("(" + prefixes + ")_[0-9]+");
    if (!value.empty() && (!std::regex_match(value, form) || value.size() > 32)) {
      problem(key, "must be " + prefixes + "_<digits>, at most 32 characters");
    }
    return value;
  }
  std::string oneOf(const std::string& key, const std::set<std::string>& allowed, const std::string& fallback) {
    const std::string value = text(key, fallback);
    if (!allowed.contains(value)) {
      std::string list;
      for (const auto& choice : allowed) list += (list.empty() ? "" : ", ") + choice;
      problem(key, "must be one of " + list);
    }
    return value;
  }
  bool flag(const std::string& key, bool fallback) {
    const nlohmann::json* member = find(key);
    if (member == nullptr) return fallback;
    if (member->is_boolean()) return member->get<bool>();
    problem(key, "must be true or false");
    return fallback;
  }
  /// RFC 3339; the time of all seeds when absent.
  EpochSeconds time(const std::string& key) { return optionalTime(key).value_or(kSeedTime); }
  std::optional<EpochSeconds> optionalTime(const std::string& key) {
    const std::string value = text(key);
    if (value.empty()) return std::nullopt;
    const auto parsed = fromRfc3339(value);
    if (!parsed) problem(key, "must be an RFC 3339 time");
    return parsed;
  }
  long long number(const std::string& key, long long fallback, long long low, long long high) {
    const nlohmann::json* member = find(key);
    if (member == nullptr) return fallback;
    if (member->is_number_integer() && *member >= low && *member <= high) return member->get<long long>();
    problem(key, "must be a whole number from " + std::to_string(low) + " to " + std::to_string(high));
    return fallback;
  }
  std::vector<std::string> texts(const std::string& key) {
    std::vector<std::string> values;
    each(key, [&](const nlohmann::json& item, const std::string& path) {
      if (item.is_string()) {
        values.push_back(item.get<std::string>());
      } else {
        problems_.push_back(path + ": must be a string");
      }
    });
    return values;
  }
  std::map<std::string, std::string> textMap(const std::string& key) {
    std::map<std::string, std::string> values;
    const nlohmann::json* member = find(key);
    if (member == nullptr) return values;
    if (!member->is_object()) {
      problem(key, "must be an object of strings");
      return values;
    }
    for (const auto& [name, value] : member->items()) {
      if (value.is_string()) {
        values[name] = value.get<std::string>();
      } else {
        problem(key + "." + name, "must be a string");
      }
    }
    return values;
  }
  template <typename Visit>
  void each(const std::string& key, const Visit& visit) {
    const nlohmann::json* member = find(key);
    if (member == nullptr) return;
    if (!member->is_array()) {
      problem(key, "must be an array");
      return;
    }
    for (std::size_t i = 0; i < member->size(); ++i) visit((*member)[i], at(key) + "[" + std::to_string(i) + "]");
  }

 private:
  const nlohmann::json& value_;
  std::string path_;
  Problems& problems_;
  std::set<std::string> known_;
};

/// Remembers what must be unique in the whole document.
class Unique {
 public:
  explicit Unique(Problems& problems) : problems_(problems) {}
  void add(const std::string& kind, const std::string& value, const std::string& path) {
    if (value.empty()) return;
    const auto [where, fresh] = seen_.emplace(kind + " " + value, path);
    if (!fresh) problems_.push_back(path + ": repeats the " + kind + " of " + where->second);
  }

 private:
  Problems& problems_;
  std::map<std::string, std::string> seen_;
};

}  // namespace scalekit_simulator
