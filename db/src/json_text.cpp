// SPDX-License-Identifier: Apache-2.0
#include "json_text.h"

#include <array>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>
#include <vector>

#include "sso/error.h"
#include "sso/reason.h"

namespace sso::db {
namespace {

using Json = nlohmann::json;

[[noreturn]] void refuseColumn(std::string_view column, std::string_view what) {
  throw Error(ErrorCode::kStorage, reason::kStorage, "stored " + std::string(column) + ": " + std::string(what),
              "The row was written by a newer release or edited by hand: save it again through the application.");
}

constexpr std::array<std::pair<SsoMode, std::string_view>, 3> kModes = {
    {{SsoMode::kOff, "off"}, {SsoMode::kOptional, "optional"}, {SsoMode::kRequired, "required"}}};
constexpr std::array<std::pair<LinkRule, std::string_view>, 2> kLinkRules = {
    {{LinkRule::kAfterProof, "after_proof"}, {LinkRule::kAutomatic, "automatic"}}};
constexpr std::array<std::pair<DomainAuthority, std::string_view>, 2> kAuthorities = {
    {{DomainAuthority::kOperator, "operator"}, {DomainAuthority::kScalekit, "scalekit"}}};

template <class Words, class Value>
std::string wordOf(const Words& words, Value value) {
  for (const auto& [candidate, word] : words) {
    if (candidate == value) return std::string(word);
  }
  throw Error(ErrorCode::kInternal, reason::kInternal, "policy: a value without a word");
}

template <class Words>
auto valueOf(const Words& words, const std::string& text) {
  for (const auto& [value, word] : words) {
    if (word == text) return value;
  }
  refuseColumn("policy", "unknown word");
}

/// An object without duplicate members (nlohmann alone would keep the last one; SECURITY 5, item 12).
Json parseObject(std::string_view column, std::string_view text) {
  std::vector<std::set<std::string>> names;
  bool duplicate = false;
  const auto watch = [&](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) names.emplace_back();
    if (event == Json::parse_event_t::object_end) names.pop_back();
    if (event == Json::parse_event_t::key && !names.back().insert(parsed.get<std::string>()).second) duplicate = true;
    return true;
  };
  Json object = Json::parse(text, watch, /*allow_exceptions=*/false);
  if (!object.is_object() || duplicate) refuseColumn(column, "not one JSON object without duplicates");
  return object;
}

/// Takes the members out one by one; what is left at the end is unknown.
class Members {
 public:
  Members(std::string_view column, Json object) : column_(column), object_(std::move(object)) {}
  bool boolean(const char* name) {
    const Json member = take(name);
    if (!member.is_boolean()) refuseColumn(column_, std::string(name) + " is no boolean");
    return member.get<bool>();
  }
  /// A member that rows of an earlier release do not have yet.
  std::uint32_t numberOr(const char* name, std::uint32_t absent) {
    if (!object_.contains(name)) return absent;
    const Json member = take(name);
    if (!member.is_number_unsigned() || member > std::numeric_limits<std::uint32_t>::max()) {
      refuseColumn(column_, std::string(name) + " is no number");
    }
    return member.get<std::uint32_t>();
  }
  /// The same for a text.
  std::string textOr(const char* name, std::string_view absent) {
    return object_.contains(name) ? textOf(take(name)) : std::string(absent);
  }
  std::string text(const char* name) { return textOf(take(name)); }
  std::vector<std::string> texts(const char* name) {
    const Json member = take(name);
    if (!member.is_array()) refuseColumn(column_, std::string(name) + " is no array");
    std::vector<std::string> values;
    for (const auto& entry : member) values.push_back(textOf(entry));
    return values;
  }
  void requireNoMore() const {
    if (!object_.empty()) refuseColumn(column_, "unknown member");
  }

 private:
  Json take(const char* name) {
    const auto found = object_.find(name);
    if (found == object_.end()) refuseColumn(column_, std::string(name) + " is missing");
    Json member = std::move(*found);
    object_.erase(found);
    return member;
  }
  std::string textOf(const Json& value) const {
    if (!value.is_string()) refuseColumn(column_, "a value is no string");
    return value.get<std::string>();
  }
  std::string_view column_;
  Json object_;
};

}  // namespace

std::string policyToJson(const OrganizationPolicy& policy) {
  return Json{{"mode", wordOf(kModes, policy.mode)},
              {"jit_provisioning", policy.jitProvisioning},
              {"default_role", policy.defaultRole},
              {"trusted_connections", policy.trustedConnections},
              {"link_existing", wordOf(kLinkRules, policy.linkExisting)},
              {"update_attributes", policy.updateAttributes},
              {"directory_active", policy.directoryActive},
              {"creations_per_hour", policy.creationsPerHour},
              {"domain_authority", wordOf(kAuthorities, policy.domainAuthority)}}
      .dump();
}

OrganizationPolicy policyFromJson(std::string_view text) {
  Members members("policy", parseObject("policy", text));
  OrganizationPolicy policy;
  policy.mode = valueOf(kModes, members.text("mode"));
  policy.jitProvisioning = members.boolean("jit_provisioning");
  policy.defaultRole = members.text("default_role");
  policy.trustedConnections = members.texts("trusted_connections");
  policy.linkExisting = valueOf(kLinkRules, members.text("link_existing"));
  policy.updateAttributes = members.boolean("update_attributes");
  policy.directoryActive = members.boolean("directory_active");
  policy.creationsPerHour = members.numberOr("creations_per_hour", policy.creationsPerHour);
  policy.domainAuthority = valueOf(kAuthorities, members.textOr("domain_authority", "operator"));
  members.requireNoMore();
  return policy;
}

std::string detailsToJson(const std::map<std::string, std::string>& details) { return Json(details).dump(); }

std::map<std::string, std::string> detailsFromJson(std::string_view text) {
  std::map<std::string, std::string> details;
  const Json object = parseObject("details", text);
  for (const auto& [name, value] : object.items()) {
    if (!value.is_string()) refuseColumn("details", "a value is no string");
    details.emplace(name, value.get<std::string>());
  }
  return details;
}

}  // namespace sso::db
