// SPDX-License-Identifier: Apache-2.0
// JIT.md row 32 in the application: told by mail, locked by the maintenance, restored on the page People.
#include "application_fixture.h"
#include "captured_mail.h"
#include "maintenance.h"

#include <thread>

namespace hostapp {
namespace {

using std::chrono::days;
using testing::HasSubstr;

struct UnusedAccountsTest : ApplicationTest {
  std::shared_ptr<CapturedMail> mail = std::make_shared<CapturedMail>();
  std::string eve;

  void prepare(AppConfig&, Application::Overrides& overrides) override { overrides.mail = mail; }
  void SetUp() override {
    ApplicationTest::SetUp();
    app->seed(seedWith("active"));
    eve = idOf(sessionOf("eve@acme.example", "quiet harbour maple"));
    const auto work = app->parts().storage->begin();
    sso::Identity identity;
    identity.key = {"https://env.example", "conn_1", "subject-eve"};
    identity.organizationId = "org_1234567";
    identity.accountId = eve;
    identity.linkedAt = identity.lastLoginAt = clock->now();
    app->parts().storage->identities().linkIdentity(*work, identity);
    work->commit();
  }
  /// Acme with the rule, and Eve in this state.
  static std::string seedWith(const std::string& evesState) {
    return R"({"organizations": [{"tenant_id": "acme", "name": "Acme", "organization_id": "org_1234567",
      "domains": ["acme.example"], "policy": {"default_role": "member", "dormant_after_days": 90}, "members": [
      {"email": "eve@acme.example", "name": "Eve", "state": ")" +
           evesState + R"("}]}]})";
  }
  void maintain() {
    Maintenance maintenance(std::shared_ptr<const Parts>(&app->parts(), [](const Parts*) {}), std::chrono::hours(1));
    maintenance.runOnce();
  }
  /// Waits for the queue of mails, which has a thread of its own.
  std::vector<sso::MailMessage> mails(std::size_t wanted) {
    for (int i = 0; i < 1000 && mail->sent().size() < wanted; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return mail->sent();
  }
  void lock() {
    clock->advance(days(76));
    maintain();
    clock->advance(days(14));
    maintain();
  }
  std::string state() {
    std::string found;
    app->parts().database->withSession(
        [&](sso::db::Session& session) { found = accounts::nameOf(accounts::findById(session, eve).value().state); });
    return found;
  }
};

TEST_F(UnusedAccountsTest, TheMaintenanceTellsByMailAndLocksTwoWeeksLater) {
  clock->advance(days(76));
  maintain();
  const auto sent = mails(1);
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].to, "eve@acme.example");
  EXPECT_EQ(sent[0].subject, "Your account will be locked");
  EXPECT_THAT(sent[0].text,
              HasSubstr("for Acme on Fieldnote since 14 November 2023. It will be locked on 12 February 2024."));
  EXPECT_THAT(sent[0].text, HasSubstr("http://localhost:8080/login"));
  EXPECT_EQ(state(), "active");
  clock->advance(days(14));
  maintain();
  maintain();
  EXPECT_EQ(state(), "suspended");
  EXPECT_EQ(mail->sent().size(), 1U);
  EXPECT_EQ(codeOf([&] { signIn("eve@acme.example", "quiet harbour maple"); }), sso::ErrorCode::kAccountDisabled);
}

TEST_F(UnusedAccountsTest, APasswordAfterTheMailKeepsTheAccount) {
  clock->advance(days(80));
  maintain();
  EXPECT_FALSE(sessionOf("eve@acme.example", "quiet harbour maple").empty());
  clock->advance(days(14));
  maintain();
  EXPECT_EQ(state(), "active");
}

TEST_F(UnusedAccountsTest, APersonRestoredUnderPeopleHasTheirTime) {
  lock();
  clock->advance(days(300));
  const auto ada = adasSession();
  const auto token = tokenIn(get("/account", {{"sid", ada}}));
  ASSERT_EQ(
      post("/settings/people", {{"csrf_token", token}, {"action", "restore"}, {"account", eve}}, {{"sid", ada}}).status,
      303);
  EXPECT_EQ(state(), "active");
  const auto work = app->parts().storage->begin();
  EXPECT_EQ(app->parts().storage->dormancy().findNote(*work, "org_1234567", eve)->countsFrom, clock->now());
}

TEST_F(UnusedAccountsTest, APersonRestoredByASeedHasTheirTime) {
  lock();
  clock->advance(days(300));
  app->seed(seedWith("active"));
  EXPECT_EQ(state(), "active");
  const auto work = app->parts().storage->begin();
  EXPECT_EQ(app->parts().storage->dormancy().findNote(*work, "org_1234567", eve)->countsFrom, clock->now());
}

}  // namespace
}  // namespace hostapp
