// SPDX-License-Identifier: Apache-2.0
#include "pages/policy_page.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "pages/policy_words.h"
#include "pages/settings_guard.h"
#include "sso/error.h"
#include "sso/reason.h"
#include "sso/scalekit/client.h"
#include "sso/tenants.h"
#include "stores/member_store.h"
#include "text_rules.h"

namespace hostapp {
namespace {

constexpr std::string_view kPolicyPath = "/settings/sso/policy";
constexpr std::size_t kMostEventsRead = 100, kMostTold = 20;
constexpr std::string_view kRemove = "remove-";

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

View linesOf(const std::vector<std::string>& texts) {
  View list(View::type::list);
  for (const auto& text : texts) {
    View line;
    line.set("text", text);
    list << line;
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

View groupRows(const PolicyForm& form, const Placed& problems, std::size_t newRow) {
  View list(View::type::list);
  for (std::size_t i = 0; i < form.rows.size(); ++i) {
    View row;
    row.set("at", std::to_string(i));
    row.set("number", std::to_string(i + 1));
    row.set("group", form.rows[i].group);
    row.set("roles", optionsOf({{"member", "Member"}, {"admin", "Admin"}}, form.rows[i].role));
    row.set("is_new", i == newRow);
    addProblem(row, problems, "row " + std::to_string(i));
    list << row;
  }
  return list;
}

View connectionRows(const PolicyForm& form, const Placed& problems) {
  static const Choices kOnOff{{"inherit", "As above"}, {"on", "Yes"}, {"off", "No"}};
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
    one.set("has_groups", own.hasOwnGroups);
    one.set("groups", std::to_string(own.ownGroups));
    addProblem(one, problems, "connection " + own.connection);
    list << one;
  }
  return list;
}

std::string dormancyWords(std::uint32_t days) {
  if (days == 0) return "Never";
  return "After " + std::to_string(days) + " days";
}

/// The usual ones, and what is stored or was sent if it is none of them.
View dormancyOptions(const PolicyForm& form, const sso::OrganizationPolicy& stored) {
  std::set<std::uint32_t> days{0, 60, 90, 120, 180, 365, stored.dormantAfterDays};
  const std::string chosen = form.dormancy.empty() ? std::to_string(stored.dormantAfterDays) : form.dormancy;
  std::uint32_t sent = 0;
  std::from_chars(chosen.data(), chosen.data() + chosen.size(), sent);
  days.insert(sent);
  View list(View::type::list);
  for (const auto one : days) {
    View option;
    option.set("value", std::to_string(one));
    option.set("label", dormancyWords(one));
    option.set("chosen", one == sent);
    list << option;
  }
  return list;
}

/// For whoever may only read: the same rules as sentences.
View policyFacts(const sso::OrganizationPolicy& policy) {
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

sso::WebResponse settingsPage(const Parts& parts, const Visit& visit, int status, bool problem, View view) {
  view.set("tab_policy", true);
  view.set("tabs", Partial([] { return std::string(embeddedFile("pages/settings_tabs.html")); }));
  Frame frame;
  frame.title = problem ? "Error: Accounts and roles" : "Accounts and roles";
  frame.current = "settings";
  return memberPage(parts, visit, status, "policy", frame, std::move(view));
}

}  // namespace

PolicyPage::PolicyPage(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}

void PolicyPage::addTo(Router& router, const std::shared_ptr<PolicyPage>& page) {
  const SettingsGuard guard(page->parts_);
  router.get(std::string(kPolicyPath), Access::kMember,
             guard.behind([page](const Visit& visit) { return page->show(visit); }));
  router.post("/settings/sso/policy", Access::kMember,
              guard.behind([page](const Visit& visit) { return page->change(visit); }), PolicyForm::kLimits);
}

sso::WebResponse PolicyPage::show(const Visit& visit) const {
  const auto stored = parts_->sso->tenants().find(visit.session->tenantId);
  if (!stored) return notTied(visit);
  if (visit.session->role == "owner") {
    return form(visit, 200, PolicyForm::of(*stored, connectionsOf(stored->id)), *stored, {});
  }
  View view;
  view.set("is_tied", true);
  view.set("facts", policyFacts(stored->policy));
  return settingsPage(*parts_, visit, 200, false, std::move(view));
}

sso::WebResponse PolicyPage::change(const Visit& visit) const {
  if (visit.session->role != "owner") {
    throw sso::Error(sso::ErrorCode::kForbidden, sso::reason::kHost, "the rules of accounts are for owners to change");
  }
  const auto stored = parts_->sso->tenants().find(visit.session->tenantId);
  if (!stored) return notTied(visit);
  PolicyForm typed = PolicyForm::read(visit.form);
  typed.tellOwnGroups(stored->policy);
  const std::string action = fieldOf(visit, "action");
  if (action == "add" || action.starts_with(kRemove)) {
    Remarks remarks;
    if (action == "add") {
      typed.addRow();
      remarks.newRow = typed.rows.size() - 1;
    } else {
      std::size_t row = PolicyForm::kMostRows;
      std::from_chars(action.data() + kRemove.size(), action.data() + action.size(), row);
      typed.removeRow(row);
    }
    return form(visit, 200, typed, *stored, remarks);
  }
  return save(visit, std::move(typed), *stored);
}

sso::WebResponse PolicyPage::save(const Visit& visit, PolicyForm typed, const sso::Organization& stored) const {
  const auto& who = *visit.session;
  const auto wanted = typed.policyOver(stored.policy);
  Remarks remarks;
  remarks.problems = parts_->sso->tenants().policyProblems(stored, wanted);
  if (!remarks.problems.empty()) return form(visit, 400, typed, stored, remarks);
  try {
    parts_->sso->tenants().changePolicy({who.tenantId, who.tenantName, ""}, typed.version, wanted,
                                        {who.accountId, visit.request.remoteAddress, ""});
    return sso::WebResponse::redirect(std::string(kPolicyPath) + "?done=1");
  } catch (const sso::Error& error) {
    if (error.code() != sso::ErrorCode::kConflict) throw;
  }
  const auto now = parts_->sso->tenants().find(who.tenantId);
  if (!now) return notTied(visit);
  remarks.stale = true;
  remarks.typedOver = std::exchange(typed.version, now->version);
  return form(visit, 409, typed, *now, remarks);
}

sso::WebResponse PolicyPage::form(const Visit& visit, int status, const PolicyForm& form,
                                  const sso::Organization& stored, const Remarks& remarks) const {
  const auto problems = placed(remarks.problems, form.rowsOfEntries());
  View view;
  view.set("is_tied", true);
  view.set("is_owner", true);
  view.set("saved", queryOf(visit, "done") == "1" && visit.request.method == "GET");
  view.set("version", std::to_string(form.version));
  for (const char* choice : {"on", "approval", "off"}) view.set(std::string("jit_") + choice, form.jit == choice);
  view.set("proof", form.linking == "after_proof");
  view.set("updates_on", form.updates == "on");
  view.set("ordinary", form.ceiling == "ordinary");
  view.set("dormancy_options", dormancyOptions(form, stored.policy));
  view.set("default_roles",
           optionsOf({{"member", "Member"}, {"admin", "Admin"}, {"", "None: nobody new gets in"}}, form.defaultRole));
  View role;
  addProblem(role, problems, "default_role");
  view.set("role_field", role);
  view.set("rows", groupRows(form, problems, remarks.newRow));
  view.set("may_add", form.rows.size() < PolicyForm::kMostRows);
  view.set("connections", connectionRows(form, problems));
  view.set("has_connections", !form.connections.empty());
  const auto general = problems.find("");
  view.set("problems", linesOf(general == problems.end() ? std::vector<std::string>{} : general->second));
  view.set("has_problems", !remarks.problems.empty());
  view.set("is_stale", remarks.stale);
  if (remarks.stale) {
    view.set("meanwhile", meanwhile(visit, stored, remarks.typedOver));
    std::vector<std::string> effects;
    for (const auto& difference : differencesOf(stored.policy, form.policyOver(stored.policy))) {
      if (effects.size() < kMostTold) effects.push_back(policy_words::sentenceOf(difference));
    }
    view.set("effects", linesOf(effects));
    view.set("has_effects", !effects.empty());
  }
  return settingsPage(*parts_, visit, status, remarks.stale || !remarks.problems.empty(), std::move(view));
}

/// Who saved what since this version, from the audit trail; empty when it was something else that changed.
View PolicyPage::meanwhile(const Visit& visit, const sso::Organization& stored, std::int64_t since) const {
  std::vector<std::string> told;
  const auto events = parts_->storage->audit().recent(stored.id, kMostEventsRead);
  for (const auto& event : events) {
    if (policy_words::versionOf(event) <= since) continue;
    std::string who;
    parts_->database->withSession([&](sso::db::Session& session) {
      who = members::nameOf(session, visit.session->tenantId, event.accountId).value_or("Somebody");
    });
    for (const auto& change : policy_words::changesOf(event)) {
      if (told.size() == kMostTold) break;
      told.push_back(who + ", " + formatAgo(sso::toEpochSeconds(event.at), parts_->sessions->now()) + ": " + change);
    }
  }
  View view;
  view.set("lines", linesOf(told));
  view.set("known", !told.empty());
  return view;
}

sso::WebResponse PolicyPage::notTied(const Visit& visit) const {
  View view;
  view.set("is_tied", false);
  return settingsPage(*parts_, visit, 200, false, std::move(view));
}

/// Scalekit being away costs the names of connections, not the page.
std::vector<sso::scalekit::ConnectionSummary> PolicyPage::connectionsOf(const std::string& organizationId) const {
  try {
    auto found =
        parts_->sso->scalekit()->connections().list({.organizationId = organizationId, .includeInactive = true});
    std::erase_if(found, [&](const auto& one) { return one.organizationId != organizationId; });  // SEC-MG-06
    return found;
  } catch (const sso::Error& error) {
    parts_->log->write({sso::LogLevel::kWarning, "app.settings.no_connections", {{"reason", error.reason()}}});
    return {};
  }
}

}  // namespace hostapp
