// SPDX-License-Identifier: Apache-2.0
#include "sso/admin_portal/preview_view.h"

#include <array>
#include <nlohmann/json.hpp>

namespace sso::admin_portal {
namespace {

using Json = nlohmann::ordered_json;

struct GroupWords {
  MemberOutlook outlook;
  Tone tone;
  std::string_view title, text;
};

/// In the order of the page: whom it costs something first.
constexpr std::array kGroups{
    GroupWords{MemberOutlook::kShutOut, Tone::kBad, "Could not sign in any more",
               "Help them first, or leave single sign-on optional."},
    GroupWords{MemberOutlook::kCollides, Tone::kBad, "Collide with another account",
               "Their address is in the way of their own sign-in. Clear that up first."},
    GroupWords{MemberOutlook::kMustConfirm, Tone::kWaiting, "Confirm their account once",
               "At their next sign-in they are asked for the password of their account here, or for a link from their "
               "mailbox, so that nobody gets somebody else's. Then they are connected."},
    GroupWords{MemberOutlook::kConnectsByItself, Tone::kGood, "Connected by themselves",
               "Their account is connected at their next sign-in. They are asked for nothing."},
    GroupWords{MemberOutlook::kConnected, Tone::kGood, "Connected already", "Nothing changes for them."},
    GroupWords{MemberOutlook::kKeepsPassword, Tone::kOff, "Keep their password",
               "Emergency owners never depend on your identity provider."},
};

std::string peopleInWords(std::size_t count) { return count == 1 ? "1 person" : std::to_string(count) + " people"; }

/// Plainly: whom nobody looked at may be shut out.
std::string unseenInWords(const ModePreview& preview) {
  if (preview.complete) return "";
  if (preview.members.empty()) {
    return "This application does not say who your people are, so nobody could be looked at. Whoever cannot sign in "
           "through your company is locked out.";
  }
  return "There are more than " + std::to_string(preview.members.size()) +
         " people in your team, and only the first of them were looked at. Whoever of the others cannot sign in "
         "through "
         "your company is locked out.";
}

Json jsonOf(const PreviewGroup& group) {
  Json members = Json::array();
  for (const auto& member : group.members) {
    members.push_back({{"email", member.email}, {"why", member.why}, {"has_why", !member.why.empty()}});
  }
  const auto hidden = group.count - group.members.size();
  return {{"outlook", nameOf(group.outlook)},
          {"title", group.title},
          {"text", group.text},
          {"people", peopleInWords(group.count)},
          {"open", group.tone == Tone::kBad},
          {"good", group.tone == Tone::kGood},
          {"waiting", group.tone == Tone::kWaiting},
          {"bad", group.tone == Tone::kBad},
          {"members", std::move(members)},
          {"has_more", hidden > 0},
          {"more", peopleInWords(hidden)}};
}

}  // namespace

PreviewView describePreview(const ModePreview& preview) {
  PreviewView view;
  view.total = preview.members.size();
  view.complete = preview.complete;
  view.unseen = unseenInWords(preview);
  view.digest = preview.digest;
  for (const auto& words : kGroups) {
    PreviewGroup group{words.outlook, words.tone, std::string(words.title), std::string(words.text)};
    for (const auto& member : preview.members) {
      if (member.outlook != words.outlook) continue;
      if (++group.count <= PreviewGroup::kShownMembers) group.members.push_back({member.email, member.explanation});
    }
    if (group.count > 0) view.groups.push_back(std::move(group));
  }
  return view;
}

std::string toJson(const PreviewView& view) {
  Json groups = Json::array();
  for (const auto& group : view.groups) groups.push_back(jsonOf(group));
  const Json json = {{"connection", view.connection},
                     {"has_connection", !view.connection.empty()},
                     {"has_groups", !view.groups.empty()},
                     {"groups", std::move(groups)},
                     {"people", peopleInWords(view.total)},
                     {"complete", view.complete},
                     {"unseen", view.unseen},
                     {"has_unseen", !view.unseen.empty()},
                     {"digest", view.digest},
                     {"possible", view.required.possible},
                     {"current", view.required.current},
                     {"action", view.required.action},
                     {"blocked", view.required.blocked},
                     {"has_blocked", !view.required.blocked.empty()},
                     {"problem", view.problem},
                     {"has_problem", !view.problem.empty()}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace sso::admin_portal
