// SPDX-License-Identifier: Apache-2.0
// Settings -> Invitations, and the page where an invitation's link leads.
#include "sso/invitations.h"

#include "captured_mail.h"
#include "mails.h"
#include "settings_fixture.h"

namespace hostapp {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kPage = "/settings/invitations";

struct InvitationsPagesTest : SettingsTest {
  std::shared_ptr<CapturedMail> mail = std::make_shared<CapturedMail>();

  void prepare(AppConfig& config, Application::Overrides& overrides) override {
    SettingsTest::prepare(config, overrides);
    overrides.mail = mail;
  }
  void SetUp() override {
    SettingsTest::SetUp();
    link(session("olive"));  // ties the team to its organization
    scalekit.addConnection("org_of_fresh");
    setMode(sso::SsoMode::kOptional);
  }
  void setMode(sso::SsoMode mode) {
    auto& storage = *app->parts().storage;
    auto organization = storage.organizations().findOrganization("org_of_fresh").value();
    organization.policy.mode = mode;
    const auto work = storage.begin();
    storage.organizations().saveOrganization(*work, organization);
    work->commit();
  }
  sso::WebResponse send(const std::string& who, std::map<std::string, std::string> changes = {}) {
    const auto sid = session(who);
    std::map<std::string, std::string> form = {{"csrf_token", token(sid)},
                                               {"email", "guest@elsewhere.example"},
                                               {"role", "member"},
                                               {"connection", "conn_1"},
                                               {"lifetime", "7d"}};
    for (const auto& [field, value] : changes) form[field] = value;
    return post(kPage, form, {{"sid", sid}});
  }
  sso::WebResponse act(const std::string& who, const std::string& what, const std::string& id) {
    const auto sid = session(who);
    return post(std::string(kPage) + "/" + what, {{"csrf_token", token(sid)}, {"invitation", id}}, {{"sid", sid}});
  }
  std::vector<sso::Invitation> open(const std::string& tenant = "fresh") {
    return app->parts().sso->invitations().list(tenant);
  }
  /// A stranger's browser, with the token of an invitation.
  sso::WebResponse visit(const std::string& linkToken, const std::string& action = "") {
    const auto page = get("/invitation");
    return post("/invitation", {{"csrf_token", tokenIn(page)}, {"token", linkToken}, {"action", action}},
                {{"visit", page.cookies.at(0).value}});
  }
};

TEST_F(InvitationsPagesTest, AreMailedWithTheTokenBehindTheMarkAndNowhereElse) {
  const auto answer = send("olive");
  EXPECT_EQ(answer.status, 303);
  EXPECT_EQ(answer.location, "/settings/invitations?done=sent");
  ASSERT_EQ(mail->sent().size(), 1U);
  const auto sent = mail->sent().front();
  EXPECT_EQ(sent.to, "guest@elsewhere.example");
  EXPECT_EQ(sent.subject, "You are invited to Fresh Fields on Fieldnote");
  EXPECT_THAT(sent.text, HasSubstr("Olive invites you"));
  EXPECT_THAT(sent.text, HasSubstr("\nhttp://localhost:8080/invitation#" + mail->token() + "\n"));
  EXPECT_THAT(sent.text, HasSubstr("http://localhost:8080/sso/login?organization_id=org_of_fresh"));
  const auto page = get(kPage, {{"sid", session("anna")}});
  EXPECT_THAT(page.body, HasSubstr("guest@elsewhere.example"));
  EXPECT_THAT(page.body, HasSubstr("by Olive"));
  EXPECT_THAT(page.body, Not(HasSubstr(mail->token())));
  EXPECT_THAT(log->text(), Not(HasSubstr(mail->token())));
  EXPECT_THAT(log->text(), Not(HasSubstr("guest@elsewhere")));
  EXPECT_EQ(trail("sso.invitation.created").size(), 1U);
}

TEST_F(InvitationsPagesTest, AreForOwnersAndAdminsOfTheirOwnTeam) {
  EXPECT_EQ(send("mia").status, 403);
  EXPECT_EQ(get(kPage, {{"sid", session("mia")}}).status, 403);
  EXPECT_EQ(send("anna").status, 303);
  const auto id = open().at(0).id;
  EXPECT_EQ(act("mia", "revoke", id).status, 403);
  const auto ada = adasSession();
  for (const char* what : {"revoke", "renew"}) {
    EXPECT_EQ(post(std::string(kPage) + "/" + what, {{"csrf_token", token(ada)}, {"invitation", id}}, {{"sid", ada}})
                  .location,
              "/settings/invitations?done=gone");
  }
  EXPECT_THAT(get(kPage, {{"sid", ada}}).body, Not(HasSubstr("guest@elsewhere.example")));
  EXPECT_EQ(open().size(), 1U);
  EXPECT_EQ(mail->sent().size(), 1U);
}

// The role is fixed by the inviter, and never more than their own
TEST_F(InvitationsPagesTest, AnAdminInvitesNoAdminsAndNobodyInvitesAnOwner) {
  EXPECT_EQ(send("anna", {{"role", "admin"}}).status, 403);
  EXPECT_EQ(send("olive", {{"role", "owner"}}).status, 400);
  EXPECT_EQ(send("olive", {{"role", "emperor"}}).status, 400);
  EXPECT_TRUE(open().empty());
  EXPECT_TRUE(mail->sent().empty());
  EXPECT_EQ(send("olive", {{"role", "admin"}}).status, 303);
  EXPECT_EQ(open().at(0).role, "admin");
}

TEST_F(InvitationsPagesTest, SayWhatIsWrongAndKeepWhatWasTyped) {
  const auto page = send("olive", {{"email", "no <b>address"}});
  EXPECT_EQ(page.status, 400);
  EXPECT_THAT(page.body, HasSubstr("Enter a whole e-mail address"));
  EXPECT_THAT(page.body, HasSubstr("no &lt;b&gt;address"));
  EXPECT_THAT(page.body, HasSubstr("aria-invalid=\"true\""));
  EXPECT_THAT(send("olive", {{"email", "mia@fresh.example"}}).body, HasSubstr("is a member already"));
  EXPECT_THAT(send("olive", {{"connection", "conn_9"}}).body, HasSubstr("not switched on"));
  send("olive");
  EXPECT_THAT(send("olive").body, HasSubstr("has an invitation"));
  EXPECT_EQ(codeOf([&] { send("olive", {{"lifetime", "99y"}}); }), sso::ErrorCode::kInvalidRequest);
  EXPECT_EQ(open().size(), 1U);
}

TEST_F(InvitationsPagesTest, StayWhenTheMailCouldNotBeSent) {
  mail->setAway(true);
  const auto page = send("olive");
  EXPECT_EQ(page.status, 503);
  EXPECT_THAT(page.body, HasSubstr("could not be sent. Send it again"));
  ASSERT_EQ(open().size(), 1U);
  mail->setAway(false);
  EXPECT_EQ(act("olive", "renew", open().at(0).id).location, "/settings/invitations?done=again");
  EXPECT_EQ(visit(mail->token()).status, 200);
}

TEST_F(InvitationsPagesTest, AreLimitedForEachInviter) {
  const auto sid = session("olive");
  const auto csrf = token(sid);
  int status = 303;
  for (int i = 0; i < 101; ++i) {
    status = post(kPage,
                  {{"csrf_token", csrf},
                   {"email", "g" + std::to_string(i) + "@elsewhere.example"},
                   {"role", "member"},
                   {"connection", "conn_1"},
                   {"lifetime", "1d"}},
                  {{"sid", sid}})
                 .status;
  }
  EXPECT_EQ(status, 429);
  EXPECT_EQ(mail->sent().size(), 100U);
}

TEST_F(InvitationsPagesTest, AreNotOfferedWithoutASignInToComeThrough) {
  scalekit.away = true;
  const auto page = get(kPage, {{"sid", session("olive")}});
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, Not(HasSubstr("Send the invitation")));
  EXPECT_THAT(page.body, HasSubstr("none is switched on, or it cannot be looked up now"));
}

TEST_F(InvitationsPagesTest, AreNotSentWhereTheSignInIsOff) {
  setMode(sso::SsoMode::kOff);
  EXPECT_THAT(get(kPage, {{"sid", session("olive")}}).body, Not(HasSubstr("Send the invitation")));
  EXPECT_THAT(send("olive").body, HasSubstr("sign-in is off"));
  EXPECT_TRUE(mail->sent().empty());
}

TEST_F(InvitationsPagesTest, ShowWhoseInvitationItIsToWhoeverHasTheLink) {
  send("olive", {{"role", "admin"}});
  const auto token = mail->token();
  for (const std::string& pasted : {token, "http://localhost:8080/invitation#" + token}) {
    const auto page = visit(pasted);
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.body, HasSubstr("Fresh Fields"));
    EXPECT_THAT(page.body, HasSubstr("guest@elsewhere.example"));
    EXPECT_THAT(page.body, HasSubstr("Olive"));
    EXPECT_THAT(page.body, HasSubstr("as Admin"));
  }
  EXPECT_THAT(visit(token, "accept").body, HasSubstr("connection_id=conn_1"));
}

TEST_F(InvitationsPagesTest, AllDeadLinksLookAlike) {
  send("olive");
  const auto token = mail->token();
  act("olive", "revoke", open().at(0).id);
  const auto revoked = visit(token);
  EXPECT_EQ(revoked.status, 404);
  const auto plain = [](std::string body) { return std::regex_replace(body, std::regex("[0-9a-f]{64}"), ""); };
  for (const std::string& dead : {std::string(43, 'A'), std::string(), std::string(500, 'x'), token + "A"}) {
    EXPECT_EQ(visit(dead).status, 404);
    EXPECT_EQ(plain(visit(dead).body), plain(revoked.body));
    EXPECT_EQ(visit(dead, "accept").status, 404);
  }
  EXPECT_THAT(revoked.body, Not(HasSubstr(token)));
}

TEST_F(InvitationsPagesTest, WantTheTokenOfTheirOwnForm) {
  send("olive");
  const auto olive = session("olive");
  const auto id = open().at(0).id;
  for (const std::string& path : {std::string(kPage), std::string(kPage) + "/renew", std::string(kPage) + "/revoke"}) {
    for (const std::string& wrong : {std::string(), std::string(64, '0'), token(session("otto"))}) {
      EXPECT_EQ(codeOf([&] {
                  post(path, {{"csrf_token", wrong}, {"invitation", id}}, {{"sid", olive}});
                }),
                sso::ErrorCode::kForbidden);
    }
  }
  EXPECT_EQ(codeOf([&] { post("/invitation", {{"token", mail->token()}}, {}); }), sso::ErrorCode::kForbidden);
  EXPECT_EQ(open().size(), 1U);
}

struct NoMailTest : InvitationsPagesTest {
  void prepare(AppConfig& config, Application::Overrides& overrides) override {
    SettingsTest::prepare(config, overrides);
    config.sso.baseUrl = "https://app.example.com";
    config.sso.environment = sso::AppEnvironment::kProduction;
    config.sso.environmentUrl = "https://scalekit.example";
    config.sso.secretKeys = {sso::Secret("0123456789abcdefghijklmnopqrstuv")};
  }
  void SetUp() override { ApplicationTest::SetUp(); }
  void TearDown() override { ApplicationTest::TearDown(); }
};

TEST_F(NoMailTest, NobodyWaitsForALinkThatNobodySends) {
  EXPECT_EQ(app->parts().mail, nullptr);
  EXPECT_EQ(app->parts().sso->options().emailProofPath, "");
}

TEST(Mails, CarryNobodysAdvertisement) {
  sso::NewInvitation made;
  made.invitation.email = "guest@elsewhere.example";
  made.organizationName = "Win at evil.example";
  for (const char* name : {"Buy at http://evil.example", "evil.example", "see evil.example now", "x@evil.example",
                           "<b>Ada</b>", "\\\\share"}) {
    const auto mail = mails::invitation("https://app.example", "/sso/login", made, name, name);
    EXPECT_THAT(mail.subject + mail.text, Not(HasSubstr("evil"))) << name;
    EXPECT_THAT(mail.text, Not(HasSubstr(name)));
    EXPECT_THAT(mail.text, HasSubstr("An administrator invites you to a team"));
  }
  const auto mail = mails::invitation("https://app.example", "/sso/login", made, "St. Mary's", "J. R. R. Tolkien");
  EXPECT_THAT(mail.text, HasSubstr("J. R. R. Tolkien invites you to St. Mary's on Fieldnote"));
}

TEST(Mails, BoundTheSubjectByWholeCharacters) {
  sso::NewInvitation made;
  made.invitation.email = "guest@elsewhere.example";
  std::string team;
  for (int i = 0; i < 120; ++i) team += "\xC3\xBC";
  const auto mail = mails::invitation("https://app.example", "/sso/login", made, team, "Olive");
  EXPECT_LE(mail.subject.size(), 200U);
  EXPECT_THAT(mail.subject, HasSubstr("\xC3\xBC... on Fieldnote"));
}

// ---- /login/confirm -------------------------------------------------------------------------------------------------

struct EmailProofPageTest : ApplicationTest {
  std::shared_ptr<CapturedMail> mail = std::make_shared<CapturedMail>();
  std::string visitCookie, csrf;

  void prepare(AppConfig&, Application::Overrides& overrides) override { overrides.mail = mail; }
  void SetUp() override {
    ApplicationTest::SetUp();
    module->proving = sso::PendingEmailProof{"ada@acme.example", "Acme", false, true};
    const auto page = get("/login/confirm");
    visitCookie = page.cookies.at(0).value;
    csrf = tokenIn(page);
  }
  sso::WebResponse act(const std::string& action, const std::string& linkToken = "") {
    return post("/login/confirm", {{"csrf_token", csrf}, {"action", action}, {"token", linkToken}},
                {{"visit", visitCookie}});
  }
};

TEST_F(EmailProofPageTest, MailsTheLinkAndSetsItsCookie) {
  const auto answer = act("send");
  EXPECT_EQ(answer.status, 303);
  EXPECT_EQ(answer.location, "/login/confirm");
  ASSERT_FALSE(answer.cookies.empty());
  EXPECT_EQ(answer.cookies.back().value, "mailed");
  ASSERT_EQ(mail->sent().size(), 1U);
  EXPECT_EQ(mail->sent()[0].to, "ada@acme.example");
  EXPECT_THAT(mail->sent()[0].text, HasSubstr("\nhttp://localhost:8080/login/confirm#" + std::string(43, 'T') + "\n"));
  EXPECT_THAT(log->text(), Not(HasSubstr(std::string(43, 'T'))));
}

TEST_F(EmailProofPageTest, AGetSendsNothing) {
  get("/login/confirm");
  EXPECT_TRUE(mail->sent().empty());
}

TEST_F(EmailProofPageTest, KeepsTheCookieWhenTheMailCouldNotBeSent) {
  mail->setAway(true);
  const auto answer = act("send");
  EXPECT_EQ(answer.status, 503);
  EXPECT_THAT(answer.body, HasSubstr("could not be sent"));
  EXPECT_EQ(answer.cookies.back().value, "mailed");
}

TEST_F(EmailProofPageTest, LimitsTheMailsToOneAddress) {
  for (int i = 0; i < 6; ++i) EXPECT_EQ(act("send").status, 303);
  const auto answer = act("send");
  EXPECT_EQ(answer.status, 429);
  EXPECT_EQ(mail->sent().size(), 6U);
  module->proving->email = "eve@acme.example";
  EXPECT_EQ(act("send").status, 303);
}

TEST_F(EmailProofPageTest, SaysSoWhenNoMoreMailsGoOutForThisSignIn) {
  module->proving->maySend = false;
  EXPECT_EQ(act("send").status, 409);
  EXPECT_TRUE(mail->sent().empty());
}

TEST_F(EmailProofPageTest, TakesTheTokenOrTheWholeLink) {
  EXPECT_EQ(act("confirm", std::string(43, 'T')).location, "/dashboard");
  EXPECT_EQ(act("confirm", "http://localhost:8080/login/confirm#" + std::string(43, 'T')).location, "/dashboard");
  const auto wrong = act("confirm", std::string(43, 'X'));
  EXPECT_EQ(wrong.status, 400);
  EXPECT_THAT(wrong.body, HasSubstr("not the newest link"));
  EXPECT_THAT(wrong.body, Not(HasSubstr(std::string(43, 'X'))));
}

TEST_F(EmailProofPageTest, SaysWhereTheLinkWorksWhenNothingWaitsHere) {
  module->proving.reset();
  EXPECT_EQ(get("/login/confirm").status, 410);
  EXPECT_EQ(act("send").status, 410);
  EXPECT_EQ(act("confirm", std::string(43, 'T')).status, 410);
  EXPECT_TRUE(mail->sent().empty());
}

TEST_F(EmailProofPageTest, ForgetsTheLoginWhenSomebodyGivesUp) {
  const auto answer = act("give_up");
  EXPECT_EQ(answer.location, "/login");
  EXPECT_EQ(answer.cookies.back().maxAge, std::chrono::seconds(0));
}

TEST_F(EmailProofPageTest, WantsTheTokenOfItsOwnForm) {
  EXPECT_EQ(codeOf([&] {
              post("/login/confirm", {{"action", "send"}}, {{"visit", visitCookie}});
            }),
            sso::ErrorCode::kForbidden);
  EXPECT_TRUE(mail->sent().empty());
}

TEST_F(EmailProofPageTest, IsOfferedInPlaceOfThePasswordOnlyWhereItProvesTheAccount) {
  module->pending = sso::PendingLink{"acc_1", "ada@acme.example", "Acme", true};
  EXPECT_THAT(get("/login/link").body, HasSubstr("Mail me a link instead"));
  module->pending->byMail = false;
  EXPECT_THAT(get("/login/link").body, Not(HasSubstr("Mail me a link instead")));
}

}  // namespace
}  // namespace hostapp
