// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "password_rules.h"
#include "roles.h"
#include "seed.h"
#include "sso/error.h"
#include "sso/identity.h"
#include "sso/reason.h"
#include "stores/account_store.h"
#include "text_rules.h"

/// Reading and checking a seed file. Writing it is in seed_writer.cpp.
namespace hostapp {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxBytes = 4 << 20;
constexpr int kMaxDepth = 8;

[[noreturn]] void refuse(const std::string& why) {
  throw sso::Error(sso::ErrorCode::kConfig, sso::reason::kConfig, why);
}

/// Parses the text; a member that comes twice and a depth that no seed has are refused (SECURITY 5, items 11, 12).
json parseDocument(std::string_view text) {
  if (text.size() > kMaxBytes) refuse("seed: larger than 4 MiB");
  std::vector<std::set<std::string>> open;
  std::string duplicate;
  bool tooDeep = false;
  const auto watch = [&](int depth, json::parse_event_t event, json& value) {
    tooDeep = tooDeep || depth > kMaxDepth;
    if (event == json::parse_event_t::object_start) open.emplace_back();
    if (event == json::parse_event_t::object_end) open.pop_back();
    if (event == json::parse_event_t::key && !open.back().insert(value.get<std::string>()).second) {
      duplicate = value.get<std::string>();
    }
    return !tooDeep;
  };
  json document = json::parse(text, watch, /*allow_exceptions=*/false);
  if (tooDeep) refuse("seed: nested too deeply");
  if (document.is_discarded()) refuse("seed: not valid JSON");
  if (!duplicate.empty()) refuse("seed: the member \"" + duplicate + "\" comes twice in one object");
  return document;
}

/// One object of the document; collects problems instead of stopping at the first.
class Node {
 public:
  Node(const json& value, std::string path, std::vector<std::string>& problems)
      : value_(value), path_(std::move(path)), problems_(problems) {
    if (!value_.is_object()) problem("", "expected an object");
  }

  bool isObject() const { return value_.is_object(); }
  void problem(const std::string& name, const std::string& text) const {
    problems_.push_back(path_ + (name.empty() ? "" : "." + name) + ": " + text);
  }
  /// A name that nobody reads is a typing mistake.
  void knowOnly(const std::set<std::string>& names) const {
    if (!value_.is_object()) return;
    for (const auto& item : value_.items()) {
      if (names.count(item.key()) == 0) problem(item.key(), "unknown member");
    }
  }
  const json* find(const std::string& name) const {
    if (!value_.is_object()) return nullptr;
    const auto found = value_.find(name);
    return found == value_.end() || found->is_null() ? nullptr : &*found;
  }
  std::string text(const std::string& name, bool required = false) const {
    const json* found = find(name);
    if (found == nullptr) {
      if (required && isObject()) problem(name, "required");
      return "";
    }
    if (!found->is_string()) {
      problem(name, "expected a string");
      return "";
    }
    const auto& value = found->get_ref<const std::string&>();
    if (value.empty() && required) problem(name, "must not be empty");
    return value;
  }
  std::string line(const std::string& name, std::size_t most) const {
    const std::string value = text(name, true);
    if (value.empty()) return "";
    const auto plain = plainLine(value, most);
    if (!plain) problem(name, "expected one line of 1 to " + std::to_string(most) + " characters");
    return plain.value_or("");
  }
  bool flag(const std::string& name, bool fallback) const {
    const json* found = find(name);
    if (found == nullptr) return fallback;
    if (!found->is_boolean()) problem(name, "expected true or false");
    return found->is_boolean() ? found->get<bool>() : fallback;
  }
  int number(const std::string& name, int least, int most) const {
    const json* found = find(name);
    if (found == nullptr) return least;
    const bool inRange = found->is_number_integer() && *found >= least && *found <= most;
    if (!inRange) problem(name, "expected a number from " + std::to_string(least) + " to " + std::to_string(most));
    return inRange ? found->get<int>() : least;
  }
  std::vector<std::string> texts(const std::string& name) const {
    std::vector<std::string> values;
    const json* found = find(name);
    if (found == nullptr) return values;
    if (!found->is_array() ||
        !std::all_of(found->begin(), found->end(), [](const json& one) { return one.is_string(); })) {
      problem(name, "expected a list of strings");
      return values;
    }
    for (const auto& one : *found) values.push_back(one.get<std::string>());
    return values;
  }
  /// One of these words, by its index; 0 when it is absent.
  std::size_t choice(const std::string& name, const std::vector<std::string>& words) const {
    const std::string word = text(name);
    if (word.empty()) return 0;
    const auto found = std::find(words.begin(), words.end(), word);
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
    std::string all;
    for (const auto& one : words) all += (all.empty() ? "" : ", ") + one;
    problem(name, "expected one of " + all);
    return 0;
  }
  /// Calls read for each object of a list.
  template <typename Read>
  void each(const std::string& name, const Read& read) const {
    const json* found = find(name);
    if (found == nullptr) return;
    if (!found->is_array()) return problem(name, "expected a list");
    for (std::size_t i = 0; i < found->size(); ++i) {
      read(Node((*found)[i], path_ + (path_.empty() ? "" : ".") + name + "[" + std::to_string(i) + "]", problems_));
    }
  }
  template <typename Read>
  void object(const std::string& name, const Read& read) const {
    if (const json* found = find(name)) read(Node(*found, path_ + "." + name, problems_));
  }

 private:
  const json& value_;
  std::string path_;
  std::vector<std::string>& problems_;
};

Seed::Member readMember(const Node& node) {
  node.knowOnly({"email", "name", "role", "password", "email_verified", "break_glass", "state"});
  Seed::Member member;
  const std::string typed = node.text("email", true);
  const auto email = sso::canonicalEmail(typed);
  if (!typed.empty() && !email) node.problem("email", "not an e-mail address");
  member.email = email.value_or("");
  member.name = node.line("name", 80);
  const std::vector<std::string> roles = {"member", "admin", "owner"};
  member.role = roles[node.choice("role", roles)];
  member.password = node.text("password");
  if (!member.password.empty()) {
    if (const auto problem = problemWithPassword(member.password, member.email, member.name)) {
      node.problem("password", *problem);
    }
  }
  member.emailVerified = node.flag("email_verified", true);
  member.breakGlass = node.flag("break_glass", false);
  const std::vector<std::string> states = {"active", "suspended", "deprovisioned"};
  member.state = accounts::stateNamed(states[node.choice("state", states)]).value_or(sso::AccountState::kActive);
  if (member.breakGlass && member.password.empty()) {
    node.problem("break_glass", "needs a password: it is the way in when single sign-on fails");
  }
  return member;
}

sso::OrganizationPolicy readPolicy(const Node& node) {
  node.knowOnly({"mode", "jit_provisioning", "default_role", "trusted_connections", "link_existing",
                 "update_attributes", "directory_active", "creations_per_hour"});
  sso::OrganizationPolicy policy;
  const sso::SsoMode modes[] = {sso::SsoMode::kOptional, sso::SsoMode::kRequired, sso::SsoMode::kOff};
  policy.mode = modes[node.choice("mode", {"optional", "required", "off"})];
  policy.jitProvisioning = node.flag("jit_provisioning", policy.jitProvisioning);
  policy.defaultRole = node.text("default_role");
  if (!policy.defaultRole.empty() && !isGrantableRole(policy.defaultRole)) {
    node.problem("default_role", "expected one of member, admin");
  }
  policy.trustedConnections = node.texts("trusted_connections");
  policy.linkExisting = node.choice("link_existing", {"after_proof", "automatic"}) == 1 ? sso::LinkRule::kAutomatic
                                                                                        : sso::LinkRule::kAfterProof;
  policy.updateAttributes = node.flag("update_attributes", policy.updateAttributes);
  policy.directoryActive = node.flag("directory_active", policy.directoryActive);
  if (node.find("creations_per_hour") != nullptr) {
    policy.creationsPerHour = static_cast<std::uint32_t>(node.number("creations_per_hour", 1, 100'000));
  }
  return policy;
}

std::optional<sso::Organization> readOrganization(const Node& node, const Seed::Tenant& tenant) {
  sso::Organization organization;
  organization.id = node.text("organization_id");
  organization.tenantId = tenant.id;
  organization.displayName = tenant.name;
  const bool suspended = node.choice("status", {"active", "suspended"}) == 1;
  organization.status = suspended ? sso::OrganizationStatus::kSuspended : sso::OrganizationStatus::kActive;
  for (const auto& domain : node.texts("domains")) {
    const auto canonical = sso::canonicalDomain(domain);
    if (!canonical) node.problem("domains", "not a domain: " + domain);
    if (canonical) organization.domains.push_back(*canonical);
  }
  node.object("policy", [&](const Node& policy) { organization.policy = readPolicy(policy); });
  if (organization.id.empty()) {
    // Dropping them silently would leave passwords on where "required" was meant to switch them off.
    if (!organization.domains.empty()) node.problem("organization_id", "required with domains");
    for (const char* needsIt : {"policy", "status"}) {
      if (node.find(needsIt) != nullptr) node.problem("organization_id", std::string("required with ") + needsIt);
    }
    return std::nullopt;
  }
  if (!tenant.id.empty() && !tenant.name.empty()) {
    for (const auto& problem : problemsOf(organization)) node.problem("", problem);
  }
  return organization;
}

Seed::Tenant readTenant(const Node& node) {
  node.knowOnly({"organization_id", "tenant_id", "name", "domains", "status", "policy", "members", "work_orders"});
  Seed::Tenant tenant;
  tenant.id = node.text("tenant_id", true);
  const bool plainId = std::all_of(tenant.id.begin(), tenant.id.end(), [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  if (!plainId || tenant.id.size() > 64) node.problem("tenant_id", "expected 1 to 64 of a-z, 0-9, _ and -");
  tenant.name = node.line("name", 80);
  tenant.organization = readOrganization(node, tenant);
  node.each("members", [&](const Node& member) { tenant.members.push_back(readMember(member)); });
  node.each("work_orders", [&](const Node& order) {
    order.knowOnly({"title", "site", "reported_by", "days_ago", "done"});
    tenant.workOrders.push_back({order.line("title", 120), order.line("site", 80), order.line("reported_by", 80),
                                 order.number("days_ago", 0, 3650), order.flag("done", false)});
  });
  return tenant;
}

/// What no single object can know: that ids, domains and members are unique in the file.
void checkUnique(const Seed& seed, std::vector<std::string>& problems) {
  std::set<std::string> tenants;
  std::set<std::string> organizations;
  std::set<std::string> domains;
  for (std::size_t i = 0; i < seed.tenants.size(); ++i) {
    const auto& tenant = seed.tenants[i];
    const std::string path = "organizations[" + std::to_string(i) + "]";
    if (!tenant.id.empty() && !tenants.insert(tenant.id).second) problems.push_back(path + ".tenant_id: comes twice");
    if (tenant.organization) {
      if (!organizations.insert(tenant.organization->id).second) {
        problems.push_back(path + ".organization_id: comes twice");
      }
      for (const auto& domain : tenant.organization->domains) {
        if (!domains.insert(domain).second) problems.push_back(path + ".domains: " + domain + " comes twice");
      }
    }
    std::set<std::string> emails;
    for (std::size_t m = 0; m < tenant.members.size(); ++m) {
      const auto& email = tenant.members[m].email;
      if (!email.empty() && !emails.insert(email).second) {
        problems.push_back(path + ".members[" + std::to_string(m) + "].email: comes twice");
      }
    }
  }
}

}  // namespace

Seed parseSeed(std::string_view text) {
  const json document = parseDocument(text);
  std::vector<std::string> problems;
  Seed seed;
  const Node root(document, "", problems);
  root.knowOnly({"organizations"});
  if (document.is_object() && root.find("organizations") == nullptr) problems.emplace_back("organizations: required");
  root.each("organizations", [&](const Node& node) { seed.tenants.push_back(readTenant(node)); });
  checkUnique(seed, problems);
  requireSoundSeed(problems);
  return seed;
}

void requireSoundSeed(const std::vector<std::string>& problems) {
  if (problems.empty()) return;
  std::string all = "seed: " + std::to_string(problems.size()) + (problems.size() == 1 ? " problem" : " problems");
  for (const auto& problem : problems) all += "\n  " + (problem.starts_with(".") ? problem.substr(1) : problem);
  refuse(all);
}

}  // namespace hostapp
