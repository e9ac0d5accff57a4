// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "password_rules.h"
#include "seed.h"
#include "seed_node.h"
#include "seed_policy.h"
#include "sso/error.h"
#include "sso/identity.h"
#include "sso/reason.h"
#include "stores/account_store.h"

/// Reading and checking a seed file. Writing it is in seed_writer.cpp.
namespace hostapp {
namespace {

using nlohmann::json;
using Node = SeedNode;

constexpr std::size_t kMaxBytes = 4 << 20;
constexpr int kMaxDepth = 8;

[[noreturn]] void refuseSeed(const std::string& why) {
  throw sso::Error(sso::ErrorCode::kConfig, sso::reason::kConfig, why);
}

/// Parses the text; a member that comes twice and a depth that no seed has are refused (SECURITY 5, items 11, 12).
json parseDocument(std::string_view text) {
  if (text.size() > kMaxBytes) refuseSeed("seed: larger than 4 MiB");
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
  if (tooDeep) refuseSeed("seed: nested too deeply");
  if (document.is_discarded()) refuseSeed("seed: not valid JSON");
  if (!duplicate.empty()) refuseSeed("seed: the member \"" + duplicate + "\" comes twice in one object");
  return document;
}

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
  node.object("policy", [&](const Node& policy) { organization.policy = readSeedPolicy(policy); });
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
  refuseSeed(all);
}

}  // namespace hostapp
