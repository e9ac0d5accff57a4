// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "http_message.h"
#include "model.h"

/// HTML from templates that escape by default, and the headers that every page has.
namespace scalekit_simulator {

/// A page inside the common layout. `values` must hold `title`. `formTargets` are the origins that a form's answer may
/// redirect to: browsers check form-action along the redirects. `frameAncestors`: who may embed the page.
HttpResponse page(int status, std::string_view templateName, nlohmann::json values,
                  const std::vector<std::string>& formTargets = {}, std::string_view frameAncestors = "'none'");

/// The text of a template with these values; escapes them. Throws std::logic_error when there is no such template.
std::string render(std::string_view templateName, const nlohmann::json& values);

/// A page that says what went wrong and what to do next.
HttpResponse errorPage(int status, const std::string& code, const std::string& message, const std::string& nextStep);

/// What a page calls a person: by name, or by the local part of the address.
std::string shownName(const Person& person);

/// A file of assets/, pages/ or the seed, built into the program. Empty when there is none of that name.
std::string_view embeddedFile(std::string_view name);

/// GET /assets/...; 404 when there is no such file.
HttpResponse assetFile(std::string_view path);

}  // namespace scalekit_simulator
