// SPDX-License-Identifier: Apache-2.0
#include "application_fixture.h"
#include "maintenance.h"

namespace hostapp {
namespace {

/// What the whole audit trail holds.
struct AuditedSignInTest : ApplicationTest {
  std::vector<sso::AuditEvent> trail(const std::string& name, const std::string& organization = "") {
    auto events = app->parts().storage->audit().recent(organization, 1000);
    std::erase_if(events, [&](const auto& event) { return event.name != name; });
    return events;
  }
};

TEST_F(AuditedSignInTest, HoldsEverySignInByPassword) {
  const auto id = idOf(adasSession());
  auto events = trail("app.sign_in.completed");
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].accountId, id);
  EXPECT_EQ(events[0].remoteAddress, "192.0.2.1");
  EXPECT_EQ(events[0].details, (std::map<std::string, std::string>{{"tenant", "acme"}}));
  module->requiredTenants = {"acme"};
  EXPECT_EQ(signIn("root@acme.example", "violet engine paper").status, 303);
  events = trail("app.sign_in.completed", "org_1");
  ASSERT_EQ(events.size(), 1U) << "in the trail of the organization that it went around";
  EXPECT_EQ(events[0].details.at("break_glass"), "yes");
}

TEST_F(AuditedSignInTest, HoldsEveryRefusalWithoutWhatWasTyped) {
  const auto id = idOf(adasSession());
  signIn("ada@acme.example", "secret-marker-password");
  signIn("secret-marker@acme.example", "secret-marker-password");
  EXPECT_EQ(codeOf([&] { signIn("gone@acme.example", "seven tidy marbles"); }), sso::ErrorCode::kAccountDisabled);
  const auto events = trail("app.sign_in.refused");
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[2].reason, "wrong");
  EXPECT_EQ(events[2].accountId, id);
  EXPECT_EQ(events[1].reason, "wrong");
  EXPECT_EQ(events[1].accountId, "");
  EXPECT_EQ(events[0].reason, "account_disabled");
  app->parts().database->withSession([](sso::db::Session& session) {
    session.translated("test", [&] {
      int rows = 0;
      session << "SELECT count(*) FROM sso_audit_events WHERE details LIKE '%marker%' OR account_id LIKE '%marker%' OR "
                 "reason LIKE '%marker%' OR details LIKE '%@%'",
          soci::into(rows);
      EXPECT_EQ(rows, 0);
    });
  });
}

TEST_F(AuditedSignInTest, HoldsOneNumberForWhatWasOverTheLimit) {  // SEC-LG-09
  constexpr int kStorm = 300;
  int limited = 0;
  for (int i = 0; i < kStorm; ++i) limited += signIn("ada@acme.example", "wrong wrong wrong").status == 429 ? 1 : 0;
  EXPECT_GT(limited, kStorm / 2);
  const auto checked = trail("app.sign_in.refused").size();
  EXPECT_EQ(checked + static_cast<std::size_t>(limited), std::size_t{kStorm});
  EXPECT_TRUE(trail("app.sign_in.limited").empty());
  {
    Maintenance maintenance(std::shared_ptr<const Parts>(&app->parts(), [](const Parts*) {}), std::chrono::hours(1));
    maintenance.runOnce();
    ASSERT_EQ(trail("app.sign_in.limited").size(), 1U);
    EXPECT_EQ(trail("app.sign_in.limited")[0].details.at("tries"), std::to_string(limited));
    maintenance.runOnce();
    EXPECT_EQ(trail("app.sign_in.limited").size(), 1U) << "told once";
    signIn("ada@acme.example", "wrong wrong wrong");
  }
  ASSERT_EQ(trail("app.sign_in.limited").size(), 2U) << "and at the end";
  EXPECT_EQ(trail("app.sign_in.limited")[0].details.at("tries"), "1");
}

TEST_F(AuditedSignInTest, HoldsSignUpsWrongProofsAndSignOuts) {
  const auto page = get("/login");
  const std::map<std::string, std::string> visitor = {{"visit", page.cookies.at(0).value}};
  post("/signup",
       {{"csrf_token", tokenIn(page)},
        {"company", "New"},
        {"name", "Nora"},
        {"email", "nora@new.example"},
        {"password", "amber window ladder"}},
       visitor);
  EXPECT_EQ(trail("app.sign_up.completed").size(), 1U);

  const auto sid = adasSession();
  const auto id = idOf(sid);
  module->pending = sso::PendingLink{id, "ada@acme.example", "Acme"};
  post("/login/link", {{"csrf_token", tokenIn(page)}, {"password", "wrong"}, {"action", "connect"}}, visitor);
  ASSERT_EQ(trail("app.proof.refused").size(), 1U);
  EXPECT_EQ(trail("app.proof.refused")[0].accountId, id);

  const auto token = tokenIn(get("/account", {{"sid", sid}}));
  post("/account/sessions/end-all", {{"csrf_token", token}}, {{"sid", sid}});
  ASSERT_EQ(trail("app.sessions.ended").size(), 1U);
  EXPECT_EQ(trail("app.sessions.ended")[0].reason, "by_owner");
  EXPECT_EQ(trail("app.sessions.ended")[0].accountId, id);
}

}  // namespace
}  // namespace hostapp
