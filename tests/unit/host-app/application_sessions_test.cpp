// SPDX-License-Identifier: Apache-2.0
// What ends a session of the application, and what it reaches.
#include <fstream>

#include "application_fixture.h"
#include "stores/membership_store.h"

namespace hostapp {
namespace {

using testing::HasSubstr;
using testing::Not;

// SEC-SE-02, SEC-SE-06
TEST_F(ApplicationTest, RotatesTheSessionAtSignIn) {
  const auto first = adasSession();
  const auto planted = std::string(64, 'b');
  const auto second = signIn("ada@acme.example", "copper lantern ridge", first).cookies.at(0).value;
  const auto third = signIn("ada@acme.example", "copper lantern ridge", planted).cookies.at(0).value;
  EXPECT_NE(second, first);
  EXPECT_NE(third, planted);
  EXPECT_EQ(me(first), 401) << "the browser's old session ends";
  EXPECT_EQ(me(second), 200);
}

// SEC-SE-08
TEST_F(ApplicationTest, StoresNoSessionId) {
  const auto sid = adasSession();
  app.reset();
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    std::ifstream in(file.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    EXPECT_EQ(bytes.find(sid), std::string::npos) << file.path();
  }
}

// SEC-SE-07
TEST_F(ApplicationTest, EndsAnIdleSessionForGood) {
  const auto sid = adasSession();
  clock->advance(std::chrono::minutes(29));
  EXPECT_EQ(me(sid), 200);
  clock->advance(std::chrono::minutes(29));
  EXPECT_EQ(me(sid), 200) << "a visit was noted";
  clock->advance(std::chrono::minutes(31));
  EXPECT_EQ(me(sid), 401);
  clock->advance(-std::chrono::minutes(31));
  EXPECT_EQ(me(sid), 401) << "a clock set back revives nothing";
}

// SEC-SE-10, SEC-MP-17: effective at the next request.
TEST_F(ApplicationTest, EndsSessionsWhenTheAccountIsSuspended) {
  const auto sid = adasSession();
  const auto id =
      std::regex_replace(get("/me", {{"sid", sid}}).body, std::regex(".*\"id\":\"(acc_[0-9a-f]+)\".*"), "$1");
  const auto change = [&](sso::AccountState state) {
    const auto work = app->parts().storage->begin();
    sso::AccountChange wanted;
    wanted.state = state;
    module->host->updateAccount(*work, id, "acme", wanted);
    work->commit();
  };
  change(sso::AccountState::kSuspended);
  EXPECT_EQ(me(sid), 401);
  change(sso::AccountState::kActive);
  EXPECT_EQ(me(sid), 401) << "restoring an account restores no session";
}

// SEC-SE-10: whoever changes the row, the very next request sees it.
TEST_F(ApplicationTest, ServesNoSessionOfAnInactiveAccount) {
  const auto sid = adasSession();
  app->parts().database->withSession([](sso::db::Session& session) {
    auto account = accounts::findByEmail(session, "ada@acme.example");
    account->state = sso::AccountState::kDeprovisioned;
    accounts::update(session, *account);
  });
  EXPECT_EQ(me(sid), 401);
}

// SEC-SE-11
TEST_F(ApplicationTest, KeepsTwentySessionsOfAnAccount) {
  const auto first = adasSession();
  for (int i = 0; i < 20; ++i) {
    clock->advance(std::chrono::seconds(1));
    ASSERT_NE(adasSession(), "");
  }
  EXPECT_EQ(me(first), 401);
  EXPECT_EQ(me(adasSession()), 200);
}

TEST_F(ApplicationTest, EndsNobodyElsesSession) {
  const auto ada = adasSession();
  const auto eve = sessionOf("eve@acme.example", "quiet harbour maple");
  const auto page = get("/account", {{"sid", ada}});
  std::smatch handle;
  ASSERT_TRUE(std::regex_search(page.body, handle, std::regex("name=\"session\" value=\"([0-9a-f]+)")));
  const auto token = tokenIn(get("/account", {{"sid", eve}}));
  post("/account/sessions/end", {{"csrf_token", token}, {"session", handle[1]}}, {{"sid", eve}});
  EXPECT_EQ(me(ada), 200);
}

// Promise 2: what a company's sign-in opened reaches that company's sessions and identities only, even where the person
// belongs to another tenant as well.
TEST_F(ApplicationTest, KeepsACompanysSessionFromTheOtherTenants) {
  const auto ofAcme = adasSession();
  linkIdentity(ofAcme);
  const auto id = idOf(ofAcme);
  std::string ofOther;
  app->parts().database->withSession([&](sso::db::Session& session) {
    memberships::save(session, id, {"other", "", "member", "seed", false}, 0);
    sso::VerifiedIdentity identity;
    identity.key = {"https://env.example", "conn_2", "subject-2"};
    identity.organizationId = "org_7654321";
    ofOther = app->parts().sessions->open(session, {id, "other", identity}, {}).value;
  });
  const auto handlesOf = [this](const std::string& sid) {
    const auto body = get("/account", {{"sid", sid}}).body;
    const std::regex handle("name=\"session\" value=\"");
    return std::distance(std::sregex_iterator(body.begin(), body.end(), handle), std::sregex_iterator());
  };
  EXPECT_EQ(handlesOf(ofAcme), 2) << "a password speaks for the whole account";
  EXPECT_EQ(handlesOf(ofOther), 1);
  EXPECT_THAT(get("/account", {{"sid", ofAcme}}).body, HasSubstr("ada@acme.example</"));
  EXPECT_THAT(get("/account", {{"sid", ofOther}}).body, Not(HasSubstr("Acme")));

  std::smatch handle;
  const auto acmesPage = get("/account", {{"sid", ofAcme}}).body;
  ASSERT_TRUE(std::regex_search(acmesPage, handle, std::regex("name=\"session\" value=\"([0-9a-f]+)")));
  const auto token = tokenIn(get("/account", {{"sid", ofOther}}));
  post("/account/sessions/end", {{"csrf_token", token}, {"session", handle[1]}}, {{"sid", ofOther}});
  EXPECT_EQ(me(ofAcme), 200);
  post("/account/sessions/end-all", {{"csrf_token", token}}, {{"sid", ofOther}});
  EXPECT_EQ(me(ofAcme), 200);
  EXPECT_EQ(me(ofOther), 401);
}

// SEC-SE-13
TEST_F(ApplicationTest, EndsOtherSessionsWhenThePasswordChanges) {
  const auto here = adasSession();
  const auto elsewhere = adasSession();
  const auto token = tokenIn(get("/account", {{"sid", here}}));
  const auto answer = post(
      "/account/password",
      {{"csrf_token", token}, {"current_password", "copper lantern ridge"}, {"new_password", "silver lantern ridge"}},
      {{"sid", here}});
  EXPECT_EQ(answer.location, "/account?done=password");
  EXPECT_EQ(me(here), 200);
  EXPECT_EQ(me(elsewhere), 401);
  EXPECT_EQ(signIn("ada@acme.example", "copper lantern ridge").status, 401);
  EXPECT_EQ(signIn("ada@acme.example", "silver lantern ridge").status, 303);
}

}  // namespace
}  // namespace hostapp
