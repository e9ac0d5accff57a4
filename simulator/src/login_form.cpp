// SPDX-License-Identifier: Apache-2.0
#include "login_form.h"

#include <algorithm>

#include "authorize_request.h"
#include "seed.h"

namespace scalekit_simulator {
namespace {

constexpr std::size_t kMaxRows = 20;

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::vector<std::string> splitList(const std::string& text) {
  std::vector<std::string> items;
  std::string item;
  for (const char c : text + ",") {
    if (c != ',' && c != '\n') {
      item.push_back(c);
      continue;
    }
    item = trimmed(item);
    if (!item.empty()) items.push_back(item);
    item.clear();
  }
  return items;
}

void readAttributes(const Params& params, LoginForm& form) {
  for (const auto& [name, value] : params.items()) {
    const bool direct = name.starts_with("attr[") && name.ends_with("]") && name.size() > 6;
    if (direct) form.attributes.emplace_back(name.substr(5, name.size() - 6), value);
  }
  for (std::size_t row = 0; row < kMaxRows; ++row) {
    const std::string number = std::to_string(row);
    const std::string key = trimmed(params.getOr("attr_key_" + number, ""));
    if (key.empty()) continue;
    form.attributes.emplace_back(key, params.getOr("attr_value_" + number, ""));
  }
  form.rows = std::max<std::size_t>(3, form.attributes.size());
  if (form.addRow) form.rows = std::min(kMaxRows, form.rows + 1);
}

std::string problemOf(const LoginForm& form) {
  if (form.scenario != "login" && form.scenario != "idp_initiated" && form.scenario != "error") {
    return "Choose what shall happen: a login, an IdP-initiated login or an error.";
  }
  if (form.scenario == "error") {
    return describeCallbackError(form.error).empty() ? "Choose one of the listed error codes." : "";
  }
  if (!form.personChoice.empty()) return {};
  if (form.email.empty()) return "Choose a person, or type an e-mail address.";
  if (!personProblem({.email = form.email}).empty()) return "The e-mail address is not complete.";
  if (!form.emailVerified.empty() && form.emailVerified != "true" && form.emailVerified != "false") {
    return "email_verified must be true, false or empty.";
  }
  return {};
}

}  // namespace

LoginForm LoginForm::parse(const Params& params) {
  LoginForm form;
  form.sent = true;
  form.authRequestId = params.getOr("authRequestID", "");
  form.clientId = params.getOr("client_id", "");
  form.connectionId = params.getOr("connection_id", "");
  form.scenario = params.getOr("scenario", "login");
  form.personChoice = params.getOr("person", "");
  form.email = trimmed(params.getOr("email", ""));
  form.domain = params.getOr("domain", "");
  if (!form.email.empty() && form.email.find('@') == std::string::npos && !form.domain.empty()) {
    form.email += "@" + form.domain;
  }
  form.givenName = trimmed(params.getOr("given_name", ""));
  form.familyName = trimmed(params.getOr("family_name", ""));
  form.name = trimmed(params.getOr("name", ""));
  form.emailVerified = params.getOr("email_verified", "");
  form.groups = params.getOr("groups", "");
  form.relayState = params.getOr("relay_state", "");
  const std::string choice = params.getOr("error_choice", "code");
  form.error = choice == "code" ? params.getOr("error", "") : choice;
  form.addRow = params.getOr("action", "") == "add_attribute";
  readAttributes(params, form);
  form.problem = params.problem().empty() ? problemOf(form) : "The form cannot be read: " + params.problem() + ".";
  return form;
}

Person LoginForm::person(const Connection& connection) const {
  if (!personChoice.empty()) {
    const Person* chosen = connection.findPerson(personChoice);
    return chosen != nullptr ? *chosen : Person{.email = personChoice};
  }
  const Person* known = connection.findPerson(email);
  Person typed = known != nullptr ? *known : Person{.email = email};
  if (!givenName.empty()) typed.givenName = givenName;
  if (!familyName.empty()) typed.familyName = familyName;
  if (!name.empty()) typed.name = name;
  if (!emailVerified.empty()) typed.emailVerified = emailVerified == "true";
  if (!groups.empty()) typed.groups = splitList(groups);
  for (const auto& [key, value] : attributes) typed.attributes[key] = value;
  return typed;
}

}  // namespace scalekit_simulator
