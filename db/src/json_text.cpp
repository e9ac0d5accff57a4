// SPDX-License-Identifier: Apache-2.0
#include "json_text.h"

#include <set>

#include "json_members.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace sso::db {

void refuseColumn(std::string_view column, std::string_view what) {
  throw Error(ErrorCode::kStorage, reason::kStorage, "stored " + std::string(column) + ": " + std::string(what),
              "The row was written by a newer release or edited by hand: save it again through the application.");
}

Json parseObject(std::string_view column, std::string_view text) {
  std::vector<std::set<std::string>> names;
  bool duplicate = false;
  const auto watch = [&](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) names.emplace_back();
    if (event == Json::parse_event_t::object_end) names.pop_back();
    if (event == Json::parse_event_t::key && !names.back().insert(parsed.get<std::string>()).second) duplicate = true;
    return true;
  };
  Json object = Json::parse(text, watch, /*allow_exceptions=*/false);
  if (!object.is_object() || duplicate) refuseColumn(column, "not one JSON object without duplicates");
  return object;
}

std::string detailsToJson(const std::map<std::string, std::string>& details) { return Json(details).dump(); }

std::map<std::string, std::string> detailsFromJson(std::string_view text) {
  std::map<std::string, std::string> details;
  const Json object = parseObject("details", text);
  for (const auto& [name, value] : object.items()) {
    if (!value.is_string()) refuseColumn("details", "a value is no string");
    details.emplace(name, value.get<std::string>());
  }
  return details;
}

}  // namespace sso::db
