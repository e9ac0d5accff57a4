// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sso/scalekit/organizations.h"

/// Typed reads of answers of the management API. What is absent or null has its empty value, because Scalekit may leave
/// defaults out (CONTRACT.md 4.1); what has another type throws Error(kUpstreamRejected), because guessing is worse.
namespace sso::detail {

std::string textField(const nlohmann::json& object, std::string_view name);
/// The same, but it must be there and not empty: what everything else hangs on.
std::string idField(const nlohmann::json& object, std::string_view name = "id");
bool flagField(const nlohmann::json& object, std::string_view name);
/// A number, or a 64-bit one as text; neither negative nor beyond int64.
std::uint64_t countField(const nlohmann::json& object, std::string_view name);
std::vector<std::string> textsField(const nlohmann::json& object, std::string_view name);
/// Pairs of text; values that are no text are left out, they are not ours to interpret.
scalekit::Metadata pairsField(const nlohmann::json& object, std::string_view name);
/// RFC 3339; nullopt also for Scalekit's "0001-01-01T00:00:00Z".
scalekit::Time timeField(const nlohmann::json& object, std::string_view name);
/// The object under this name, or an empty one.
const nlohmann::json& objectField(const nlohmann::json& object, std::string_view name);
/// The same, but it must be there.
const nlohmann::json& requiredObject(const nlohmann::json& object, std::string_view name);

/// Each element of the array under this name, read; an absent array is an empty one, each element must be an object.
template <class T>
std::vector<T> listField(const nlohmann::json& object, std::string_view name, T (*read)(const nlohmann::json&));

/// What a list operation answered (CONTRACT.md 4.3).
template <class T>
scalekit::Page<T> pageOf(const nlohmann::json& answer, std::string_view name, T (*read)(const nlohmann::json&));

/// next_page_token; at most 2 KiB, because it travels in the next request line.
std::string pageTokenField(const nlohmann::json& answer);

/// Elements of an array of objects, for listField.
const std::vector<nlohmann::json>& elementsField(const nlohmann::json& object, std::string_view name);

/// Threat: an answer about another object, say another customer's, would be taken for the one that was asked for
/// (SEC-MG-06). Throws Error(kUpstreamRejected) unless the answered id is this; an empty one is not told, and passes.
void requireAsked(const std::string& answered, std::string_view asked);

/// RFC 3339 in UTC, to the second.
std::string timeText(std::chrono::system_clock::time_point time);
/// RFC 3339 with Z or a numeric offset; nullopt when it is none. What the clock cannot hold is its first or last
/// moment.
scalekit::Time parseTime(std::string_view text);

template <class T>
std::vector<T> listField(const nlohmann::json& object, std::string_view name, T (*read)(const nlohmann::json&)) {
  std::vector<T> list;
  for (const auto& element : elementsField(object, name)) list.push_back(read(element));
  return list;
}

template <class T>
scalekit::Page<T> pageOf(const nlohmann::json& answer, std::string_view name, T (*read)(const nlohmann::json&)) {
  scalekit::Page<T> page;
  page.items = listField<T>(answer, name, read);
  page.nextPageToken = pageTokenField(answer);
  if (answer.contains("total_size") && !answer.at("total_size").is_null())
    page.totalSize = countField(answer, "total_size");
  return page;
}

}  // namespace sso::detail
