// SPDX-License-Identifier: Apache-2.0
#include "pages/policy_form.h"
#include "pages/policy_words.h"
#include "settings_fixture.h"

namespace hostapp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

using Fields = std::map<std::string, std::string>;

/// Team "fresh", tied to its organization, with one connection.
struct PolicyPageTest : SettingsTest {
  static constexpr const char* kPath = "/settings/sso/policy";
  std::string olive;

  void SetUp() override {
    SettingsTest::SetUp();
    olive = session("olive");
    link(olive);  // ties the team
    connect();
  }
  sso::Organization stored(const std::string& tenant = "fresh") {
    return app->parts().storage->organizations().findByTenant(tenant).value();
  }
  /// What a browser would send of the form as it is stored.
  Fields fields() {
    return {{"version", std::to_string(stored().version)},
            {"jit", "on"},
            {"default_role", "member"},
            {"linking", "after_proof"},
            {"updates", "on"},
            {"ceiling", "ordinary"},
            {"action", "save"}};
  }
  sso::WebResponse send(Fields typed, const std::string& sid = "") {
    const std::string who = sid.empty() ? olive : sid;
    typed["csrf_token"] = token(who);
    return post(kPath, typed, {{"sid", who}});
  }
  sso::WebResponse sendWith(const Fields& changes, const std::string& sid = "") {
    auto typed = fields();
    for (const auto& [name, value] : changes) typed[name] = value;
    return send(typed, sid);
  }
  /// As another owner saves, on another page.
  void saveElsewhere(const Fields& changes) { ASSERT_EQ(sendWith(changes, session("otto")).status, 303); }
};

TEST_F(PolicyPageTest, SavesWhatAnOwnerChoseAndShowsItAgain) {
  const auto answer = sendWith({{"jit", "off"},
                                {"default_role", "admin"},
                                {"linking", "automatic"},
                                {"updates", "off"},
                                {"ceiling", "admin"},
                                {"group_0", "engineering"},
                                {"role_0", "admin"},
                                {"group_1", ""},
                                {"role_1", "member"},
                                {"group_2", "sales & <b>co</b>"},
                                {"role_2", "member"},
                                {"connection_0", "conn_1"},
                                {"name_0", "Okta"},
                                {"jit_0", "off"},
                                {"default_role_0", "member"},
                                {"linking_0", "after_proof"},
                                {"updates_0", "inherit"}});
  EXPECT_EQ(answer.location, "/settings/sso/policy?done=1");
  const auto policy = stored().policy;
  EXPECT_FALSE(policy.jitProvisioning);
  EXPECT_EQ(policy.defaultRole, "admin");
  EXPECT_EQ(policy.linkExisting, sso::LinkRule::kAutomatic);
  EXPECT_FALSE(policy.updateAttributes);
  EXPECT_EQ(policy.roleCeiling, sso::RoleCeiling::kAdmin);
  EXPECT_EQ(policy.groupRoles,
            (std::vector<sso::GroupRole>{{"engineering", "admin"}, {"sales & <b>co</b>", "member"}}));
  sso::ConnectionPolicy own;
  own.jitProvisioning = false;
  own.defaultRole = "member";
  own.linkExisting = sso::LinkRule::kAfterProof;
  EXPECT_EQ(policy.connections.at("conn_1"), own);
  EXPECT_EQ(policy.domainAuthority, sso::DomainAuthority::kScalekit) << "what the form does not show stays";

  const auto page = get("/settings/sso/policy?done=1", {{"sid", olive}}).body;
  EXPECT_THAT(page, HasSubstr("Saved."));
  EXPECT_THAT(page, HasSubstr("value=\"engineering\""));
  EXPECT_THAT(page, HasSubstr("sales &amp; &lt;b&gt;co&lt;/b&gt;"));
  EXPECT_THAT(page, Not(HasSubstr("<b>co")));
  EXPECT_THAT(page, HasSubstr("name=\"jit\" value=\"off\" checked"));
  EXPECT_THAT(page, HasSubstr("<option value=\"off\" selected>No</option>"));
  EXPECT_THAT(page, HasSubstr("name=\"version\" value=\"" + std::to_string(stored().version) + "\""));

  const auto events = trail("sso.organization.policy_changed");
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].accountId, idOf(olive));
  EXPECT_EQ(events[0].details.at("jit_provisioning"), "on -> off");
  const auto audit = get("/settings/audit", {{"sid", olive}}).body;
  EXPECT_THAT(audit, HasSubstr("The rules for accounts and roles were changed"));
  EXPECT_THAT(audit, HasSubstr("Role of new people: Member → Admin"));
}

TEST_F(PolicyPageTest, AnAdministratorsConsentIsOneOfTheChoices) {
  ASSERT_EQ(sendWith({{"jit", "approval"}}).status, 303);
  EXPECT_TRUE(stored().policy.jitProvisioning);
  EXPECT_TRUE(stored().policy.approvalRequired);
  EXPECT_THAT(get(kPath, {{"sid", olive}}).body, HasSubstr("name=\"jit\" value=\"approval\" checked"));
  EXPECT_THAT(get(kPath, {{"sid", session("anna")}}).body, HasSubstr("once an owner or admin has agreed"));
  ASSERT_EQ(sendWith({{"jit", "off"}}).status, 303);
  EXPECT_FALSE(stored().policy.jitProvisioning);
  EXPECT_THAT(get(kPath, {{"sid", olive}}).body, HasSubstr("name=\"jit\" value=\"off\" checked"));
  ASSERT_EQ(sendWith({{"jit", "on"}}).status, 303);
  EXPECT_TRUE(stored().policy.jitProvisioning);
  EXPECT_FALSE(stored().policy.approvalRequired);
}

TEST_F(PolicyPageTest, UnusedAccountsAreLockedOrNever) {  // JIT.md row 32
  EXPECT_THAT(get(kPath, {{"sid", olive}}).body, HasSubstr("<option value=\"0\" selected>Never</option>"));
  ASSERT_EQ(sendWith({{"dormancy", "120"}}).status, 303);
  EXPECT_EQ(stored().policy.dormantAfterDays, 120U);
  EXPECT_THAT(get(kPath, {{"sid", olive}}).body, HasSubstr("<option value=\"120\" selected>After 120 days</option>"));
  EXPECT_THAT(get(kPath, {{"sid", session("anna")}}).body, HasSubstr("Are locked after 120 days"));
  EXPECT_THAT(get("/settings/audit", {{"sid", olive}}).body,
              HasSubstr("Lock accounts that nobody uses: off → 120 days"));
  ASSERT_EQ(sendWith({}).status, 303);
  EXPECT_EQ(stored().policy.dormantAfterDays, 120U) << "a form of an older page says nothing of it";
  const auto refused = sendWith({{"dormancy", "29"}});
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("Unused accounts are locked after 30 to 1095 days, or never."));
  for (const char* nonsense : {"-1", "90 ", "x", "99999999999"}) {
    EXPECT_EQ(codeOf([&] { sendWith({{"dormancy", nonsense}}); }), sso::ErrorCode::kInvalidRequest) << nonsense;
  }
  ASSERT_EQ(sendWith({{"dormancy", "0"}}).status, 303);
  EXPECT_EQ(stored().policy.dormantAfterDays, 0U);
}

TEST_F(PolicyPageTest, AWayBackToNothingOfItsOwn) {
  ASSERT_EQ(sendWith({{"connection_0", "conn_1"}, {"default_role_0", "none"}}).status, 303);
  ASSERT_EQ(stored().policy.connections.at("conn_1").defaultRole, "");
  EXPECT_THAT(get(kPath, {{"sid", olive}}).body, HasSubstr("<option value=\"none\" selected>None</option>"));
  const auto grouped = sendWith({{"connection_0", "conn_1"}, {"default_role_0", "none"}, {"group_0", "staff"}});
  EXPECT_EQ(grouped.status, 400) << "whom no group gives a role would have none";
  EXPECT_THAT(grouped.body, HasSubstr("<p class=\"field-problem\">Choose a role"));
  ASSERT_EQ(sendWith({{"connection_0", "conn_1"}, {"jit_0", "inherit"}}).status, 303);
  EXPECT_TRUE(stored().policy.connections.empty());
}

TEST_F(PolicyPageTest, KeepsAConnectionsOwnGroupsAndTrust) {
  auto organization = stored();
  organization.policy.connections["conn_1"].groupRoles = std::vector<sso::GroupRole>{{"contractors", "member"}};
  organization.policy.connections["conn_1"].trusted = false;
  auto work = app->parts().storage->begin();
  app->parts().storage->organizations().saveOrganization(*work, organization);
  work->commit();
  const auto page = get(kPath, {{"sid", olive}}).body;
  EXPECT_THAT(page, HasSubstr("name=\"own_group_0_0\" value=\"contractors\""));
  EXPECT_THAT(page, HasSubstr("They are not believed. Only support changes this."));
  ASSERT_EQ(sendWith({{"connection_0", "conn_1"}, {"jit_0", "off"}}).status, 303);
  auto expected = organization.policy.connections["conn_1"];
  expected.jitProvisioning = false;
  EXPECT_EQ(stored().policy.connections.at("conn_1"), expected);
}

TEST_F(PolicyPageTest, AConnectionsOwnApprovalCeilingAndGroups) {
  const Fields own{{"connection_0", "conn_1"}, {"approval_0", "on"},         {"ceiling_0", "admin"},
                   {"groups_0", "own"},        {"own_group_0_0", "staff"},   {"own_role_0_0", "admin"},
                   {"own_group_0_1", ""},      {"own_group_0_2", "interns"}, {"own_role_0_2", "member"}};
  ASSERT_EQ(sendWith(own).status, 303);
  sso::ConnectionPolicy expected;
  expected.approvalRequired = true;
  expected.roleCeiling = sso::RoleCeiling::kAdmin;
  expected.groupRoles = {{"staff", "admin"}, {"interns", "member"}};
  EXPECT_EQ(stored().policy.connections.at("conn_1"), expected);
  EXPECT_FALSE(stored().policy.approvalRequired);
  const auto page = get(kPath, {{"sid", olive}}).body;
  EXPECT_THAT(page, HasSubstr("name=\"own_group_0_1\" value=\"interns\""));
  EXPECT_THAT(page, HasSubstr("<option value=\"own\" selected>Its own list</option>"));
  ASSERT_EQ(sendWith({{"connection_0", "conn_1"}, {"groups_0", "own"}}).status, 303);
  EXPECT_EQ(stored().policy.connections.at("conn_1").groupRoles, std::vector<sso::GroupRole>{})
      << "groups give nothing";
  ASSERT_EQ(sendWith({{"connection_0", "conn_1"}, {"groups_0", "inherit"}, {"own_group_0_0", "staff"}}).status, 303);
  EXPECT_TRUE(stored().policy.connections.empty());
  const auto wrong = sendWith(
      {{"connection_0", "conn_1"}, {"groups_0", "own"}, {"own_group_0_0", "staff"}, {"own_group_0_1", "staff"}});
  EXPECT_EQ(wrong.status, 400);
  EXPECT_THAT(wrong.body, HasSubstr("This group has this role in another line already."));
}

TEST_F(PolicyPageTest, RowsOfAConnectionComeAndGoWithoutSaving) {
  const auto before = stored();
  const auto more = sendWith({{"connection_0", "conn_1"}, {"groups_0", "inherit"}, {"action", "add-0"}}).body;
  EXPECT_THAT(more, HasSubstr("name=\"own_group_0_0\" value=\"\" maxlength=\"256\" autocomplete=\"off\" "
                              "spellcheck=\"false\" autofocus"));
  EXPECT_THAT(more, HasSubstr("<option value=\"own\" selected>"));
  const auto less = sendWith({{"connection_0", "conn_1"},
                              {"groups_0", "own"},
                              {"own_group_0_0", "staff"},
                              {"own_group_0_1", "interns"},
                              {"group_0", "everybody"},
                              {"action", "remove-0-0"}})
                        .body;
  EXPECT_THAT(less, HasSubstr("name=\"own_group_0_0\" value=\"interns\""));
  EXPECT_THAT(less, Not(HasSubstr("\"staff\"")));
  EXPECT_THAT(less, HasSubstr("value=\"everybody\""));
  for (const char* action : {"add-9", "add-", "remove-9-0", "remove-0-", "remove--"}) {
    EXPECT_EQ(sendWith({{"connection_0", "conn_1"}, {"action", action}}).status, 200) << action;
  }
  EXPECT_EQ(stored().version, before.version);
}

TEST_F(PolicyPageTest, OnlyOwnersChangeItAndAdminsReadIt) {
  ASSERT_EQ(sendWith({{"group_0", "engineering"}, {"role_0", "admin"}}).status, 303);
  const auto before = stored();
  const auto anna = session("anna"), mia = session("mia");
  for (const auto& sid : {anna, mia}) {
    const auto page = get(kPath, {{"sid", sid}}).body;
    EXPECT_THAT(page, Not(HasSubstr("name=\"jit\"")));
  }
  EXPECT_THAT(get(kPath, {{"sid", anna}}).body, HasSubstr("Group engineering"));
  EXPECT_THAT(get(kPath, {{"sid", anna}}).body, HasSubstr("Only owners can change this"));
  EXPECT_EQ(get(kPath, {{"sid", mia}}).status, 403);
  EXPECT_THAT(get(kPath, {{"sid", mia}}).body, Not(HasSubstr("engineering")));
  EXPECT_EQ(get(kPath).location, "/login?return_to=%2Fsettings%2Fsso%2Fpolicy");
  EXPECT_EQ(codeOf([&] { sendWith({{"jit", "off"}}, anna); }), sso::ErrorCode::kForbidden);
  EXPECT_EQ(sendWith({{"jit", "off"}}, mia).status, 403);
  EXPECT_EQ(stored().version, before.version);
}

TEST_F(PolicyPageTest, AnOwnerOfAnotherTeamReachesTheirOwnAlone) {
  const auto before = stored();
  const auto ada = adasSession();
  auto typed = fields();
  typed["jit"] = "off";
  typed["tenant"] = "fresh";
  typed["organization_id"] = "org_of_fresh";
  typed["version"] = std::to_string(stored("acme").version);
  EXPECT_EQ(send(typed, ada).status, 303);
  EXPECT_FALSE(stored("acme").policy.jitProvisioning);
  EXPECT_EQ(stored().policy, before.policy);
  EXPECT_EQ(stored().version, before.version);
}

TEST_F(PolicyPageTest, TakesNoPostWithoutTheSessionsToken) {
  auto typed = fields();
  typed["jit"] = "off";
  for (const std::string& wrong : {std::string(), std::string(64, 'f'), token(session("otto"))}) {
    typed["csrf_token"] = wrong;
    EXPECT_EQ(codeOf([&] { post(kPath, typed, {{"sid", olive}}); }), sso::ErrorCode::kForbidden);
  }
  EXPECT_TRUE(stored().policy.jitProvisioning);
}

TEST_F(PolicyPageTest, SaysWhichFieldIsWrongAndKeepsWhatWasTyped) {
  const auto before = stored();
  const auto page = sendWith({{"default_role", ""},
                              {"linking", "automatic"},
                              {"group_0", "engineering"},
                              {"role_0", "member"},
                              {"group_1", ""},
                              {"group_2", "engineering"},
                              {"role_2", "member"},
                              {"group_3", std::string(257, 'g')},
                              {"role_3", "admin"}});
  EXPECT_EQ(page.status, 400);
  EXPECT_THAT(page.body, HasSubstr("<title>Error: Accounts and roles"));
  EXPECT_THAT(page.body, HasSubstr("id=\"default-role-problem\">Choose a role"));
  EXPECT_THAT(page.body, HasSubstr("id=\"problem_2\">This group has this role in another line already."));
  EXPECT_THAT(page.body, HasSubstr("id=\"problem_3\">Enter the group&apos;s name"));
  EXPECT_THAT(page.body, Not(HasSubstr("id=\"problem_0\"")));
  EXPECT_THAT(page.body, Not(HasSubstr("id=\"problem_1\"")));
  EXPECT_THAT(page.body, HasSubstr("value=\"automatic\" checked")) << "typed, and kept";
  EXPECT_THAT(page.body, HasSubstr(std::string(257, 'g')));
  EXPECT_EQ(stored().policy, before.policy);
  EXPECT_EQ(stored().version, before.version);
}

TEST_F(PolicyPageTest, AnUnknownChoiceIsNoFormOfOurs) {
  for (const Fields& wrong :
       {Fields{{"jit", "maybe"}}, Fields{{"default_role", "owner"}}, Fields{{"ceiling", "owner"}},
        Fields{{"linking", "never"}}, Fields{{"updates", "1"}}, Fields{{"version", "x"}}, Fields{{"version", "-1"}},
        Fields{{"version", ""}}, Fields{{"version", "1 "}}, Fields{{"group_0", "g"}, {"role_0", "owner"}},
        Fields{{"connection_0", "conn_1"}, {"jit_0", "perhaps"}},
        Fields{{"connection_0", "conn_1"}, {"connection_1", "conn_1"}}}) {
    EXPECT_EQ(codeOf([&] { sendWith(wrong); }), sso::ErrorCode::kInvalidRequest) << wrong.begin()->first;
  }
  EXPECT_EQ(sendWith({{"connection_0", "no id of a connection"}, {"jit_0", "on"}}).status, 400);
}

TEST_F(PolicyPageTest, RowsComeAndGoWithoutSaving) {
  const auto before = stored();
  const auto more = sendWith({{"group_0", "engineering"}, {"role_0", "admin"}, {"action", "add"}, {"jit", "off"}});
  EXPECT_EQ(more.status, 200);
  EXPECT_THAT(
      more.body,
      HasSubstr("name=\"group_1\" value=\"\" maxlength=\"256\" autocomplete=\"off\" spellcheck=\"false\" autofocus"));
  EXPECT_THAT(more.body, HasSubstr("value=\"engineering\""));
  EXPECT_THAT(more.body, HasSubstr("name=\"jit\" value=\"off\" checked"));
  const auto less = sendWith({{"group_0", "engineering"}, {"group_1", "sales"}, {"action", "remove-0"}});
  EXPECT_THAT(less.body, Not(HasSubstr("engineering")));
  EXPECT_THAT(less.body, HasSubstr("name=\"group_0\" value=\"sales\""));
  EXPECT_EQ(sendWith({{"group_0", "sales"}, {"action", "remove-9"}}).status, 200);
  EXPECT_EQ(sendWith({{"group_0", "sales"}, {"action", "remove-"}}).status, 200);
  EXPECT_EQ(stored().version, before.version);
  EXPECT_EQ(stored().policy, before.policy);
}

TEST_F(PolicyPageTest, WhoeverComesSecondSeesWhatTheFirstDid) {
  const auto mine = fields();
  saveElsewhere({{"default_role", "admin"}});
  auto typed = mine;
  typed["linking"] = "automatic";
  const auto page = send(typed);
  EXPECT_EQ(page.status, 409);
  EXPECT_THAT(page.body, HasSubstr("Nothing was saved: somebody else was faster"));
  EXPECT_THAT(page.body, HasSubstr("Otto, "));
  EXPECT_THAT(page.body, HasSubstr(": Role of new people: Member → Admin"));
  EXPECT_THAT(page.body, HasSubstr("Role of new people: Admin → Member")) << "what saving now would undo";
  EXPECT_THAT(page.body, HasSubstr("Accounts that are there already: after their password → connected by the address"));
  EXPECT_THAT(page.body, HasSubstr("value=\"automatic\" checked")) << "typed, and kept";
  EXPECT_EQ(stored().policy.linkExisting, sso::LinkRule::kAfterProof);
  typed["version"] = std::to_string(stored().version);  // as the page has it now
  EXPECT_THAT(page.body, HasSubstr("name=\"version\" value=\"" + typed["version"] + "\""));
  EXPECT_EQ(send(typed).status, 303);
  EXPECT_EQ(stored().policy.linkExisting, sso::LinkRule::kAutomatic);
}

TEST_F(PolicyPageTest, SomethingElseThatChangedIsToldToo) {
  const auto typed = fields();
  ASSERT_EQ(post("/settings/sso/mode", {{"csrf_token", token(olive)}, {"mode", "optional"}}, {{"sid", olive}}).status,
            303);
  const auto page = send(typed);
  EXPECT_EQ(page.status, 409);
  EXPECT_THAT(page.body, HasSubstr("the way people sign in, your domains or a rule that support sets was changed"));
  EXPECT_THAT(page.body, HasSubstr("nothing left to save"));
}

TEST_F(PolicyPageTest, WithoutAnOrganizationThereIsNothingToDecide) {
  app->seed(R"({"organizations": [{"tenant_id": "bare", "name": "Bare", "members": [
    {"email": "bo@bare.example", "name": "Bo", "role": "owner", "password": "copper lantern ridge"}]}]})");
  const auto bo = sessionOf("bo@bare.example", "copper lantern ridge");
  EXPECT_THAT(get(kPath, {{"sid", bo}}).body, HasSubstr("Nothing to decide yet"));
  EXPECT_THAT(sendWith({{"jit", "off"}}, bo).body, HasSubstr("Nothing to decide yet"));
  EXPECT_FALSE(app->parts().storage->organizations().findByTenant("bare"));
}

TEST_F(PolicyPageTest, ScalekitBeingAwayCostsNamesAlone) {
  EXPECT_THAT(get(kPath, {{"sid", olive}}).body, HasSubstr(">OKTA<"));
  scalekit.away = true;
  const auto page = get(kPath, {{"sid", olive}});
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, Not(HasSubstr("conn_1")));
  EXPECT_EQ(sendWith({{"jit", "off"}}).status, 303);
}

TEST_F(PolicyPageTest, TwoHundredGroupsFitAndNoMore) {
  Fields many = fields();
  for (int i = 0; i < 200; ++i) many["group_" + std::to_string(i)] = "group number " + std::to_string(i);
  EXPECT_EQ(send(many).status, 303);
  EXPECT_EQ(stored().policy.groupRoles.size(), 200U);
  const auto page = get(kPath, {{"sid", olive}}).body;
  EXPECT_THAT(page, HasSubstr("name=\"group_199\""));
  EXPECT_THAT(page, Not(HasSubstr("name=\"action\" value=\"add\"")));
}

TEST(PolicyWords, TellWhatAnEventChanged) {
  sso::AuditEvent event;
  event.name = "sso.organization.policy_changed";
  event.details = {{"version", "7"},
                   {"group_roles", "nothing -> engineering=admin"},
                   {"conn_1", "jit_provisioning inherited -> off; default_role member -> none"},
                   {"more", "3"}};
  EXPECT_THAT(policy_words::changesOf(event),
              ElementsAre("Accounts for new people (conn_1): as for everybody → off",
                          "Role of new people (conn_1): Member → none",
                          "Groups and their roles: none → engineering=admin", "3 more"));
  EXPECT_EQ(policy_words::versionOf(event), 7);
  event.name = "sso.organization.mode_changed";
  EXPECT_TRUE(policy_words::changesOf(event).empty());
  EXPECT_EQ(policy_words::versionOf(event), 0);
}

}  // namespace
}  // namespace hostapp
