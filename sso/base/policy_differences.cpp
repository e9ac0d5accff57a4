// SPDX-License-Identifier: Apache-2.0
#include "sso/policy_differences.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <set>

namespace sso {
namespace {

constexpr std::size_t kMostListed = 10;
constexpr std::size_t kMaxGroupShown = 100;  // bytes
constexpr std::size_t kMaxRoleShown = 64;
constexpr std::size_t kMaxListBytes = 270;  // and then "and 199 more"

std::string wordOf(bool on) { return on ? "on" : "off"; }
std::string wordOf(LinkRule rule) { return rule == LinkRule::kAutomatic ? "automatic" : "after_proof"; }
std::string wordOf(RoleCeiling ceiling) { return ceiling == RoleCeiling::kAdmin ? "admin" : "ordinary"; }
std::string wordOf(DomainAuthority authority) {
  return authority == DomainAuthority::kScalekit ? "scalekit" : "operator";
}
std::string wordOf(SsoMode mode) { return std::string(nameOf(mode)); }
std::string wordOf(std::uint32_t number) { return std::to_string(number); }
std::string daysOf(std::uint32_t days) { return days == 0 ? "off" : std::to_string(days) + " days"; }
std::string wordOf(const std::string& role) { return role.empty() ? "none" : role; }

/// The first bytes of a text, cut between two characters.
std::string firstOf(const std::string& text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  std::size_t end = bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "…";
}

/// Some directories name a group by its address, and the trail holds none.
std::string shown(const GroupRole& entry) {
  const bool address = entry.group.find('@') != std::string::npos;
  return (address ? std::string("(an address)") : firstOf(entry.group, kMaxGroupShown)) + "=" +
         firstOf(entry.role, kMaxRoleShown);
}

using Mapping = std::vector<GroupRole>;
using Pairs = std::multiset<std::pair<std::string_view, std::string_view>>;

Pairs pairsOf(const Mapping& mapping) {
  Pairs pairs;
  for (const auto& [group, role] : mapping) pairs.insert({group, role});
  return pairs;
}

/// What is in this mapping and not in the other; "nothing", or the first few.
std::string onlyIn(const Mapping& mapping, const Mapping& other) {
  Pairs rest = pairsOf(other);
  std::string text;
  std::size_t listed = 0, more = 0;
  for (const auto& entry : mapping) {
    const auto same = rest.find({entry.group, entry.role});
    if (same != rest.end()) {
      rest.erase(same);
      continue;
    }
    const std::string one = shown(entry);
    if (listed == kMostListed || text.size() + one.size() > kMaxListBytes) {
      ++more;
      continue;
    }
    text += (text.empty() ? "" : ", ") + one;
    ++listed;
  }
  if (more > 0) text += " and " + std::to_string(more) + " more";
  return text.empty() ? "nothing" : text;
}

/// "2026-01-31 09:12"; UTC. GCC 12 has no std::format.
std::string minuteOf(TimePoint at) {
  const auto minute = std::chrono::floor<std::chrono::minutes>(at);
  const auto day = std::chrono::floor<std::chrono::days>(minute);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{minute - day};
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()));
  return text;
}

std::string shown(const ConnectionMigration& window) {
  return window.retired + " to " + window.replacement + " from " + minuteOf(window.opensAt) + " until " +
         minuteOf(window.closesAt) + " UTC" + (window.automatic ? ", automatic" : "");
}

/// The windows that are in this list and not in the other.
std::string onlyIn(const std::vector<ConnectionMigration>& windows, const std::vector<ConnectionMigration>& others) {
  std::string text;
  std::size_t more = 0;
  for (const auto& window : windows) {
    if (std::find(others.begin(), others.end(), window) != others.end()) continue;
    const std::string one = shown(window);
    if (text.size() + one.size() > kMaxListBytes) {
      ++more;
    } else {
      text += (text.empty() ? "" : "; ") + one;
    }
  }
  if (more > 0) text += " and " + std::to_string(more) + " more";
  return text.empty() ? "nothing" : text;
}

class Differences {
 public:
  explicit Differences(std::string connection = {}) : connection_(std::move(connection)) {}

  template <class Value>
  void compare(const char* rule, const Value& before, const Value& after) {
    if (before != after) add(rule, wordOf(before), wordOf(after));
  }
  /// A connection's own rule.
  template <class Value>
  void compare(const char* rule, const std::optional<Value>& before, const std::optional<Value>& after) {
    if (before != after) add(rule, before ? wordOf(*before) : "inherited", after ? wordOf(*after) : "inherited");
  }
  void compareGroups(const Mapping& before, const Mapping& after) {
    if (pairsOf(before) != pairsOf(after)) add("group_roles", onlyIn(before, after), onlyIn(after, before));
  }
  void compareGroups(const std::optional<Mapping>& before, const std::optional<Mapping>& after) {
    if (before && after) return compareGroups(*before, *after);
    if (before.has_value() == after.has_value()) return;
    const Mapping none;
    add("group_roles", before ? onlyIn(*before, none) : "inherited", after ? onlyIn(*after, none) : "inherited");
  }
  void compareWindows(const std::vector<ConnectionMigration>& before, const std::vector<ConnectionMigration>& after) {
    const auto from = onlyIn(before, after), to = onlyIn(after, before);
    if (from != to) add("migrations", from, to);
  }
  /// Of a list that only its operator writes, how long it is.
  template <class Entry>
  void compareCounts(const char* rule, const std::vector<Entry>& before, const std::vector<Entry>& after) {
    if (before != after)
      add(rule, std::to_string(before.size()) + " entries", std::to_string(after.size()) + " entries");
  }
  void take(const Differences& other) { found_.insert(found_.end(), other.found_.begin(), other.found_.end()); }
  std::vector<PolicyDifference> found() && { return std::move(found_); }

 private:
  void add(const char* rule, std::string from, std::string to) {
    found_.push_back({rule, connection_, std::move(from), std::move(to)});
  }

  std::string connection_;
  std::vector<PolicyDifference> found_;
};

Differences ofConnection(const std::string& id, const ConnectionPolicy& before, const ConnectionPolicy& after) {
  Differences found(id);
  found.compare("jit_provisioning", before.jitProvisioning, after.jitProvisioning);
  found.compare("approval_required", before.approvalRequired, after.approvalRequired);
  found.compare("default_role", before.defaultRole, after.defaultRole);
  found.compare("link_existing", before.linkExisting, after.linkExisting);
  found.compare("update_attributes", before.updateAttributes, after.updateAttributes);
  found.compareGroups(before.groupRoles, after.groupRoles);
  found.compare("role_ceiling", before.roleCeiling, after.roleCeiling);
  found.compare("trusted", before.trusted, after.trusted);
  return found;
}

/// Does not compile when a rule is added: then differencesOf() and isCustomersRule() have to learn of it, or it could
/// be changed by anybody and without a trace.
[[maybe_unused]] void everyRuleIsCompared(const OrganizationPolicy& policy, const ConnectionPolicy& connection) {
  [[maybe_unused]] const auto& [mode, jit, approval, role, trusted, linking, updates, directory, creations, groups,
                                ceiling, seats, connections, migrations, domains, dormancy] = policy;
  [[maybe_unused]] const auto& [ownJit, ownTrust, ownUpdates, ownLinking, ownRole, ownGroups, ownApproval, ownCeiling] =
      connection;
}

}  // namespace

std::vector<PolicyDifference> differencesOf(const OrganizationPolicy& before, const OrganizationPolicy& after) {
  Differences found;
  found.compare("mode", before.mode, after.mode);
  found.compare("jit_provisioning", before.jitProvisioning, after.jitProvisioning);
  found.compare("approval_required", before.approvalRequired, after.approvalRequired);
  found.compare("default_role", before.defaultRole, after.defaultRole);
  found.compare("link_existing", before.linkExisting, after.linkExisting);
  found.compare("update_attributes", before.updateAttributes, after.updateAttributes);
  found.compareGroups(before.groupRoles, after.groupRoles);
  found.compare("role_ceiling", before.roleCeiling, after.roleCeiling);
  found.compare("directory_active", before.directoryActive, after.directoryActive);
  found.compare("creations_per_hour", before.creationsPerHour, after.creationsPerHour);
  found.compare("seat_limit", before.seatLimit, after.seatLimit);
  found.compare("dormant_after_days", daysOf(before.dormantAfterDays), daysOf(after.dormantAfterDays));
  found.compare("domain_authority", before.domainAuthority, after.domainAuthority);
  found.compareCounts("trusted_connections", before.trustedConnections, after.trustedConnections);
  found.compareWindows(before.migrations, after.migrations);

  std::set<std::string> connections;
  for (const auto* policy : {&before, &after}) {
    for (const auto& [id, own] : policy->connections) connections.insert(id);
  }
  for (const auto& id : connections) {
    const auto ownOf = [&](const OrganizationPolicy& policy) {
      const auto own = policy.connections.find(id);
      return own == policy.connections.end() ? ConnectionPolicy{} : own->second;
    };
    found.take(ofConnection(id, ownOf(before), ownOf(after)));
  }
  return std::move(found).found();
}

bool isCustomersRule(std::string_view rule) {
  static constexpr std::array<std::string_view, 9> kCustomers{
      "jit_provisioning", "approval_required", "default_role", "link_existing",     "update_attributes",
      "group_roles",      "role_ceiling",      "migrations",   "dormant_after_days"};
  return std::find(kCustomers.begin(), kCustomers.end(), rule) != kCustomers.end();
}

}  // namespace sso
