// SPDX-License-Identifier: Apache-2.0
#include "pages.h"

#include <kainjow/mustache.hpp>
#include <stdexcept>

namespace scalekit_simulator {
namespace {

namespace mustache = kainjow::mustache;

mustache::data toMustache(const nlohmann::json& value) {
  if (value.is_object()) {
    mustache::data object{mustache::data::type::object};
    for (const auto& [key, member] : value.items()) object.set(key, toMustache(member));
    return object;
  }
  if (value.is_array()) {
    mustache::data list{mustache::data::type::list};
    for (const auto& item : value) list.push_back(toMustache(item));
    return list;
  }
  if (value.is_boolean()) return mustache::data{value.get<bool>()};
  // An empty text counts as absent in a section, and prints as nothing either way.
  if (value.is_string() && value.get_ref<const std::string&>().empty()) return mustache::data{false};
  if (value.is_string()) return mustache::data{value.get<std::string>()};
  if (value.is_null()) return mustache::data{false};
  return mustache::data{value.dump()};
}

}  // namespace

std::string render(std::string_view templateName, const nlohmann::json& values) {
  const std::string_view source = embeddedFile(templateName);
  if (source.empty()) throw std::logic_error("no template " + std::string(templateName));
  mustache::mustache view{std::string(source)};
  if (!view.is_valid()) throw std::logic_error("template " + std::string(templateName) + ": " + view.error_message());
  return view.render(toMustache(values));
}

HttpResponse page(int status, std::string_view templateName, nlohmann::json values,
                  const std::vector<std::string>& formTargets, std::string_view frameAncestors) {
  values["content"] = render(templateName, values);
  auto response = HttpResponse::html(status, render("pages/layout.html", values));
  std::string policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors " +
                       std::string(frameAncestors) + "; form-action 'self'";
  for (const auto& target : formTargets) {
    if (!target.empty()) policy += " " + target;
  }
  response.with("Content-Security-Policy", policy);
  return response;
}

HttpResponse errorPage(int status, const std::string& code, const std::string& message, const std::string& nextStep) {
  auto response = page(status, "pages/error.html",
                       {{"title", "Cannot continue"}, {"code", code}, {"message", message}, {"next", nextStep}});
  response.note = "page: " + code;
  return response;
}

std::string shownName(const Person& person) {
  if (!person.name.empty()) return person.name;
  const std::string between = person.givenName.empty() || person.familyName.empty() ? "" : " ";
  const std::string full = person.givenName + between + person.familyName;
  return full.empty() ? person.email.substr(0, person.email.find('@')) : full;
}

HttpResponse assetFile(std::string_view path) {
  const std::string_view file = embeddedFile(path.substr(1));
  HttpResponse response;
  if (file.empty() || !path.starts_with("/assets/")) {
    return HttpResponse::json(404, {{"error", "not_found"}, {"error_description", "no such file"}});
  }
  response.body = std::string(file);
  response.with("Content-Type", path.ends_with(".css")  ? "text/css; charset=utf-8"
                                : path.ends_with(".js") ? "text/javascript; charset=utf-8"
                                                        : "image/svg+xml");
  response.with("Cache-Control", "max-age=300");
  return response;
}

}  // namespace scalekit_simulator
