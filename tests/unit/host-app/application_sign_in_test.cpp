// SPDX-License-Identifier: Apache-2.0
// Who gets a session of the application, and by which proof.
#include "application_fixture.h"

namespace hostapp {
namespace {

using testing::HasSubstr;
using testing::Not;

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

TEST_F(ApplicationTest, SendsGuestsToACompanyByItsDomain) {
  module->offered = {"acme.example"};
  const auto page = get("/login?method=company");
  const auto ask = [&](const std::string& company) {
    return post("/login", {{"csrf_token", tokenIn(page)}, {"company", company}}, {{"visit", page.cookies.at(0).value}});
  };
  EXPECT_THAT(ask("ACME.example").body, HasSubstr("for=domain=acme.example"));
  EXPECT_EQ(ask("other.example").status, 404);
  for (const std::string& bad : {std::string(), std::string("acme"), std::string("a@acme.example"),
                                 std::string("acme.example/x"), std::string("<b>.example"), std::string(300, 'a')}) {
    const auto answer = ask(bad);
    EXPECT_EQ(answer.status, 400) << bad.substr(0, 40);
    EXPECT_THAT(answer.body, Not(HasSubstr("<b>.example")));
  }
  for (const std::string& worse :
       {std::string(5000, 'a'), std::string("acme.example\r\nX: y"), std::string("acme.example\0", 13)}) {
    EXPECT_EQ(codeOf([&] { ask(worse); }), sso::ErrorCode::kInvalidRequest) << "before any page looks at it";
  }
}

TEST_F(ApplicationTest, LimitsGuessesOfCompaniesForEachNetwork) {
  const auto page = get("/login?method=company");
  int status = 0;
  for (int i = 0; i < 21; ++i) {
    status = post("/login", {{"csrf_token", tokenIn(page)}, {"company", "other.example"}},
                  {{"visit", page.cookies.at(0).value}})
                 .status;
  }
  EXPECT_EQ(status, 429);
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

// SEC-CB-19: another account's session ends only when the person says so, on a form of ours.
TEST_F(ApplicationTest, AsksBeforeItEndsASessionForAnotherAccount) {
  const auto sid = adasSession();
  const auto page = get("/login");
  const std::map<std::string, std::string> cookies = {{"visit", page.cookies.at(0).value}, {"sid", sid}};
  EXPECT_EQ(get("/login/switch", cookies).status, 410) << "nothing waits";
  module->waiting = sso::PendingSwitch{"mallory@evil.example", "<b>Mallory</b>", "Evil & Sons"};
  const auto asked = get("/login/switch", cookies);
  EXPECT_EQ(asked.status, 200);
  for (const char* shown : {"ada@acme.example", "Acme", "mallory@evil.example", "Evil &amp; Sons"}) {
    EXPECT_THAT(asked.body, HasSubstr(shown));
  }
  EXPECT_EQ(codeOf([&] { post("/login/switch", {{"action", "switch"}}, cookies); }), sso::ErrorCode::kForbidden);
  EXPECT_FALSE(module->switched);
  const auto stayed = post("/login/switch", {{"csrf_token", tokenIn(page)}, {"action", "stay"}}, cookies);
  EXPECT_EQ(stayed.location, "/dashboard");
  EXPECT_EQ(stayed.cookies.at(0).name, "pending") << "the login that waited is forgotten";
  EXPECT_FALSE(module->switched);
  EXPECT_EQ(me(sid), 200);
  EXPECT_EQ(post("/login/switch", {{"csrf_token", tokenIn(page)}}, cookies).location, "/dashboard");
  EXPECT_FALSE(module->switched) << "no word is no";
  post("/login/switch", {{"csrf_token", tokenIn(page)}, {"action", "switch"}}, cookies);
  EXPECT_TRUE(module->switched);
}

}  // namespace
}  // namespace hostapp
