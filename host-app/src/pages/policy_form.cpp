// SPDX-License-Identifier: Apache-2.0
#include "pages/policy_form.h"

#include <algorithm>
#include <array>
#include <charconv>

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

PolicyForm::Own ownOf(const std::string& id, const std::string& name, const sso::ConnectionPolicy& policy) {
  PolicyForm::Own own;
  own.connection = id;
  own.name = name;
  if (policy.jitProvisioning) own.jit = wordOf(*policy.jitProvisioning);
  if (policy.defaultRole) own.defaultRole = policy.defaultRole->empty() ? "none" : *policy.defaultRole;
  if (policy.linkExisting) own.linking = wordOf(*policy.linkExisting);
  if (policy.updateAttributes) own.updates = wordOf(*policy.updateAttributes);
  return own;
}

/// What the form shows of a connection's own rules; the rest of them stays.
void putOwn(const PolicyForm::Own& own, sso::ConnectionPolicy& policy) {
  const bool inherits = own.defaultRole == "inherit";
  policy.jitProvisioning = own.jit == "inherit" ? std::nullopt : std::optional(own.jit == "on");
  policy.updateAttributes = own.updates == "inherit" ? std::nullopt : std::optional(own.updates == "on");
  policy.linkExisting = own.linking == "inherit" ? std::nullopt : std::optional(ruleOf(own.linking));
  policy.defaultRole = inherits ? std::nullopt : std::optional(own.defaultRole == "none" ? "" : own.defaultRole);
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
  form.ceiling = policy.roleCeiling == sso::RoleCeiling::kAdmin ? "admin" : "ordinary";
  form.dormancy = std::to_string(policy.dormantAfterDays);
  for (const auto& [group, role] : policy.groupRoles) form.rows.push_back({group, role});
  for (const auto& connection : connections) {
    if (form.connections.size() == kMostConnections) break;
    const auto own = policy.connections.find(connection.id);
    const auto& name = connection.buttonTitle.empty() ? connection.provider : connection.buttonTitle;
    form.connections.push_back(
        ownOf(connection.id, name, own == policy.connections.end() ? sso::ConnectionPolicy() : own->second));
  }
  for (const auto& [id, own] : policy.connections) {
    const auto isIt = [&id = id](const Own& one) { return one.connection == id; };
    if (std::none_of(form.connections.begin(), form.connections.end(), isIt)) {
      form.connections.push_back(ownOf(id, "", own));
    }
  }
  form.tellOwnGroups(policy);
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
  for (std::size_t i = 0; i < kMostRows; ++i) {
    const auto at = std::to_string(i);
    const auto group = form.single("group_" + at);
    if (!group) break;
    typed.rows.push_back({*group, choiceOf(form, "role_" + at, {"member", "admin"})});
  }
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

void PolicyForm::tellOwnGroups(const sso::OrganizationPolicy& policy) {
  for (auto& own : connections) {
    const auto stored = policy.connections.find(own.connection);
    own.hasOwnGroups = stored != policy.connections.end() && stored->second.groupRoles.has_value();
    own.ownGroups = own.hasOwnGroups ? stored->second.groupRoles->size() : 0;
  }
}

void PolicyForm::addRow() {
  if (rows.size() < kMostRows) rows.emplace_back();
}

void PolicyForm::removeRow(std::size_t row) {
  if (row < rows.size()) rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(row));
}

sso::OrganizationPolicy PolicyForm::policyOver(const sso::OrganizationPolicy& base) const {
  sso::OrganizationPolicy policy = base;
  policy.jitProvisioning = jit != "off";
  if (policy.jitProvisioning) policy.approvalRequired = jit == "approval";
  policy.defaultRole = defaultRole;
  policy.linkExisting = ruleOf(linking);
  policy.updateAttributes = updates == "on";
  policy.roleCeiling = ceiling == "admin" ? sso::RoleCeiling::kAdmin : sso::RoleCeiling::kOrdinary;
  if (!dormancy.empty()) policy.dormantAfterDays = daysOf(dormancy);
  policy.groupRoles.clear();
  for (const auto& row : rows) {
    if (!row.group.empty()) policy.groupRoles.push_back({row.group, row.role});
  }
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
