// SPDX-License-Identifier: Apache-2.0
#include "pages/policy_words.h"

#include <array>
#include <charconv>

namespace hostapp::policy_words {
namespace {

using Named = std::pair<std::string_view, std::string_view>;

constexpr std::string_view kEvent = "sso.organization.policy_changed";

constexpr std::array<Named, 10> kRules{{{"migrations", "Moving to another connection"},
                                        {"jit_provisioning", "Accounts for new people"},
                                        {"approval_required", "An owner or admin agrees to new people"},
                                        {"default_role", "Role of new people"},
                                        {"link_existing", "Accounts that are there already"},
                                        {"update_attributes", "Names and addresses follow the company"},
                                        {"group_roles", "Groups and their roles"},
                                        {"role_ceiling", "Highest role that a group gives"},
                                        {"dormant_after_days", "Lock accounts that nobody uses"},
                                        {"trusted", "Unconfirmed addresses are believed"}}};

constexpr std::array<Named, 10> kValues{{{"on", "on"},
                                         {"off", "off"},
                                         {"after_proof", "after their password"},
                                         {"automatic", "connected by the address"},
                                         {"member", "Member"},
                                         {"admin", "Admin"},
                                         {"ordinary", "Member"},
                                         {"none", "none"},
                                         {"nothing", "none"},
                                         {"inherited", "as for everybody"}}};

/// Where a problem's words end in this, the person reads that.
constexpr std::array<Named, 18> kProblems{{
    {".group: 1 to 256 bytes, no control characters", "Enter the group's name, at most 256 characters in one line."},
    {".role: 1 to 64 bytes, no control characters", "Choose a role."},
    {".role: no role that a group may grant", "Choose a role that a group may give."},
    {"]: listed twice", "This group has this role in another line already."},
    {".groupRoles: needs a defaultRole", "Choose a role: whom no group gives one has to have this."},
    {".groupRoles: more than 200, those of all connections counted", "There are too many groups: at most 200."},
    {".defaultRole: no role that a sign-in may grant", "Choose a role that a sign-in may give."},
    {".defaultRole: needed while single sign-on is required",
     "Choose a role: your company's sign-in is required, and nobody new could come in."},
    {".dormantAfterDays: 30 to 1095, 0 for never", "Unused accounts are locked after 30 to 1095 days, or never."},
    {"policy: its names are too long together", "The names of the groups are too long together."},
    {".retired: no connection of this organization", "Choose a connection that people of your company came through."},
    {".replacement: no active connection of this organization", "Choose a connection that is switched on."},
    {".closesAt: not within the next 90 days", "Choose between 1 and 90 days."},
    {": a connection cannot replace itself", "Choose two different connections."},
    {"policy.migrations: more than 10", "There are too many windows: remove one that is closed."},
    {"policy.connections: more than 50", "There are too many connections with rules of their own: at most 50."},
    {": not the customer's to set", "This is not yours to change; ask Fieldnote's support."},
    {": contradicts trustedConnections", "This is not yours to change; ask Fieldnote's support."},
}};

template <std::size_t N>
std::string_view lookUp(const std::array<Named, N>& table, std::string_view name) {
  for (const auto& [word, text] : table) {
    if (word == name) return text;
  }
  return name;
}

/// "on -> off" in words.
std::string changeOf(std::string_view text) {
  constexpr std::string_view kArrow = " -> ";
  const auto arrow = text.find(kArrow);
  if (arrow == std::string_view::npos) return std::string(text);
  return std::string(lookUp(kValues, text.substr(0, arrow))) + " → " +
         std::string(lookUp(kValues, text.substr(arrow + kArrow.size())));
}

/// "jit_provisioning inherited -> off; ..." of one connection: a sentence for each rule.
void addOfConnection(std::vector<std::string>& sentences, const std::string& connection, std::string_view text) {
  while (!text.empty()) {
    const auto end = text.find("; ");
    const auto one = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 2);
    const auto space = one.find(' ');
    if (space == std::string_view::npos) continue;
    sentences.push_back(ruleName(one.substr(0, space)) + " (" + connection + "): " + changeOf(one.substr(space + 1)));
  }
}

}  // namespace

std::string ruleName(std::string_view rule) { return std::string(lookUp(kRules, rule)); }

std::string sentenceOf(const sso::PolicyDifference& difference) {
  return ruleName(difference.rule) + (difference.connection.empty() ? "" : " (" + difference.connection + ")") + ": " +
         changeOf(difference.from + " -> " + difference.to);
}

std::vector<std::string> changesOf(const sso::AuditEvent& event) {
  std::vector<std::string> sentences;
  if (event.name != kEvent) return sentences;
  for (const auto& [name, value] : event.details) {
    if (name == "version") continue;
    if (name == "more") {
      sentences.push_back(value + " more");
    } else if (name.starts_with("conn_")) {
      addOfConnection(sentences, name, value);
    } else {
      sentences.push_back(ruleName(name) + ": " + changeOf(value));
    }
  }
  return sentences;
}

std::int64_t versionOf(const sso::AuditEvent& event) {
  const auto found = event.details.find("version");
  std::int64_t version = 0;
  if (event.name != kEvent || found == event.details.end()) return 0;
  const auto& text = found->second;
  return std::from_chars(text.data(), text.data() + text.size(), version).ec == std::errc() ? version : 0;
}

std::string problemInWords(std::string_view problem) {
  for (const auto& [end, words] : kProblems) {
    if (problem.ends_with(end)) return std::string(words);
  }
  return "These rules cannot be saved together.";
}

}  // namespace hostapp::policy_words
