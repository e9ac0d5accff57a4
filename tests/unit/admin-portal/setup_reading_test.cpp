// SPDX-License-Identifier: Apache-2.0
#include "setup_reading.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "words.h"

namespace sso::admin_portal {
namespace {

using Json = nlohmann::json;

scalekit::ConnectionSummary connection(const std::string& status, bool enabled) {
  scalekit::ConnectionSummary summary;
  summary.id = "conn_1";
  summary.provider = "MICROSOFT_AD";
  summary.type = "SAML";
  summary.status = status;
  summary.enabled = enabled;
  return summary;
}
scalekit::Domain domain(const std::string& name, const std::string& status) {
  scalekit::Domain row;
  row.name = name;
  row.type = scalekit::domain_type::kOrganization;
  row.verificationStatus = status;
  return row;
}
SsoSetup working(SsoMode mode) {
  SsoSetup setup;
  setup.organization.id = "org_1";
  setup.organization.policy.mode = mode;
  setup.organization.domains = {"acme.example"};
  setup.connections = {connection("COMPLETED", true)};
  setup.domains = {domain("acme.example", "VERIFIED")};
  return setup;
}
SetupView told(SetupView view) {
  tellNextStep(view);
  return view;
}
std::string currentStep(const SetupView& view) {
  for (const auto& step : view.steps) {
    if (step.state == StepView::State::kCurrent) return step.title;
  }
  return "";
}

TEST(SetupDescription, SaysTheNextStepAllTheWay) {
  EXPECT_EQ(currentStep(told(describeNothing())), "Connect");
  SsoSetup setup = working(SsoMode::kOff);
  setup.connections = {connection("DRAFT", false)};
  EXPECT_EQ(currentStep(told(describeSetup(setup, {}, {}, {}))), "Connect");
  setup.connections = {connection("COMPLETED", true)};
  setup.domains = {domain("acme.example", "PENDING")};
  setup.organization.domains.clear();
  EXPECT_EQ(currentStep(told(describeSetup(setup, {}, {}, {}))), "Verify");
  EXPECT_EQ(currentStep(told(describeSetup(working(SsoMode::kOff), {}, {}, {}))), "Offer");
  auto view = describeSetup(working(SsoMode::kOptional), {}, {}, {});
  EXPECT_EQ(currentStep(told(view)), "Try");
  view.lastSignIn = TimePoint{};
  EXPECT_EQ(currentStep(told(view)), "Require");
  view = describeSetup(working(SsoMode::kRequired), {}, {}, {});
  view.lastSignIn = TimePoint{};
  EXPECT_EQ(currentStep(told(view)), "");
}

TEST(SetupDescription, WarnsWhenPeopleAreSentNowhere) {
  auto setup = working(SsoMode::kRequired);
  setup.connections = {connection("COMPLETED", false)};
  EXPECT_EQ(told(describeSetup(setup, {}, {}, {})).headline, "No connection is switched on");
}

TEST(SetupDescription, OffersOnlyWhatNothingStandsInTheWayOf) {
  const std::vector<ModeObstacle> missing{ModeObstacle::kNotSignedInThrough, ModeObstacle::kNoBreakGlass};
  const auto view = describeSetup(working(SsoMode::kOptional), {}, missing, {"/sso/login?x=1", ""});
  ASSERT_EQ(view.modes.size(), 3U);
  EXPECT_TRUE(view.modes[0].possible);
  EXPECT_TRUE(view.modes[1].current);
  EXPECT_FALSE(view.modes[1].possible);
  EXPECT_FALSE(view.modes[2].possible);
  EXPECT_EQ(view.modes[2].blocked, "2 things are missing, see below.");
  ASSERT_EQ(view.requirements.size(), 4U);
  EXPECT_TRUE(view.requirements[0].met);
  EXPECT_TRUE(view.requirements[1].met);
  EXPECT_EQ(view.requirements[2].path, "/sso/login?x=1");
  EXPECT_FALSE(view.requirements[3].met);
}

TEST(SetupDescription, ShowsNoChecklistOnceItIsRequired) {
  EXPECT_TRUE(describeSetup(working(SsoMode::kRequired), {}, {}, {}).requirements.empty());
}

TEST(SetupDescription, LeavesTheWayBackOpenWhenScalekitIsAway) {
  Organization organization;
  organization.id = "org_1";
  organization.policy.mode = SsoMode::kRequired;
  const auto view = describeStored(organization);
  EXPECT_FALSE(view.live);
  EXPECT_TRUE(view.modes[0].possible);
  EXPECT_TRUE(view.modes[1].possible);
  organization.policy.mode = SsoMode::kOff;
  EXPECT_FALSE(describeStored(organization).modes[1].possible);
  EXPECT_FALSE(describeStored(organization).modes[2].possible);
}

TEST(SetupDescription, NamesConnectionsAndDomainsInWordsOfPeople) {
  EXPECT_EQ(viewOf(connection("COMPLETED", true)).name, "Microsoft Entra ID");
  EXPECT_EQ(viewOf(connection("COMPLETED", true)).label, "On");
  EXPECT_EQ(viewOf(connection("COMPLETED", false)).label, "Off");
  EXPECT_EQ(viewOf(connection("DRAFT", true)).label, "Not finished") << "a draft signs nobody in";
  EXPECT_EQ(viewOf(connection("SOMETHING_NEW", true)).label, "Not finished") << "what we do not know does not count";
  EXPECT_EQ(providerName("BRAND_NEW_IDP"), "BRAND_NEW_IDP");
  EXPECT_EQ(viewOf(domain("a.example", "VERIFIED")).label, "Verified");
  EXPECT_EQ(viewOf(domain("a.example", "FAILED")).label, "Failed");
  EXPECT_EQ(viewOf(domain("a.example", "NEW_WORD")).label, "Waiting for DNS");
  auto setup = working(SsoMode::kOff);
  setup.domains.push_back(domain("gmail.com", "VERIFIED"));
  setup.refusedDomains = {"gmail.com"};
  const auto view = describeSetup(setup, {}, {}, {});
  EXPECT_EQ(view.domains[1].label, "Cannot be used");
}

TEST(SetupJson, HoldsEverythingThatTheFragmentsReadAndARevisionOfIt) {
  auto view = told(describeSetup(working(SsoMode::kOptional), {}, {ModeObstacle::kNoBreakGlass}, {}));
  view.lastSignIn = fromEpochSeconds(1'700'000'000);
  const auto json = Json::parse(toJson(view));
  EXPECT_EQ(json.at("mode"), "optional");
  EXPECT_EQ(json.at("last_sign_in"), "14 November 2023, 22:13 UTC");
  EXPECT_EQ(json.at("requirements").at(3).at("id"), "no_break_glass");
  EXPECT_EQ(json.at("modes").at(2).at("mode"), "required");
  EXPECT_EQ(json.at("revision"), Json::parse(toJson(view)).at("revision"));
  view.connections[0].label = "Off";
  EXPECT_NE(json.at("revision"), Json::parse(toJson(view)).at("revision"));
}

TEST(SetupJson, SurvivesBytesThatAreNoText) {
  SetupView view = describeNothing();
  view.problem = "\xff\xfe";
  EXPECT_NO_THROW(Json::parse(toJson(view)));
}

TEST(ModeWord, ComesBackAsTheModeAndNothingElseDoes) {
  for (const auto mode : {SsoMode::kOff, SsoMode::kOptional, SsoMode::kRequired})
    EXPECT_EQ(modeNamed(nameOf(mode)), mode);
  for (const char* word : {"", "Required", "required ", "on", "2"}) EXPECT_FALSE(modeNamed(word)) << word;
}

}  // namespace
}  // namespace sso::admin_portal
