// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "text_rules.h"

namespace hostapp {

/// One object of the document; collects problems instead of stopping at the first.
class SeedNode {
 public:
  SeedNode(const nlohmann::json& value, std::string path, std::vector<std::string>& problems)
      : value_(value), path_(std::move(path)), problems_(problems) {
    if (!value_.is_object()) problem("", "expected an object");
  }

  bool isObject() const { return value_.is_object(); }
  void problem(const std::string& name, const std::string& text) const {
    problems_.push_back(path_ + (name.empty() ? "" : "." + name) + ": " + text);
  }
  /// A name that nobody reads is a typing mistake.
  void knowOnly(const std::set<std::string>& names) const {
    if (!value_.is_object()) return;
    for (const auto& item : value_.items()) {
      if (names.count(item.key()) == 0) problem(item.key(), "unknown member");
    }
  }
  const nlohmann::json* find(const std::string& name) const {
    if (!value_.is_object()) return nullptr;
    const auto found = value_.find(name);
    return found == value_.end() || found->is_null() ? nullptr : &*found;
  }
  std::string text(const std::string& name, bool required = false) const {
    const nlohmann::json* found = find(name);
    if (found == nullptr) {
      if (required && isObject()) problem(name, "required");
      return "";
    }
    if (!found->is_string()) {
      problem(name, "expected a string");
      return "";
    }
    const auto& value = found->get_ref<const std::string&>();
    if (value.empty() && required) problem(name, "must not be empty");
    return value;
  }
  std::string line(const std::string& name, std::size_t most) const {
    const std::string value = text(name, true);
    if (value.empty()) return "";
    const auto plain = plainLine(value, most);
    if (!plain) problem(name, "expected one line of 1 to " + std::to_string(most) + " characters");
    return plain.value_or("");
  }
  bool flag(const std::string& name, bool fallback) const {
    const nlohmann::json* found = find(name);
    if (found == nullptr) return fallback;
    if (!found->is_boolean()) problem(name, "expected true or false");
    return found->is_boolean() ? found->get<bool>() : fallback;
  }
  int number(const std::string& name, int least, int most) const {
    const nlohmann::json* found = find(name);
    if (found == nullptr) return least;
    const bool inRange = found->is_number_integer() && *found >= least && *found <= most;
    if (!inRange) problem(name, "expected a number from " + std::to_string(least) + " to " + std::to_string(most));
    return inRange ? found->get<int>() : least;
  }
  std::vector<std::string> texts(const std::string& name) const {
    std::vector<std::string> values;
    const nlohmann::json* found = find(name);
    if (found == nullptr) return values;
    if (!found->is_array() ||
        !std::all_of(found->begin(), found->end(), [](const nlohmann::json& one) { return one.is_string(); })) {
      problem(name, "expected a list of strings");
      return values;
    }
    for (const auto& one : *found) values.push_back(one.get<std::string>());
    return values;
  }
  /// One of these words, by its index; 0 when it is absent.
  std::size_t choice(const std::string& name, const std::vector<std::string>& words) const {
    const std::string word = text(name);
    if (word.empty()) return 0;
    const auto found = std::find(words.begin(), words.end(), word);
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
    std::string all;
    for (const auto& one : words) all += (all.empty() ? "" : ", ") + one;
    problem(name, "expected one of " + all);
    return 0;
  }
  /// Calls read for each object of a list.
  template <typename Read>
  void each(const std::string& name, const Read& read) const {
    const nlohmann::json* found = find(name);
    if (found == nullptr) return;
    if (!found->is_array()) return problem(name, "expected a list");
    for (std::size_t i = 0; i < found->size(); ++i) {
      read(SeedNode((*found)[i], path_ + (path_.empty() ? "" : ".") + name + "[" + std::to_string(i) + "]", problems_));
    }
  }
  /// Calls read with the name and the object of each member of an object.
  template <typename Read>
  void eachMember(const std::string& name, const Read& read) const {
    const nlohmann::json* found = find(name);
    if (found == nullptr) return;
    if (!found->is_object()) return problem(name, "expected an object");
    for (const auto& item : found->items()) {
      read(item.key(), SeedNode(item.value(), path_ + "." + name + "." + item.key(), problems_));
    }
  }
  template <typename Read>
  void object(const std::string& name, const Read& read) const {
    if (const nlohmann::json* found = find(name)) read(SeedNode(*found, path_ + "." + name, problems_));
  }

 private:
  const nlohmann::json& value_;
  std::string path_;
  std::vector<std::string>& problems_;
};

}  // namespace hostapp
