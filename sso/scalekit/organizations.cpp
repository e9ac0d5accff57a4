// SPDX-License-Identifier: Apache-2.0
#include "sso/scalekit/organizations.h"

#include <algorithm>
#include <limits>

#include "oidc/upstream_answer.h"
#include "scalekit/json_fields.h"
#include "scalekit/rest_api.h"
#include "sso/scalekit/api_error.h"

namespace sso::scalekit {
namespace {

using namespace sso::detail;
using nlohmann::json;
using std::chrono::minutes;

Feature featureFrom(const json& feature) { return {idField(feature, "name"), flagField(feature, "enabled")}; }

Organization organizationFrom(const json& object) {
  Organization organization;
  organization.id = idField(object);
  organization.displayName = textField(object, "display_name");
  organization.externalId = textField(object, "external_id");
  organization.slug = textField(object, "slug");
  organization.logoUrl = textField(object, "logo_url");
  organization.regionCode = textField(object, "region_code");
  organization.metadata = pairsField(object, "metadata");
  organization.features = listField<Feature>(objectField(object, "settings"), "features", featureFrom);
  organization.createTime = timeField(object, "create_time");
  organization.updateTime = timeField(object, "update_time");
  return organization;
}

Organization organizationIn(const json& answer) { return organizationFrom(requiredObject(answer, "organization")); }

Organization sameOrganization(const json& answer, std::string_view id) {
  Organization organization = organizationIn(answer);
  requireAsked(organization.id, id);
  return organization;
}

json bodyOf(const NewOrganization& organization) {
  json body = {{"display_name", organization.displayName}};
  if (!organization.externalId.empty()) body["external_id"] = organization.externalId;
  if (!organization.slug.empty()) body["slug"] = organization.slug;
  if (!organization.logoUrl.empty()) body["logo_url"] = organization.logoUrl;
  if (!organization.metadata.empty()) body["metadata"] = organization.metadata;
  return body;
}

json bodyOf(const OrganizationChange& change) {
  json body = json::object();
  if (change.displayName) body["display_name"] = *change.displayName;
  if (change.externalId) body["external_id"] = *change.externalId;
  if (change.slug) body["slug"] = *change.slug;
  if (change.logoUrl) body["logo_url"] = *change.logoUrl;
  if (change.metadata) body["metadata"] = *change.metadata;
  return body;
}

/// A number and its unit beside it; absent or 0 is no limit.
std::optional<minutes> timeoutField(const json& policy, const std::string& name) {
  constexpr std::uint64_t kMost = 10ULL * 365 * 24 * 60;  // ten years: more is a broken answer
  const std::uint64_t number = countField(policy, name);
  if (number == 0) return std::nullopt;
  const std::string unit = textField(policy, name + "_unit");
  const bool inMinutes = unit.empty() || unit == "MINUTES" || unit == "minutes";  // what answers state, or leave out
  const std::uint64_t factor = inMinutes ? 1 : unit == "HOURS" ? 60 : unit == "DAYS" ? 24 * 60 : 0;
  if (factor == 0 || number > kMost / factor) rejectAnswer("a session timeout has no unit that we know");
  return minutes(static_cast<std::int64_t>(number * factor));
}

SessionPolicy policyIn(const json& answer) {
  const json& object = requiredObject(answer, "policy");
  SessionPolicy policy;
  const std::string source = textField(object, "policy_source");
  policy.custom = source == "CUSTOM";
  // A third kind would be a policy that nobody here can tell from none.
  if (!policy.custom && !source.empty() && source != "APPLICATION")
    rejectAnswer("an unknown source of a session policy");
  if (!policy.custom) return policy;
  policy.absoluteTimeout = timeoutField(object, "absolute_session_timeout");
  if (flagField(object, "idle_session_timeout_enabled")) {
    policy.idleTimeout = timeoutField(object, "idle_session_timeout");
  }
  return policy;
}

json bodyOf(const SessionPolicy& policy) {
  json body = {{"policy_source", policy.custom ? "CUSTOM" : "APPLICATION"}};
  if (!policy.custom) return body;
  if (policy.absoluteTimeout) {
    body["absolute_session_timeout"] = policy.absoluteTimeout->count();
    body["absolute_session_timeout_unit"] = "MINUTES";
  }
  body["idle_session_timeout_enabled"] = policy.idleTimeout.has_value();
  if (policy.idleTimeout) {
    body["idle_session_timeout"] = policy.idleTimeout->count();
    body["idle_session_timeout_unit"] = "MINUTES";
  }
  return body;
}

}  // namespace

bool Organization::has(std::string_view featureName) const {
  return std::any_of(features.begin(), features.end(),
                     [&](const Feature& one) { return one.enabled && one.name == featureName; });
}

Organization Organizations::create(const NewOrganization& organization) const {
  return organizationIn(api_->once("organizations.create", "POST", ApiPath("organizations"), bodyOf(organization)));
}

Organization Organizations::get(std::string_view id) const {
  return sameOrganization(api_->get("organizations.get", ApiPath("organizations").id(id)), id);
}

std::optional<Organization> Organizations::byExternalId(std::string_view externalId) const {
  // What cannot be a segment of a path (see ApiPath) is looked for in the list.
  if (externalId.find_first_of("/\\?#%:") != std::string_view::npos) {
    for (const auto& one : list({.externalId = std::string(externalId)})) {
      if (one.externalId == externalId) return one;
    }
    return std::nullopt;
  }
  try {
    Organization found =
        organizationIn(api_->get("organizations.byExternalId", ApiPath("organizations:external").id(externalId)));
    requireAsked(found.externalId, externalId);
    return found;
  } catch (const ApiError& error) {
    if (error.saysNotFound()) return std::nullopt;
    throw;
  }
}

Listing<Organization> Organizations::list(const OrganizationFilter& filter) const {
  return Listing<Organization>([api = api_, filter](const std::string& pageToken) {
    auto query = pageQuery(filter.pageSize, pageToken);
    if (!filter.externalId.empty()) query.emplace_back("external_id", filter.externalId);
    return pageOf<Organization>(api->get("organizations.list", ApiPath("organizations"), query), "organizations",
                                organizationFrom);
  });
}

Listing<Organization> Organizations::search(std::string_view words) const {
  return Listing<Organization>([api = api_, words = std::string(words)](const std::string& pageToken) {
    auto query = pageQuery(kSmallPage, pageToken);
    query.emplace_back("query", words);
    return pageOf<Organization>(api->get("organizations.search", ApiPath("organizations:search"), query),
                                "organizations", organizationFrom);
  });
}

Organization Organizations::update(std::string_view id, const OrganizationChange& change) const {
  return sameOrganization(
      api_->change("organizations.update", "PATCH", ApiPath("organizations").id(id), bodyOf(change)), id);
}

void Organizations::remove(std::string_view id) const {
  api_->once("organizations.remove", "DELETE", ApiPath("organizations").id(id));
}

Organization Organizations::setFeatures(std::string_view id, const std::vector<Feature>& features) const {
  json list = json::array();
  for (const auto& one : features) list.push_back({{"name", one.name}, {"enabled", one.enabled}});
  return sameOrganization(
      api_->change("organizations.setFeatures", "PATCH", ApiPath("organizations").id(id).word("settings"),
                   json{{"features", std::move(list)}}),
      id);
}

SessionPolicy Organizations::sessionPolicy(std::string_view id) const {
  return policyIn(api_->get("organizations.sessionPolicy", ApiPath("organizations").id(id).word("session-policy")));
}

SessionPolicy Organizations::setSessionPolicy(std::string_view id, const SessionPolicy& policy) const {
  return policyIn(api_->change("organizations.setSessionPolicy", "PATCH",
                               ApiPath("organizations").id(id).word("session-policy"), bodyOf(policy)));
}

std::uint32_t Organizations::setMaxAllowedUsers(std::string_view id, std::uint32_t users) const {
  const json answer = api_->change("organizations.setMaxAllowedUsers", "PATCH",
                                   ApiPath("organizations").id(id).word("settings").word("usermanagement"),
                                   json{{"settings", {{"max_allowed_users", users}}}});
  const std::uint64_t now = countField(requiredObject(answer, "settings"), "max_allowed_users");
  if (now > std::numeric_limits<std::uint32_t>::max()) rejectAnswer("a limit of users is out of range");
  return static_cast<std::uint32_t>(now);
}

}  // namespace sso::scalekit
