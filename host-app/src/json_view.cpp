// SPDX-License-Identifier: Apache-2.0
#include "json_view.h"

#include <nlohmann/json.hpp>

#include "sso/error.h"
#include "sso/reason.h"

namespace hostapp {
namespace {

View viewOfValue(const nlohmann::json& value) {
  if (value.is_object()) {
    View object(View::type::object);
    for (const auto& [name, member] : value.items()) object.set(name, viewOfValue(member));
    return object;
  }
  if (value.is_array()) {
    View list(View::type::list);
    for (const auto& row : value) list << viewOfValue(row);
    return list;
  }
  if (value.is_boolean()) return View(value.get<bool>() ? View::type::bool_true : View::type::bool_false);
  if (value.is_null()) return View(View::type::bool_false);
  return View(value.is_string() ? value.get<std::string>() : value.dump());
}

}  // namespace

View viewFromJson(std::string_view json) {
  const auto parsed = nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_object())
    throw sso::Error(sso::ErrorCode::kInternal, sso::reason::kInternal, "no JSON object to show");
  return viewOfValue(parsed);
}

}  // namespace hostapp
