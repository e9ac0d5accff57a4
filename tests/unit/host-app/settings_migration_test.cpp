// SPDX-License-Identifier: Apache-2.0
#include "settings_fixture.h"

namespace hostapp {
namespace {

using testing::HasSubstr;
using testing::Not;

using Fields = std::map<std::string, std::string>;

/// Team "fresh" with the connection that it gives up, switched off, and the one that replaces it.
struct MigrationPageTest : SettingsTest {
  static constexpr const char* kPath = "/settings/sso/migration";
  std::string olive;

  void SetUp() override {
    SettingsTest::SetUp();
    olive = session("olive");
    link(olive);
    scalekit.addConnection("org_of_fresh", "COMPLETED", false);
    scalekit.addConnection("org_of_fresh");
    scalekit.addConnection("org_of_other");
  }
  sso::Organization stored() { return app->parts().storage->organizations().findByTenant("fresh").value(); }
  sso::WebResponse send(Fields typed, const std::string& sid) {
    typed.emplace("version", std::to_string(stored().version));
    typed["csrf_token"] = token(sid);
    return post(kPath, typed, {{"sid", sid}});
  }
  Fields opening() {
    return {
        {"action", "open"}, {"retired", "conn_1"}, {"replacement", "conn_2"}, {"days", "30"}, {"matching", "proof"}};
  }
  sso::WebResponse open(const Fields& changes = {}) {
    auto typed = opening();
    for (const auto& [name, value] : changes) typed[name] = value;
    return send(typed, olive);
  }
};

TEST_F(MigrationPageTest, AnOwnerOpensAWindowAndClosesIt) {
  EXPECT_THAT(get(kPath, {{"sid", olive}}).body, HasSubstr("There is none."));
  EXPECT_EQ(open().location, "/settings/sso/migration?done=1");
  const auto now = clock->now();
  ASSERT_EQ(stored().policy.migrations,
            (std::vector<sso::ConnectionMigration>{{"conn_1", "conn_2", now, now + std::chrono::hours(720), false}}));
  EXPECT_THAT(get(kPath, {{"sid", olive}}).body, HasSubstr("OKTA (conn_1) → OKTA (conn_2)"));
  EXPECT_THAT(trail("sso.organization.policy_changed").at(0).details.at("migrations"), HasSubstr("conn_1 to conn_2"));
  EXPECT_THAT(get("/settings/audit", {{"sid", olive}}).body, HasSubstr("Moving to another connection: none → conn_1"));
  clock->advance(std::chrono::seconds(100));
  EXPECT_EQ(send({{"action", "close"}, {"retired", "conn_1"}}, olive).status, 303);
  EXPECT_EQ(stored().policy.migrations.at(0).closesAt, clock->now()) << "it stays, to say why somebody is refused";
  EXPECT_THAT(get(kPath, {{"sid", olive}}).body, HasSubstr(">Closed</span>"));
  EXPECT_EQ(open({{"matching", "automatic"}}).status, 303) << "another one in its place";
  ASSERT_EQ(stored().policy.migrations.size(), 1U);
  EXPECT_TRUE(stored().policy.migrations.at(0).automatic);
  EXPECT_EQ(send({{"action", "forget"}, {"retired", "conn_1"}}, olive).status, 303);
  EXPECT_TRUE(stored().policy.migrations.empty());
}

TEST_F(MigrationPageTest, RefusesConnectionsThatAreNotTheirsAndTimesThatAreNone) {
  for (const Fields& wrong :
       {Fields{{"replacement", "conn_3"}}, Fields{{"replacement", "conn_1"}}, Fields{{"retired", "conn_3"}},
        Fields{{"retired", "conn_2"}}, Fields{{"days", "0"}}, Fields{{"days", "91"}}, Fields{{"days", "1 "}},
        Fields{{"days", ""}}, Fields{{"days", "-1"}}}) {
    EXPECT_EQ(open(wrong).status, 400) << wrong.begin()->first << wrong.begin()->second;
  }
  EXPECT_EQ(codeOf([&] {
              open();
              send({{"action", "burn"}, {"retired", "conn_1"}}, olive);
            }),
            sso::ErrorCode::kInvalidRequest);
  EXPECT_EQ(send({{"action", "close"}, {"retired", "conn_9"}}, olive).status, 409);
  EXPECT_EQ(stored().policy.migrations.size(), 1U);
}

TEST_F(MigrationPageTest, WantsAnOwnerAFreshAuthenticationAndTheirToken) {
  const auto anna = session("anna");
  EXPECT_THAT(get(kPath, {{"sid", anna}}).body, HasSubstr("Only owners can change this."));
  EXPECT_THAT(get(kPath, {{"sid", anna}}).body, Not(HasSubstr("name=\"days\"")));
  EXPECT_EQ(codeOf([&] { send(opening(), anna); }), sso::ErrorCode::kForbidden);
  EXPECT_EQ(get(kPath, {{"sid", session("mia")}}).status, 403);
  auto typed = opening();
  typed["csrf_token"] = std::string(64, '0');
  EXPECT_EQ(codeOf([&] { post(kPath, typed, {{"sid", olive}}); }), sso::ErrorCode::kForbidden);
  makeSingleSignOn(olive, "org_of_fresh", "conn_2");
  EXPECT_THAT(get(kPath, {{"sid", olive}}).body, HasSubstr("Confirm that it is you"));
  EXPECT_EQ(open().status, 403);
  EXPECT_TRUE(stored().policy.migrations.empty());
  makeSingleSignOn(olive, "org_of_fresh", "conn_2", true);
  EXPECT_EQ(open().status, 303);
}

TEST_F(MigrationPageTest, APasswordCountsForTenMinutes) {
  clock->advance(std::chrono::seconds(601));
  EXPECT_THAT(get(kPath, {{"sid", olive}}).body, HasSubstr("sign out and in again with your password"));
  EXPECT_EQ(open().status, 403);
  EXPECT_TRUE(stored().policy.migrations.empty());
  olive = session("olive");
  EXPECT_EQ(open().status, 303);
  clock->advance(std::chrono::seconds(601));
  EXPECT_EQ(send({{"action", "close"}, {"retired", "conn_1"}}, olive).status, 303) << "the way back is never barred";
}

TEST_F(MigrationPageTest, NobodyWritesOverWhatTheyHaveNotSeenOrOpensUnchecked) {
  EXPECT_EQ(open({{"version", "0"}}).status, 409);
  EXPECT_EQ(open({{"version", ""}}).status, 409);
  scalekit.away = true;
  EXPECT_EQ(open().status, 503);
  EXPECT_TRUE(stored().policy.migrations.empty());
  scalekit.away = false;
  ASSERT_EQ(open().status, 303);
  clock->advance(std::chrono::seconds(100));
  scalekit.away = true;
  EXPECT_EQ(send({{"action", "close"}, {"retired", "conn_1"}}, olive).status, 303) << "the way back needs nobody";
}

}  // namespace
}  // namespace hostapp
