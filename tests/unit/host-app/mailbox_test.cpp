// SPDX-License-Identifier: Apache-2.0
// Where mail goes without a mail server, and the page that shows it.
#include <nlohmann/json.hpp>

#include <thread>

#include "application_fixture.h"
#include "development_mailbox.h"
#include "pages/mailbox_page.h"

namespace hostapp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string linksIn(std::string_view text) {
  std::string links;
  for (const auto& piece : piecesOf(text, "http://localhost:8080")) {
    if (piece.isLink) links += "[" + piece.text + "]";
  }
  return links;
}

std::string joined(std::string_view text) {
  std::string all;
  for (const auto& piece : piecesOf(text, "http://localhost:8080")) all += piece.text;
  return all;
}

TEST(PiecesOf, LinkWhatLeadsIntoTheApplication) {
  EXPECT_EQ(
      linksIn("Open http://localhost:8080/i?x=1&y=2#TOKEN.\nOr <http://localhost:8080/j>, (http://localhost:8080)!"),
      "[http://localhost:8080/i?x=1&y=2#TOKEN][http://localhost:8080/j][http://localhost:8080]");
}

TEST(PiecesOf, LinkNothingElse) {
  for (const char* text :
       {"http://localhost:8080.evil.example/", "http://localhost:80801/", "http://localhost:8080@evil.example/",
        "https://evil.example/?http://localhost:8080/", "xhttp://localhost:8080/", "javascript:alert(1)",
        "HTTP://localhost:8080/", "http://localhost:8080\\@evil.example", ""}) {
    EXPECT_EQ(linksIn(text), "") << text;
  }
}

TEST(PiecesOf, LoseNothing) {
  for (const std::string text :
       {"", "http://localhost:8080/", "http://localhost:8080.", "a http://localhost:8080/b.c, d\n",
        "http://localhost:8080http://localhost:8080/ http://localhost:8080...", "...http://localhost:8080/?!"}) {
    EXPECT_EQ(joined(text), text);
  }
}

struct MailboxTest : ApplicationTest {
  void send(const std::string& subject, const std::string& text = "Hello\n",
            const std::string& to = "alice@acme.example") {
    app->parts().mail->send({.to = to, .subject = subject, .text = text});
  }
  nlohmann::json asJson() {
    sso::RequestInfo request;
    request.method = "GET";
    request.path = "/dev/mailbox";
    request.accept = "application/json";
    return nlohmann::json::parse(app->respond(request).body);
  }
};

TEST_F(MailboxTest, IsEmptyAtFirstAndSaysWhereMailGoes) {
  const auto page = get("/dev/mailbox");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("No mail yet"));
  EXPECT_THAT(page.body, HasSubstr("nothing leaves this machine"));
  EXPECT_EQ(asJson(), nlohmann::json::array());
}

TEST_F(MailboxTest, ListsAndOpensMail) {
  send("First");
  clock->advance(std::chrono::minutes(5));
  send("You are invited", "Open this:\nhttp://localhost:8080/invitations?a=1&b=2#TOKEN\n");
  const auto list = get("/dev/mailbox").body;
  EXPECT_LT(list.find("You are invited"), list.find("First"));
  EXPECT_THAT(list, HasSubstr("/dev/mailbox?mail=2"));
  EXPECT_THAT(list, Not(HasSubstr("Open this")));
  const auto opened = get("/dev/mailbox?mail=2").body;
  EXPECT_THAT(opened, HasSubstr("Open this:\n<a href=\"http://localhost:8080/invitations?a=1&amp;b=2#TOKEN\">"));
  EXPECT_THAT(opened, HasSubstr("To alice@acme.example"));
}

TEST_F(MailboxTest, GivesTestsJson) {
  send("First");
  clock->advance(std::chrono::minutes(5));
  send("Zweite \"ü\"", "line\n\ttab\n", "bob@acme.example");
  const auto mails = asJson();
  ASSERT_EQ(mails.size(), 2u);
  EXPECT_EQ(
      mails[0],
      (nlohmann::json{
          {"to", "bob@acme.example"}, {"subject", "Zweite \"ü\""}, {"text", "line\n\ttab\n"}, {"at", 1'700'000'300}}));
  EXPECT_EQ(mails[1]["subject"], "First");
}

TEST_F(MailboxTest, EscapesWhatAMailHolds) {
  send("<script>alert(1)</script>", "<img src=x onerror=alert(1)> http://localhost:8080/\"onclick=alert(1)//");
  const auto page = get("/dev/mailbox?mail=1").body;
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_THAT(page, Not(HasSubstr("\"onclick")));
  EXPECT_THAT(page, HasSubstr("<a href=\"http://localhost:8080/\">"));
}

TEST_F(MailboxTest, ServesWhoeverIsSignedIn) {
  send("First");
  EXPECT_THAT(get("/dev/mailbox", {{"sid", adasSession()}}).body, HasSubstr("Sign out"));
}

TEST_F(MailboxTest, DoesNotKnowWhatIsNotThere) {
  send("First");
  for (const char* number : {"0", "2", "x", "1x", "-1", "99999999999999999999", "%31x"}) {
    EXPECT_EQ(codeOf([&] { get(std::string("/dev/mailbox?mail=") + number); }), sso::ErrorCode::kNotFound) << number;
  }
}

TEST_F(MailboxTest, KeepsTheNewestFifty) {
  for (int i = 1; i <= 51; ++i) send("Mail " + std::to_string(i) + ".");
  EXPECT_EQ(asJson().size(), 50u);
  EXPECT_EQ(asJson()[0]["subject"], "Mail 51.");
  const auto page = get("/dev/mailbox").body;
  EXPECT_THAT(page, Not(HasSubstr("Mail 1.")));
  EXPECT_THAT(page, HasSubstr("Only the newest 50 are kept"));
  EXPECT_EQ(codeOf([&] { get("/dev/mailbox?mail=1"); }), sso::ErrorCode::kNotFound);
}

TEST_F(MailboxTest, RefusesWhatAMailServerWouldNeverBeGiven) {
  EXPECT_EQ(codeOf([&] { send("a\r\nBcc: x@y.example"); }), sso::ErrorCode::kInvalidRequest);
  EXPECT_EQ(codeOf([&] { send("a", "b", "Alice@acme.example"); }), sso::ErrorCode::kInvalidRequest);
  EXPECT_EQ(asJson().size(), 0u);
}

TEST_F(MailboxTest, LogsNeitherAddressNorText) {
  send("CANARY", "CANARY", "canary@acme.example");
  EXPECT_THAT(log->text(), HasSubstr("event=mail.kept page=/dev/mailbox"));
  EXPECT_THAT(log->text(), Not(HasSubstr("CANARY")));
  EXPECT_THAT(log->text(), Not(HasSubstr("canary")));
}

TEST_F(MailboxTest, TakesMailFromManyAtOnce) {
  std::vector<std::thread> senders;
  for (int i = 0; i < 4; ++i) {
    senders.emplace_back([this] {
      for (int n = 0; n < 30; ++n) {
        send("From a thread");
        app->parts().mailbox->mails();
        app->parts().mailbox->find(1);
      }
    });
  }
  for (auto& sender : senders) sender.join();
  EXPECT_EQ(asJson().size(), 50u);
  EXPECT_EQ(app->parts().mailbox->mails().front().number, 120u);
}

struct MailWithServerTest : ApplicationTest {
  void prepare(AppConfig& config, Application::Overrides&) override {
    config.mail = sso::smtpOptionsFromUrl("smtps://127.0.0.1:1");
    config.mail->from = "no-reply@fieldnote.example";
  }
};

TEST_F(MailWithServerTest, HasNoMailbox) {
  EXPECT_EQ(codeOf([&] { get("/dev/mailbox"); }), sso::ErrorCode::kNotFound);
  EXPECT_FALSE(app->parts().mailbox);
  EXPECT_TRUE(app->parts().mail);
}

struct MailInProductionTest : ApplicationTest {
  void prepare(AppConfig& config, Application::Overrides&) override {
    config.sso.environment = sso::AppEnvironment::kProduction;
    config.sso.baseUrl = "https://app.example";
  }
};

TEST_F(MailInProductionTest, IsOffWithoutAServerAndNothingIsKept) {
  EXPECT_EQ(codeOf([&] { get("/dev/mailbox"); }), sso::ErrorCode::kNotFound);
  EXPECT_FALSE(app->parts().mail);
  EXPECT_FALSE(app->parts().mailbox);
}

}  // namespace
}  // namespace hostapp
