// SPDX-License-Identifier: Apache-2.0
// Forms, tenants, the database and the log of the whole application.
#include "application_fixture.h"

namespace hostapp {
namespace {

using testing::HasSubstr;
using testing::Not;

// SEC-CS-02, SEC-CS-03: every member's form, with no token and with another session's.
TEST_F(ApplicationTest, RefusesFormsWithoutTheirToken) {
  const auto ada = adasSession();
  const auto evesToken = tokenIn(get("/account", {{"sid", sessionOf("eve@acme.example", "quiet harbour maple")}}));
  for (const char* path : {"/logout", "/work-orders", "/work-orders/done", "/account/password", "/account/sessions/end",
                           "/account/sessions/end-all"}) {
    EXPECT_EQ(codeOf([&] { post(path, {}, {{"sid", ada}}); }), sso::ErrorCode::kForbidden) << path;
    EXPECT_EQ(codeOf([&] {
                post(path, {{"csrf_token", evesToken}}, {{"sid", ada}});
              }),
              sso::ErrorCode::kForbidden)
        << path;
    EXPECT_EQ(codeOf([&] { get(path, {{"sid", ada}}); }), sso::ErrorCode::kMethodNotAllowed) << path;  // SEC-CS-05
  }
  for (const char* path : {"/login", "/signup", "/login/link", "/login/switch"}) {
    EXPECT_EQ(codeOf([&] { post(path, {}, {}); }), sso::ErrorCode::kForbidden) << path;
  }
  EXPECT_EQ(me(ada), 200);
}

// Promise 2: nothing of one tenant reaches another.
TEST_F(ApplicationTest, KeepsTenantsApart) {
  const auto olga = sessionOf("olga@other.example", "nine green bottles");
  const auto page = get("/dashboard", {{"sid", olga}});
  EXPECT_THAT(page.body, Not(HasSubstr("Secret of Acme")));
  EXPECT_EQ(
      codeOf([&] {
        post("/work-orders/done", {{"csrf_token", tokenIn(page)}, {"number", "1"}, {"done", "1"}}, {{"sid", olga}});
      }),
      sso::ErrorCode::kNotFound);
  EXPECT_THAT(get("/dashboard", {{"sid", adasSession()}}).body, HasSubstr("Secret of Acme"));
}

// SEC-DB-04: a request that waits for a second connection while it holds one lets a dozen of its kind stop everybody.
TEST_F(ApplicationTest, NeedsOneConnectionAtATime) {
  const auto sid = adasSession();
  linkIdentity(sid);
  int status = 0;
  const std::function<void(std::size_t)> withTheRestTaken = [&](std::size_t taken) {
    if (taken + 1 == Application::kDatabaseConnections) {
      status = get("/account", {{"sid", sid}}).status;
      return;
    }
    app->parts().database->withSession([&](sso::db::Session&) { withTheRestTaken(taken + 1); });
  };
  withTheRestTaken(0);
  EXPECT_EQ(status, 200);
}

// Two processes on one port would share its connections at random, each with keys and sessions of its own.
TEST_F(ApplicationTest, RefusesAPortInUse) {
  app->start();
  AppConfig config = app->parts().config;
  config.listenPort = app->port();
  Application::Overrides overrides;
  overrides.passwordCost = {1024, 1, 1};
  overrides.makeModule = [](sso::SsoOptions options, sso::SsoDependencies dependencies) {
    return std::make_shared<FakeModule>(std::move(options), std::move(dependencies));
  };
  Application second(config, overrides);
  EXPECT_EQ(codeOf([&] { second.start(); }), sso::ErrorCode::kConfig);
}

// An account that exists keeps the password it has, or has not: break glass that cannot break is refused, not ignored.
TEST_F(ApplicationTest, RefusesBreakGlassForAnAccountWithoutAPassword) {
  const std::string head = R"({"organizations": [{"tenant_id": "other", "name": "Other", "members": [
    {"email": "olga@other.example", "name": "Olga"}, {"email": "sso@other.example", "name": "Sol")";
  app->seed(head + "}]}]}");  // as single sign-on makes them: without a password
  try {
    app->seed(head + R"(, "break_glass": true, "password": "secret marker garden"}]}]})");
    ADD_FAILURE() << "no error";
  } catch (const sso::Error& error) {
    EXPECT_EQ(error.code(), sso::ErrorCode::kConfig);
    EXPECT_THAT(error.what(), HasSubstr("organizations[0].members[1].break_glass: "));
    EXPECT_THAT(error.what(), Not(HasSubstr("secret marker")));
    EXPECT_THAT(error.what(), Not(HasSubstr("sso@")));
  }
  app->parts().database->withSession([](sso::db::Session& session) {
    const auto account = accounts::findByEmail(session, "sso@other.example");
    EXPECT_FALSE(accounts::membershipsOf(session, account->id).at(0).breakGlass) << "nothing was written";
  });
  EXPECT_NO_THROW(app->seed(kSeed)) << "one that has its password may be named again";
}

TEST_F(ApplicationTest, SeedsTwiceWithoutAChange) {
  const auto sid = adasSession();
  const auto version = app->parts().storage->organizations().findOrganization("org_1234567")->version;
  app->seed(kSeed);
  EXPECT_EQ(app->parts().storage->organizations().findOrganization("org_1234567")->version, version);
  EXPECT_EQ(me(sid), 200);
}

// SEC-LG-04: no address and no password in the log.
TEST_F(ApplicationTest, LogsNothingPersonal) {
  adasSession();
  signIn("ada@acme.example", "secret-marker-password");
  signIn("nobody@acme.example", "secret-marker-password");
  for (const char* marker : {"acme.example", "secret-marker", "copper"}) {
    EXPECT_THAT(log->text(), Not(HasSubstr(marker)));
  }
  EXPECT_THAT(log->text(), HasSubstr("app.sign_in.refused"));
}

}  // namespace
}  // namespace hostapp
