// SPDX-License-Identifier: Apache-2.0
#include "pages/policy_form.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "pages/connection_list.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace hostapp {
namespace {

using Words = std::vector<std::string_view>;

constexpr std::size_t kMostNameBytes = 200;

[[noreturn]] void refuseForm(const std::string& what) {
  throw sso::Error(sso::ErrorCode::kInvalidRequest, sso::reason::kMalformed, "rules of accounts: " + what);
}

/// A choice that was not sent counts as its first word, so that a form of an older page still works.
std::string choiceOf(const sso::Parameters& form, const std::string& name, const Words& words) {
  const auto sent = form.single(name);
  if (!sent) return std::string(words.front());
  if (std::find(words.begin(), words.end(), *sent) == words.end()) refuseForm("an unknown choice");
  return *sent;
}

std::int64_t numberOf(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size() || number < 0) refuseForm("no version");
  return number;
}

constexpr std::uint32_t kNoDays = 100'000;
/// kNoDays: it is no number, or a very large one.
std::uint32_t daysOf(const std::string& text) {
  std::uint32_t days = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), days);
  return problem == std::errc() && end == text.data() + text.size() && days < kNoDays ? days : kNoDays;
}

std::string wordOf(bool on) { return on ? "on" : "off"; }
std::string wordOf(sso::LinkRule rule) { return rule == sso::LinkRule::kAutomatic ? "automatic" : "after_proof"; }
sso::LinkRule ruleOf(const std::string& word) {
  return word == "automatic" ? sso::LinkRule::kAutomatic : sso::LinkRule::kAfterProof;
}

std::string wordOf(sso::RoleCeiling ceiling) { return ceiling == sso::RoleCeiling::kAdmin ? "admin" : "ordinary"; }
sso::RoleCeiling ceilingOf(const std::string& word) {
  return word == "admin" ? sso::RoleCeiling::kAdmin : sso::RoleCeiling::kOrdinary;
}

std::vector<PolicyForm::Row> rowsOf(const std::vector<sso::GroupRole>& mapping) {
  std::vector<PolicyForm::Row> rows;
  for (const auto& [group, role] : mapping) rows.push_back({group, role});
  return rows;
}
/// Rows without a group are left out.
std::vector<sso::GroupRole> mappingOf(const std::vector<PolicyForm::Row>& rows) {
  std::vector<sso::GroupRole> mapping;
  for (const auto& row : rows) {
    if (!row.group.empty()) mapping.push_back({row.group, row.role});
  }
  return mapping;
}

PolicyForm::Own ownOf(const std::string& id, const std::string& name, const sso::ConnectionPolicy& policy) {
  PolicyForm::Own own;
  own.connection = id;
  own.name = name;
  if (policy.jitProvisioning) own.jit = wordOf(*policy.jitProvisioning);
  if (policy.defaultRole) own.defaultRole = policy.defaultRole->empty() ? "none" : *policy.defaultRole;
  if (policy.linkExisting) own.linking = wordOf(*policy.linkExisting);
  if (policy.updateAttributes) own.updates = wordOf(*policy.updateAttributes);
  if (policy.approvalRequired) own.approval = wordOf(*policy.approvalRequired);
  if (policy.roleCeiling) own.ceiling = wordOf(*policy.roleCeiling);
  return own;
}

/// What the form shows of a connection's own rules; the rest of them stays.
void putOwn(const PolicyForm::Own& own, sso::ConnectionPolicy& policy) {
  const bool inherits = own.defaultRole == "inherit";
  policy.jitProvisioning = own.jit == "inherit" ? std::nullopt : std::optional(own.jit == "on");
  policy.updateAttributes = own.updates == "inherit" ? std::nullopt : std::optional(own.updates == "on");
  policy.linkExisting = own.linking == "inherit" ? std::nullopt : std::optional(ruleOf(own.linking));
  policy.defaultRole = inherits ? std::nullopt : std::optional(own.defaultRole == "none" ? "" : own.defaultRole);
  policy.approvalRequired = own.approval == "inherit" ? std::nullopt : std::optional(own.approval == "on");
  policy.roleCeiling = own.ceiling == "inherit" ? std::nullopt : std::optional(ceilingOf(own.ceiling));
  if (own.groups == "inherit") policy.groupRoles.reset();
  if (own.groups == "own") policy.groupRoles = mappingOf(own.rows);
}

std::vector<PolicyForm::Row> readRows(const sso::Parameters& form, const std::string& group, const std::string& role) {
  std::vector<PolicyForm::Row> rows;
  for (std::size_t i = 0; i < PolicyForm::kMostRows; ++i) {
    const auto at = std::to_string(i);
    const auto typed = form.single(group + at);
    if (!typed) break;
    rows.push_back({*typed, choiceOf(form, role + at, {"member", "admin"})});
  }
  return rows;
}

PolicyForm::Own readOwn(const sso::Parameters& form, const std::string& at, const std::string& connection) {
  PolicyForm::Own own;
  own.connection = connection;
  own.name = form.single("name_" + at).value_or("");
  if (own.name.size() > kMostNameBytes) own.name.clear();
  own.jit = choiceOf(form, "jit_" + at, {"inherit", "on", "off"});
  own.defaultRole = choiceOf(form, "default_role_" + at, {"inherit", "none", "member", "admin"});
  own.linking = choiceOf(form, "linking_" + at, {"inherit", "after_proof", "automatic"});
  own.updates = choiceOf(form, "updates_" + at, {"inherit", "on", "off"});
  own.approval = choiceOf(form, "approval_" + at, {"inherit", "on", "off"});
  own.ceiling = choiceOf(form, "ceiling_" + at, {"inherit", "ordinary", "admin"});
  own.groups = choiceOf(form, "groups_" + at, {"keep", "inherit", "own"});
  own.rows = readRows(form, "own_group_" + at + "_", "own_role_" + at + "_");
  return own;
}

}  // namespace

PolicyForm PolicyForm::of(const sso::Organization& organization,
                          const std::vector<sso::scalekit::ConnectionSummary>& connections) {
  const auto& policy = organization.policy;
  PolicyForm form;
  form.version = organization.version;
  form.jit = policy.jitProvisioning && policy.approvalRequired ? "approval" : wordOf(policy.jitProvisioning);
  form.defaultRole = policy.defaultRole;
  form.linking = wordOf(policy.linkExisting);
  form.updates = wordOf(policy.updateAttributes);
  form.ceiling = wordOf(policy.roleCeiling);
  form.rows = rowsOf(policy.groupRoles);
  form.dormancy = std::to_string(policy.dormantAfterDays);
  for (const auto& connection : connections) {
    if (form.connections.size() == kMostConnections) break;
    const auto own = policy.connections.find(connection.id);
    form.connections.push_back(ownOf(connection.id, nameOf(connection),
                                     own == policy.connections.end() ? sso::ConnectionPolicy() : own->second));
  }
  for (const auto& [id, own] : policy.connections) {
    const auto isIt = [&id = id](const Own& one) { return one.connection == id; };
    if (std::none_of(form.connections.begin(), form.connections.end(), isIt)) {
      form.connections.push_back(ownOf(id, "", own));
    }
  }
  form.tellStored(policy);
  return form;
}

PolicyForm PolicyForm::read(const sso::Parameters& form) {
  PolicyForm typed;
  typed.version = numberOf(form.single("version").value_or(""));
  typed.jit = choiceOf(form, "jit", {"on", "approval", "off"});
  typed.defaultRole = choiceOf(form, "default_role", {"", "member", "admin"});
  typed.linking = choiceOf(form, "linking", {"after_proof", "automatic"});
  typed.updates = choiceOf(form, "updates", {"on", "off"});
  typed.ceiling = choiceOf(form, "ceiling", {"ordinary", "admin"});
  typed.dormancy = form.single("dormancy").value_or("");
  if (!typed.dormancy.empty() && daysOf(typed.dormancy) == kNoDays) refuseForm("no number of days");
  typed.rows = readRows(form, "group_", "role_");
  for (std::size_t i = 0; i < 2 * kMostConnections; ++i) {
    const auto at = std::to_string(i);
    const auto connection = form.single("connection_" + at);
    if (!connection) break;
    for (const auto& known : typed.connections) {
      if (known.connection == *connection) refuseForm("a connection twice");
    }
    typed.connections.push_back(readOwn(form, at, *connection));
  }
  return typed;
}

void PolicyForm::tellStored(const sso::OrganizationPolicy& policy) {
  for (auto& own : connections) {
    const auto found = policy.connections.find(own.connection);
    const auto stored = found == policy.connections.end() ? sso::ConnectionPolicy() : found->second;
    own.trust = stored.trusted ? wordOf(*stored.trusted) : "inherit";
    if (own.groups != "keep") continue;
    own.groups = stored.groupRoles ? "own" : "inherit";
    own.rows = rowsOf(stored.groupRoles.value_or(std::vector<sso::GroupRole>()));
  }
}

void PolicyForm::addRow(std::size_t list) {
  if (list != kEverybody && list >= connections.size()) return;
  auto& to = list == kEverybody ? rows : connections[list].rows;
  if (list != kEverybody) connections[list].groups = "own";
  if (to.size() < kMostRows) to.emplace_back();
}

void PolicyForm::removeRow(std::size_t row, std::size_t list) {
  if (list != kEverybody && list >= connections.size()) return;
  auto& from = list == kEverybody ? rows : connections[list].rows;
  if (row < from.size()) from.erase(from.begin() + static_cast<std::ptrdiff_t>(row));
}

sso::OrganizationPolicy PolicyForm::policyOver(const sso::OrganizationPolicy& base) const {
  sso::OrganizationPolicy policy = base;
  policy.jitProvisioning = jit != "off";
  if (policy.jitProvisioning) policy.approvalRequired = jit == "approval";
  policy.defaultRole = defaultRole;
  policy.linkExisting = ruleOf(linking);
  policy.updateAttributes = updates == "on";
  policy.roleCeiling = ceilingOf(ceiling);
  policy.groupRoles = mappingOf(rows);
  if (!dormancy.empty()) policy.dormantAfterDays = daysOf(dormancy);
  for (const auto& own : connections) {
    auto& stored = policy.connections[own.connection];
    putOwn(own, stored);
    if (stored == sso::ConnectionPolicy()) policy.connections.erase(own.connection);
  }
  return policy;
}

std::vector<std::size_t> PolicyForm::rowsOfEntries() const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].group.empty()) found.push_back(i);
  }
  return found;
}

}  // namespace hostapp
