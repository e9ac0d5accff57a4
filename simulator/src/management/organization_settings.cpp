// SPDX-License-Identifier: Apache-2.0
#include "management/organization_settings.h"

#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include "management/field_reader.h"
#include "management/organizations.h"
#include "session_rules.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

/// The flag behind a feature's name; null for any other name. `scim` is one: a page of the documentation says so, the
/// API says `dir_sync` (CONTRACT.md 12 row 29).
bool Organization::*featureFlag(const std::string& name) {
  if (name == "sso") return &Organization::ssoEnabled;
  if (name == "dir_sync") return &Organization::directoryEnabled;
  if (name == "domain_verification") return &Organization::domainVerificationEnabled;
  if (name == "session_policy") return &Organization::sessionPolicyEnabled;
  return nullptr;
}

Json updateSettings(ApiCall& call) {
  Organization& organization = call.organization();
  std::vector<FieldViolation> violations;
  std::vector<std::pair<bool Organization::*, bool>> changes;
  std::set<std::string> seen;
  FieldReader reader(call.body(), "settings", violations);
  const Json* features = reader.array("features", 10);
  for (std::size_t i = 0; features != nullptr && i < features->size(); ++i) {
    FieldReader item((*features)[i], "settings.features[" + std::to_string(i) + "]", violations);
    const std::string name = item.requiredText("name", {1, 64});
    const auto enabled = item.flag("enabled");
    const auto flag = featureFlag(name);
    if (flag == nullptr) item.violation("name", "there is no such feature", "string.in");
    if (!enabled) item.violation("enabled", "value is required", "required");
    if (!seen.insert(name).second) item.violation("name", "the feature is named twice", "repeated.unique");
    item.finish();
    if (flag != nullptr && enabled) changes.emplace_back(flag, *enabled);
  }
  reader.finish();
  throwIfAny(std::move(violations));
  for (const auto& [flag, enabled] : changes) organization.*flag = enabled;
  organization.updatedAt = call.now;
  call.changed();
  return {{"organization", organizationJson(organization)}};
}

/// Timeouts come back in minutes, whatever unit they were sent in; none are shown for APPLICATION.
Json policyJson(const SessionPolicy& policy) {
  if (!policy.custom) return {{"policy_source", "APPLICATION"}};
  Json json = {{"policy_source", "CUSTOM"},
               {"absolute_session_timeout", policy.absoluteMinutes},
               {"absolute_session_timeout_unit", "MINUTES"},
               {"idle_session_timeout_enabled", policy.idleEnabled}};
  if (policy.idleEnabled) {
    json["idle_session_timeout"] = policy.idleMinutes;
    json["idle_session_timeout_unit"] = "MINUTES";
  }
  return json;
}

Json getSessionPolicy(ApiCall& call) { return {{"policy", policyJson(call.organization().sessionPolicy)}}; }

/// A timeout in minutes: `<name>` in the unit of `<name>_unit`, which is MINUTES when absent.
std::optional<int> readTimeout(FieldReader& reader, const std::string& name) {
  constexpr long long kYear = 366LL * 24 * 60;
  const auto amount = reader.number(name, 1, std::numeric_limits<int>::max());
  // The schema says MINUTES, its description 'minutes'.
  const auto unit = reader.oneOf(name + "_unit", {"MINUTES", "HOURS", "DAYS", "minutes", "hours", "days"});
  if (!amount) return std::nullopt;
  const char first = unit && !unit->empty() ? unit->front() : 'M';
  const long long factor = first == 'H' || first == 'h' ? 60 : first == 'D' || first == 'd' ? 1440 : 1;
  const long long minutes = *amount * factor;
  if (minutes > kYear) reader.violation(name, "value must be at most a year", "integer.range");
  return static_cast<int>(std::min(minutes, kYear));
}

Json setSessionPolicy(ApiCall& call) {
  Organization& organization = call.organization();
  std::vector<FieldViolation> violations;
  FieldReader reader(call.body(), "policy", violations);
  SessionPolicy policy;
  reader.requiredText("policy_source", {});
  policy.custom = reader.oneOf("policy_source", {"APPLICATION", "CUSTOM"}).value_or("") == "CUSTOM";
  const auto absolute = readTimeout(reader, "absolute_session_timeout");
  const auto idle = readTimeout(reader, "idle_session_timeout");
  policy.idleEnabled = reader.flag("idle_session_timeout_enabled").value_or(false);
  policy.absoluteMinutes = absolute.value_or(0);
  policy.idleMinutes = idle.value_or(0);
  if (policy.custom && !absolute) reader.violation("absolute_session_timeout", "value is required", "required");
  if (policy.custom && policy.idleEnabled && !idle) {
    reader.violation("idle_session_timeout", "value is required", "required");
  }
  reader.finish();
  throwIfAny(std::move(violations));
  organization.sessionPolicy = policy.custom ? policy : SessionPolicy{};
  organization.updatedAt = call.now;
  call.changed();
  return {{"policy", policyJson(organization.sessionPolicy)}};
}

Json getApplicationPolicy(ApiCall& call) {
  call.organization();
  return {{"application_policy",
           {{"absolute_session_timeout", kDefaultAbsoluteMinutes},
            {"absolute_session_timeout_unit", "MINUTES"},
            {"idle_session_timeout_enabled", false}}}};
}

Json userLimitJson(const Organization& organization) {
  return {{"settings", {{"max_allowed_users", organization.maxUsers}}}};
}

Json getUserLimit(ApiCall& call) { return userLimitJson(call.organization()); }

/// Null, absent and 0 all mean: no limit.
Json setUserLimit(ApiCall& call) {
  Organization& organization = call.organization();
  std::vector<FieldViolation> violations;
  FieldReader reader(call.body(), "", violations);
  const Json* settings = reader.object("settings");
  std::optional<long long> limit;
  if (settings != nullptr) {
    FieldReader inner(*settings, "settings", violations);
    limit = inner.number("max_allowed_users", 0, std::numeric_limits<int>::max());
    inner.finish();
  } else {
    reader.violation("settings", "value is required", "required");
  }
  reader.finish();
  throwIfAny(std::move(violations));
  organization.maxUsers = static_cast<int>(limit.value_or(0));
  organization.updatedAt = call.now;
  call.changed();
  return userLimitJson(organization);
}

constexpr std::array kOrganizationSettingsRoutes = {
    ApiRoute{"PATCH", "organizations/{id}/settings", updateSettings},
    ApiRoute{"GET", "organizations/{id}/session-policy", getSessionPolicy},
    ApiRoute{"PATCH", "organizations/{id}/session-policy", setSessionPolicy},
    ApiRoute{"GET", "organizations/{id}/application-session-policy", getApplicationPolicy},
    ApiRoute{"GET", "organizations/{id}/settings/usermanagement", getUserLimit},
    ApiRoute{"PATCH", "organizations/{id}/settings/usermanagement", setUserLimit},
};

}  // namespace

std::span<const ApiRoute> organizationSettingsRoutes() { return kOrganizationSettingsRoutes; }

}  // namespace scalekit_simulator
