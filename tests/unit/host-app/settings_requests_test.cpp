// SPDX-License-Identifier: Apache-2.0
#include "settings_fixture.h"
#include "sso/access_requests.h"

namespace hostapp {
namespace {

using testing::HasSubstr;
using testing::Not;

struct RequestsTest : SettingsTest {
  static constexpr const char* kPath = "/settings/requests";
  void SetUp() override {
    SettingsTest::SetUp();
    link(session("olive"));  // ties the team to its organization
    file("nova", "org_of_fresh");
    file("foreign", "org_1234567");
  }
  void file(const std::string& name, const std::string& organization) {
    auto& storage = *app->parts().storage;
    const auto work = storage.begin();
    sso::AccessRequest request;
    request.id = "req_" + name;
    request.key = {sso::test::FakeSetup::kUrl, "conn_1", "conn_1;" + name};
    request.organizationId = organization;
    request.email = name + "@fresh.example";
    request.displayName = "<b>" + name + "</b>";
    request.requestedAt = clock->now();
    storage.accessRequests().fileRequest(*work, request);
    work->commit();
  }
  sso::WebResponse decide(const std::string& sid, const std::string& id, const std::string& decision) {
    return post(kPath, {{"csrf_token", token(sid)}, {"request", id}, {"decision", decision}}, {{"sid", sid}});
  }
  std::size_t waiting() { return app->parts().sso->accessRequests().list("fresh").size(); }
};

TEST_F(RequestsTest, ShowOwnersAndAdminsWhoWaitsInTheirOwnTeam) {
  for (const char* name : {"olive", "anna"}) {
    const auto page = get(kPath, {{"sid", session(name)}});
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.body, HasSubstr("nova@fresh.example"));
    EXPECT_THAT(page.body, HasSubstr("&lt;b&gt;nova"));
    EXPECT_THAT(page.body, Not(HasSubstr("foreign")));
  }
  EXPECT_EQ(get(kPath, {{"sid", session("mia")}}).status, 403);
  EXPECT_THAT(get(kPath, {{"sid", adasSession()}}).body, Not(HasSubstr("nova")));
}

TEST_F(RequestsTest, AreApprovedOnceAndAudited) {
  const auto anna = session("anna");
  EXPECT_EQ(decide(anna, "req_nova", "approve").location, "/settings/requests?done=approved");
  EXPECT_THAT(get("/settings/requests?done=approved", {{"sid", anna}}).body, HasSubstr("Their next sign-in"));
  EXPECT_EQ(waiting(), 0U);
  const auto again = decide(anna, "req_nova", "decline");
  EXPECT_EQ(again.status, 409);
  EXPECT_THAT(again.body, HasSubstr("Nothing was changed"));
  const auto events = trail("sso.access.approved");
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].accountId, idOf(anna));
  EXPECT_TRUE(trail("sso.access.declined").empty());
}

TEST_F(RequestsTest, CanBeApprovedAfterTheyWereDeclined) {
  const auto olive = session("olive");
  EXPECT_EQ(decide(olive, "req_nova", "decline").location, "/settings/requests?done=declined");
  EXPECT_EQ(waiting(), 1U);
  EXPECT_THAT(get(kPath, {{"sid", olive}}).body, HasSubstr("Declined"));
  EXPECT_EQ(decide(olive, "req_nova", "approve").status, 303);
  EXPECT_EQ(waiting(), 0U);
}

TEST_F(RequestsTest, AreNotForMembersNorForOtherTeamsToDecide) {
  EXPECT_EQ(codeOf([&] {
              askJson("POST", kPath, session("mia"), token(session("mia")), "&request=req_nova&decision=approve");
            }),
            sso::ErrorCode::kForbidden);
  EXPECT_EQ(decide(adasSession(), "req_nova", "approve").status, 409);
  EXPECT_EQ(decide(session("olive"), "req_foreign", "approve").status, 409);
  for (const std::string& id : {std::string(), std::string(500, 'x'), std::string("req_nova' OR '1'='1")}) {
    EXPECT_EQ(decide(session("olive"), id, "approve").status, 409) << id.size();
  }
  for (const std::string& id : {std::string(5000, 'x'), std::string("req_nova\0", 9), std::string("\xff")}) {
    EXPECT_EQ(codeOf([&] { decide(session("olive"), id, "approve"); }), sso::ErrorCode::kInvalidRequest) << id.size();
  }
  EXPECT_EQ(waiting(), 1U);
}

TEST_F(RequestsTest, WantTheTokenOfTheirOwnSessionAndADecisionThatExists) {
  const auto olive = session("olive");
  EXPECT_EQ(codeOf([&] { askJson("POST", kPath, olive, std::string(64, '0'), "&request=req_nova&decision=approve"); }),
            sso::ErrorCode::kForbidden);
  EXPECT_EQ(codeOf([&] { askJson("POST", kPath, olive, token(olive), "&request=req_nova&decision=maybe"); }),
            sso::ErrorCode::kInvalidRequest);
  EXPECT_EQ(waiting(), 1U);
}

}  // namespace
}  // namespace hostapp
