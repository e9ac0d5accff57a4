// SPDX-License-Identifier: Apache-2.0
#include "pages/policy_view.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "pages/policy_words.h"

namespace hostapp::policy_view {
namespace {

using Choice = std::pair<std::string_view, std::string_view>;
using Choices = std::vector<Choice>;

View optionsOf(const Choices& choices, std::string_view chosen) {
  View list(View::type::list);
  for (const auto& [value, label] : choices) {
    View option;
    option.set("value", std::string(value));
    option.set("label", std::string(label));
    option.set("chosen", value == chosen);
    list << option;
  }
  return list;
}

/// The place of the form that a problem belongs to: "default_role", "row 3", "connection conn_1", or "" for all of it.
std::string placeOf(std::string_view problem, const std::vector<std::size_t>& rows) {
  constexpr std::string_view kEntry = "policy.groupRoles[", kConnection = "policy.connections[";
  if (problem.starts_with("policy.defaultRole") || problem == "policy.groupRoles: needs a defaultRole") {
    return "default_role";
  }
  if (problem.starts_with(kConnection)) {
    return "connection " + std::string(problem.substr(kConnection.size(), problem.find(']') - kConnection.size()));
  }
  std::size_t entry = 0;
  if (!problem.starts_with(kEntry)) return "";
  const auto number = problem.substr(kEntry.size());
  std::from_chars(number.data(), number.data() + number.size(), entry);
  return entry < rows.size() ? "row " + std::to_string(rows[entry]) : "";
}

/// Problems by place, each in words; no sentence twice at one place.
using Placed = std::map<std::string, std::vector<std::string>>;
Placed placed(const std::vector<std::string>& problems, const std::vector<std::size_t>& rows) {
  Placed found;
  for (const auto& problem : problems) {
    auto& there = found[placeOf(problem, rows)];
    auto words = policy_words::problemInWords(problem);
    if (std::find(there.begin(), there.end(), words) == there.end()) there.push_back(std::move(words));
  }
  return found;
}

void addProblem(View& view, const Placed& problems, const std::string& place) {
  const auto found = problems.find(place);
  std::string text;
  if (found != problems.end()) {
    for (const auto& one : found->second) text += (text.empty() ? "" : " ") + one;
  }
  view.set("problem", text);
  view.set("has_problem", !text.empty());
}

View rowsView(const std::vector<PolicyForm::Row>& rows, std::size_t newRow,
              const std::function<void(View&, std::size_t)>& more) {
  View list(View::type::list);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    View row;
    row.set("at", std::to_string(i));
    row.set("number", std::to_string(i + 1));
    row.set("group", rows[i].group);
    row.set("roles", optionsOf({{"member", "Member"}, {"admin", "Admin"}}, rows[i].role));
    row.set("is_new", i == newRow);
    more(row, i);
    list << row;
  }
  return list;
}

std::string trustInWords(const std::string& trust) {
  if (trust == "on") return "They are believed.";
  return trust == "off" ? "They are not believed." : "As for every connection.";
}

View connectionRows(const PolicyForm& form, const Placed& problems, const NewRow& added) {
  static const Choices kOnOff{{"inherit", "As above"}, {"on", "Yes"}, {"off", "No"}};
  static const Choices kCeilings{{"inherit", "As above"}, {"ordinary", "Member"}, {"admin", "Admin"}};
  static const Choices kGroups{{"inherit", "As above"}, {"own", "Its own list"}};
  static const Choices kLinking{
      {"inherit", "As above"}, {"after_proof", "After their password"}, {"automatic", "By their address"}};
  static const Choices kRoles{{"inherit", "As above"}, {"none", "None"}, {"member", "Member"}, {"admin", "Admin"}};
  View list(View::type::list);
  for (std::size_t i = 0; i < form.connections.size(); ++i) {
    const auto& own = form.connections[i];
    View one;
    one.set("at", std::to_string(i));
    one.set("id", own.connection);
    one.set("shown_name", own.name);
    one.set("name", own.name.empty() ? std::string("A connection that is not listed any more") : own.name);
    one.set("jit_options", optionsOf(kOnOff, own.jit));
    one.set("role_options", optionsOf(kRoles, own.defaultRole));
    one.set("linking_options", optionsOf(kLinking, own.linking));
    one.set("updates_options", optionsOf(kOnOff, own.updates));
    one.set("approval_options", optionsOf(kOnOff, own.approval));
    one.set("ceiling_options", optionsOf(kCeilings, own.ceiling));
    one.set("groups_options", optionsOf(kGroups, own.groups));
    one.set("trust", trustInWords(own.trust));
    one.set("has_groups", own.groups == "own");
    one.set("may_add", own.rows.size() < PolicyForm::kMostRows);
    const std::string shownName = own.name.empty() ? own.connection : own.name;
    one.set("rows",
            rowsView(own.rows, added.list == i ? added.row : PolicyForm::kMostRows, [&](View& row, std::size_t) {
              row.set("of", std::to_string(i));
              row.set("of_name", shownName);
            }));
    addProblem(one, problems, "connection " + own.connection);
    list << one;
  }
  return list;
}

/// The usual numbers of days, and what is stored or was sent if it is none of them.
View dormancyOptions(const PolicyForm& form, std::uint32_t stored) {
  std::uint32_t chosen = stored;
  if (!form.dormancy.empty())
    std::from_chars(form.dormancy.data(), form.dormancy.data() + form.dormancy.size(), chosen);
  View list(View::type::list);
  for (const auto days : std::set<std::uint32_t>{0, 60, 90, 120, 180, 365, stored, chosen}) {
    View option;
    option.set("value", std::to_string(days));
    option.set("label", days == 0 ? std::string("Never") : "After " + std::to_string(days) + " days");
    option.set("chosen", days == chosen);
    list << option;
  }
  return list;
}

}  // namespace

View linesOf(const std::vector<std::string>& texts) {
  View list(View::type::list);
  for (const auto& text : texts) {
    View line;
    line.set("text", text);
    list << line;
  }
  return list;
}

View factsOf(const sso::OrganizationPolicy& policy) {
  const auto role = [](const std::string& name) {
    if (name.empty()) return std::string("None: nobody new gets in");
    return name == "admin" ? std::string("Admin") : std::string("Member");
  };
  const std::string newPeople = !policy.jitProvisioning   ? "Are refused"
                                : policy.approvalRequired ? "Get an account once an owner or admin has agreed"
                                                          : "Get an account at their first sign-in";
  const bool automatic = policy.linkExisting == sso::LinkRule::kAutomatic;
  const std::vector<std::pair<std::string, std::string>> facts{
      {"New people", newPeople},
      {"Their role", role(policy.defaultRole)},
      {"Accounts that are there already",
       automatic ? "Are connected by their address" : "Are connected after their password"},
      {"Names and addresses", policy.updateAttributes ? "Follow your company" : "Stay as they are here"},
      {"Accounts that nobody uses", policy.dormantAfterDays == 0
                                        ? std::string("Stay open")
                                        : "Are locked after " + std::to_string(policy.dormantAfterDays) + " days"},
      {"Groups may give", policy.roleCeiling == sso::RoleCeiling::kAdmin ? "Member and admin" : "Member only"}};
  View list(View::type::list);
  for (const auto& [name, value] : facts) {
    View row;
    row.set("name", name);
    row.set("value", value);
    list << row;
  }
  for (const auto& [group, name] : policy.groupRoles) {
    View row;
    row.set("name", "Group " + group);
    row.set("value", role(name));
    list << row;
  }
  return list;
}

void fillForm(View& view, const PolicyForm& form, const sso::OrganizationPolicy& stored,
              const std::vector<std::string>& problems, const NewRow& added) {
  const auto places = placed(problems, form.rowsOfEntries());
  for (const char* choice : {"on", "approval", "off"}) view.set(std::string("jit_") + choice, form.jit == choice);
  view.set("proof", form.linking == "after_proof");
  view.set("updates_on", form.updates == "on");
  view.set("ordinary", form.ceiling == "ordinary");
  view.set("dormancy_options", dormancyOptions(form, stored.dormantAfterDays));
  view.set("default_roles",
           optionsOf({{"member", "Member"}, {"admin", "Admin"}, {"", "None: nobody new gets in"}}, form.defaultRole));
  View role;
  addProblem(role, places, "default_role");
  view.set("role_field", role);
  const auto newRow = added.list == PolicyForm::kEverybody ? added.row : PolicyForm::kMostRows;
  view.set("rows", rowsView(form.rows, newRow,
                            [&](View& row, std::size_t i) { addProblem(row, places, "row " + std::to_string(i)); }));
  view.set("may_add", form.rows.size() < PolicyForm::kMostRows);
  view.set("connections", connectionRows(form, places, added));
  view.set("has_connections", !form.connections.empty());
  const auto general = places.find("");
  view.set("problems", linesOf(general == places.end() ? std::vector<std::string>{} : general->second));
  view.set("has_problems", !problems.empty());
}

}  // namespace hostapp::policy_view
