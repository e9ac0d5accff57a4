// SPDX-License-Identifier: Apache-2.0
#include "sso/admin_portal/preview_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace sso::admin_portal {
namespace {

MemberPreview member(const std::string& email, MemberOutlook outlook, const std::string& explanation = "") {
  return {email, email, outlook, explanation.empty() ? "" : "reason", explanation};
}

TEST(PreviewView, NamesFirstWhomItCostsSomething) {
  ModePreview preview;
  preview.members = {member("a@x.example", MemberOutlook::kConnected),
                     member("b@x.example", MemberOutlook::kKeepsPassword),
                     member("c@x.example", MemberOutlook::kConnectsByItself),
                     member("d@x.example", MemberOutlook::kMustConfirm),
                     member("e@y.example", MemberOutlook::kShutOut, "Verify the domain."),
                     member("g@x.example", MemberOutlook::kCollides, "Nobody confirmed it."),
                     member("f@x.example", MemberOutlook::kMustConfirm)};
  const auto view = describePreview(preview);
  std::vector<MemberOutlook> order;
  for (const auto& group : view.groups) order.push_back(group.outlook);
  EXPECT_THAT(order, testing::ElementsAre(MemberOutlook::kShutOut, MemberOutlook::kCollides,
                                          MemberOutlook::kMustConfirm, MemberOutlook::kConnectsByItself,
                                          MemberOutlook::kConnected, MemberOutlook::kKeepsPassword));
  EXPECT_EQ(view.total, 7U);
  EXPECT_EQ(view.groups.at(0).members.at(0).why, "Verify the domain.");
  EXPECT_EQ(view.groups.at(1).members.at(0).why, "Nobody confirmed it.");
  EXPECT_EQ(view.groups.at(2).count, 2U);
  EXPECT_TRUE(view.complete);
  EXPECT_EQ(view.unseen, "");
}

TEST(PreviewView, SaysPlainlyWhoWasNotLookedAt) {
  ModePreview preview;
  preview.complete = false;
  preview.digest = "d1";
  EXPECT_THAT(describePreview(preview).unseen, testing::HasSubstr("nobody could be looked at"));
  preview.members.assign(ModePreview::kMaxMembers, member("a@x.example", MemberOutlook::kConnected));
  const auto json = nlohmann::json::parse(toJson(describePreview(preview)));
  EXPECT_THAT(json.at("unseen").get<std::string>(), testing::HasSubstr("more than 1000 people"));
  EXPECT_EQ(json.at("has_unseen"), true);
  EXPECT_EQ(json.at("digest"), "d1");
}

TEST(PreviewView, CountsWhomItDoesNotShow) {
  ModePreview preview;
  preview.complete = false;
  for (std::size_t i = 0; i < PreviewGroup::kShownMembers + 3; ++i) {
    preview.members.push_back(member("m" + std::to_string(i) + "@x.example", MemberOutlook::kMustConfirm));
  }
  const auto json = nlohmann::json::parse(toJson(describePreview(preview)));
  const auto& group = json.at("groups").at(0);
  EXPECT_EQ(group.at("people"), "103 people");
  EXPECT_EQ(group.at("members").size(), PreviewGroup::kShownMembers);
  EXPECT_EQ(group.at("more"), "3 people");
  EXPECT_EQ(json.at("complete"), false);
}

TEST(PreviewView, IsWrittenWhateverBytesANameHas) {
  PreviewView view;
  view.connection = "a\xffname";
  EXPECT_TRUE(nlohmann::json::accept(toJson(view)));
}

}  // namespace
}  // namespace sso::admin_portal
