// SPDX-License-Identifier: Apache-2.0
#include "application.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>

#include "fake_module.h"
#include "sso/error.h"
#include "stores/account_store.h"
#include "support/captured_log.h"
#include "support/fake_clock.h"

namespace hostapp {
namespace {

using sso::percentEncode;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kSeed = R"({"organizations": [
  {"tenant_id": "acme", "name": "Acme", "organization_id": "org_1234567", "domains": ["acme.example"], "members": [
    {"email": "ada@acme.example", "name": "Ada", "role": "owner", "password": "copper lantern ridge"},
    {"email": "eve@acme.example", "name": "Eve", "password": "quiet harbour maple"},
    {"email": "gone@acme.example", "name": "Gone", "password": "seven tidy marbles", "state": "suspended"},
    {"email": "root@acme.example", "name": "Root", "role": "owner", "password": "violet engine paper",
     "break_glass": true}],
   "work_orders": [{"title": "Secret of Acme", "site": "Plant", "reported_by": "Ada"}]},
  {"tenant_id": "other", "name": "Other", "members": [
    {"email": "olga@other.example", "name": "Olga", "password": "nine green bottles"}]}]})";

/// The application on a database file of its own, driven without a socket.
struct ApplicationTest : testing::Test {
  std::filesystem::path folder;
  std::shared_ptr<sso::test::FakeClock> clock = std::make_shared<sso::test::FakeClock>();
  std::shared_ptr<sso::test::CapturedLog> log = std::make_shared<sso::test::CapturedLog>();
  std::shared_ptr<FakeModule> module;
  std::unique_ptr<Application> app;

  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "host-app-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder = name;
    AppConfig config;
    config.databaseUrl = "sqlite://" + (folder / "app.db").string();
    config.sso.baseUrl = "http://localhost:8080";
    config.listenPort = 0;
    config.sso.secretKeys = {sso::Secret(std::string(32, 'k'))};
    Application::Overrides overrides;
    overrides.clock = clock;
    overrides.log = log;
    overrides.passwordCost = {1024, 1, 1};
    overrides.makeModule = [this](sso::SsoOptions options, sso::SsoDependencies dependencies) {
      module = std::make_shared<FakeModule>(std::move(options), std::move(dependencies));
      return module;
    };
    app = std::make_unique<Application>(config, overrides);
    app->seed(kSeed);
  }
  void TearDown() override {
    app.reset();
    std::filesystem::remove_all(folder);
  }

  sso::WebResponse get(const std::string& path, const std::map<std::string, std::string>& cookies = {}) {
    sso::RequestInfo request;
    request.method = "GET";
    request.path = path.substr(0, path.find('?'));
    if (path.find('?') != std::string::npos) request.query = path.substr(path.find('?') + 1);
    request.remoteAddress = "192.0.2.1";
    for (const auto& [key, value] : cookies) request.cookies[key] = value;
    return app->respond(request);
  }
  sso::WebResponse post(const std::string& path, const std::map<std::string, std::string>& fields,
                        const std::map<std::string, std::string>& cookies) {
    sso::RequestInfo request;
    request.method = "POST";
    request.path = path;
    request.remoteAddress = "192.0.2.1";
    request.contentType = "application/x-www-form-urlencoded";
    for (const auto& [key, value] : cookies) request.cookies[key] = value;
    for (const auto& [key, value] : fields) {
      request.body += (request.body.empty() ? "" : "&") + key + "=" + percentEncode(value);
    }
    return app->respond(request);
  }
  static std::string tokenIn(const sso::WebResponse& page) {
    std::smatch found;
    return std::regex_search(page.body, found, std::regex("csrf_token\" value=\"([0-9a-f]+)")) ? found[1].str() : "";
  }
  /// A sign-in from a fresh browser (or one that carries a cookie already).
  sso::WebResponse signIn(const std::string& email, const std::string& password, const std::string& carried = "") {
    const auto page = get("/login");
    std::map<std::string, std::string> cookies = {{"visit", page.cookies.at(0).value}};
    if (!carried.empty()) cookies["sid"] = carried;
    return post("/login", {{"csrf_token", tokenIn(page)}, {"email", email}, {"password", password}}, cookies);
  }
  std::string sessionOf(const std::string& email, const std::string& password) {
    const auto answer = signIn(email, password);
    return answer.cookies.empty() ? "" : answer.cookies.at(0).value;
  }
  std::string adasSession() { return sessionOf("ada@acme.example", "copper lantern ridge"); }
  std::string idOf(const std::string& sid) {
    return std::regex_replace(get("/me", {{"sid", sid}}).body, std::regex(".*\"id\":\"(acc_[0-9a-f]+)\".*"), "$1");
  }
  /// Connects Acme's sign-in to the account of this session.
  void linkIdentity(const std::string& sid) {
    const auto work = app->parts().storage->begin();
    sso::Identity identity;
    identity.key = {"https://env.example", "conn_1", "subject-1"};
    identity.organizationId = "org_1234567";
    identity.accountId = idOf(sid);
    identity.email = "ada@acme.example";
    app->parts().storage->identities().linkIdentity(*work, identity);
    work->commit();
  }
  int me(const std::string& sid) { return get("/me", {{"sid", sid}}).status; }
  static sso::ErrorCode codeOf(const std::function<void()>& call) {
    try {
      call();
    } catch (const sso::Error& error) {
      return error.code();
    }
    ADD_FAILURE() << "no error";
    return sso::ErrorCode::kInternal;
  }
};

TEST_F(ApplicationTest, SignsInByPassword) {
  const auto answer = signIn("Ada@ACME.example", "copper lantern ridge");
  EXPECT_EQ(answer.status, 303);
  EXPECT_EQ(answer.location, "/dashboard");
  EXPECT_THAT(get("/me", {{"sid", answer.cookies.at(0).value}}).body, HasSubstr("\"email\":\"ada@acme.example\""));
  EXPECT_EQ(me(""), 401);
  EXPECT_EQ(me(std::string(64, 'a')), 401);
}

// SEC-MP-19: one answer for an unknown address and a wrong password.
TEST_F(ApplicationTest, TellsNothingAboutUnknownAddresses) {
  const auto withoutTokens = [](std::string body) {
    return std::regex_replace(body, std::regex("[0-9a-f]{64}|[a-z]+@acme.example"), "");
  };
  const auto known = signIn("ada@acme.example", "wrong wrong wrong");
  const auto unknown = signIn("nobody@acme.example", "wrong wrong wrong");
  EXPECT_EQ(known.status, unknown.status);
  EXPECT_EQ(withoutTokens(known.body), withoutTokens(unknown.body));
  EXPECT_TRUE(known.cookies.empty());
}

// SEC-MP-17
TEST_F(ApplicationTest, RefusesASuspendedAccount) {
  EXPECT_EQ(codeOf([&] { signIn("gone@acme.example", "seven tidy marbles"); }), sso::ErrorCode::kAccountDisabled);
  EXPECT_EQ(signIn("gone@acme.example", "wrong wrong wrong").status, 401) << "only its owner is told";
}

// SEC-MP-19
TEST_F(ApplicationTest, RefusesPasswordsWhereSsoIsRequiredExceptBreakGlass) {
  module->required = {"acme.example"};
  module->requiredTenants = {"acme"};
  for (const char* email : {"ada@acme.example", "nobody@acme.example"}) {
    EXPECT_EQ(codeOf([&] { signIn(email, "copper lantern ridge"); }), sso::ErrorCode::kSsoRequired) << email;
  }
  EXPECT_EQ(codeOf([&] { signIn("root@acme.example", "wrong wrong wrong"); }), sso::ErrorCode::kSsoRequired);
  EXPECT_EQ(signIn("root@acme.example", "violet engine paper").status, 303);
  module->required.clear();  // a member whose address is elsewhere: found by the tenant's rule
  EXPECT_EQ(codeOf([&] { signIn("ada@acme.example", "copper lantern ridge"); }), sso::ErrorCode::kSsoRequired);
}

TEST_F(ApplicationTest, TakesPeopleToTheirCompanyWithoutARedirectOfTheForm) {
  module->required = {"acme.example"};
  const auto page = get("/login");
  const auto answer = post("/login", {{"csrf_token", tokenIn(page)}, {"email", "new@acme.example"}},
                           {{"visit", page.cookies.at(0).value}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr("0; url=https://env.example/oauth/authorize?for=email=new%40acme.example"));
}

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
  for (const char* path : {"/login", "/signup", "/login/link"}) {
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

// Promise 2: what a company's sign-in opened reaches that company's sessions and identities only, even where the person
// belongs to another tenant as well.
TEST_F(ApplicationTest, KeepsACompanysSessionFromTheOtherTenants) {
  const auto ofAcme = adasSession();
  linkIdentity(ofAcme);
  const auto id = idOf(ofAcme);
  std::string ofOther;
  app->parts().database->withSession([&](sso::db::Session& session) {
    accounts::saveMembership(session, id, {"other", "", "member", "seed", false}, 0);
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

// SEC-MP-19, JIT.md row 7: an unconfirmed account is never linked, so nobody may take a colleague's address first.
TEST_F(ApplicationTest, RefusesSignUpUnderADomainWithSingleSignOn) {
  const auto page = get("/login");
  const auto signUp = [&](const std::string& email) {
    return post("/signup",
                {{"csrf_token", tokenIn(page)},
                 {"company", "Squat"},
                 {"name", "Mallory"},
                 {"email", email},
                 {"password", "amber window ladder"}},
                {{"visit", page.cookies.at(0).value}});
  };
  module->offered.insert("acme.example");
  EXPECT_EQ(codeOf([&] { signUp("new@acme.example"); }), sso::ErrorCode::kSsoRequired);
  EXPECT_EQ(signUp("new@elsewhere.example").status, 303);
}

// SEC-MP-18: only the password of the account that waits, whoever is signed in.
TEST_F(ApplicationTest, LinksOnlyTheAccountThatWasProven) {
  const auto id =
      std::regex_replace(get("/me", {{"sid", adasSession()}}).body, std::regex(".*\"id\":\"(acc_[0-9a-f]+)\".*"), "$1");
  const auto page = get("/login");
  const std::map<std::string, std::string> cookies = {{"visit", page.cookies.at(0).value}};
  const auto prove = [&](const std::string& password) {
    return post("/login/link", {{"csrf_token", tokenIn(page)}, {"password", password}, {"action", "connect"}}, cookies);
  };
  EXPECT_EQ(prove("copper lantern ridge").status, 410) << "nothing waits";
  module->pending = sso::PendingLink{id, "ada@acme.example", "Acme"};
  EXPECT_EQ(prove("quiet harbour maple").status, 401) << "the password of another member";
  EXPECT_EQ(module->linked, "");
  EXPECT_EQ(prove("copper lantern ridge").status, 303);
  EXPECT_EQ(module->linked, id);
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
