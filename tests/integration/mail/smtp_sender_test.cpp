// SPDX-License-Identifier: Apache-2.0
// What a mail server sees of a message that goes well, and what is told of one that it refuses.
#include <algorithm>
#include <future>
#include <latch>
#include <thread>

#include "integration/mail/mail_fixture.h"
#include "mail/mime_text.h"

namespace sso::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using Kind = SmtpServer::Kind;

class SmtpSender : public MailFixture {
 protected:
  static std::string plainCommand(const std::string& user, const std::string& password) {
    return "AUTH PLAIN " + detail::base64(std::string(1, '\0') + user + std::string(1, '\0') + password);
  }
};

TEST_F(SmtpSender, HandsAMessageOverUnderTls) {
  SmtpServer server(behaviour(Kind::kTls));
  send(optionsFor(server.port(), Kind::kTls));
  ASSERT_EQ(server.messages().size(), 1u);
  const auto message = server.messages()[0];
  EXPECT_THAT(message, HasSubstr("\r\nTo: canary.person@acme.example\r\n"));
  EXPECT_THAT(message, HasSubstr("\r\nSubject: CANARY-SUBJECT\r\n"));
  EXPECT_THAT(message, HasSubstr("\r\n..\r\n...\r\nBye\r\n")) << "dots are stuffed";
  EXPECT_EQ(server.transcript(), "EHLO fieldnote.example\n" + plainCommand("mailer", "CANARY-PASSWORD") +
                                     "\nMAIL FROM:<no-reply@fieldnote.example>\n"
                                     "RCPT TO:<canary.person@acme.example>\nDATA\nQUIT\n");
}

TEST_F(SmtpSender, LogsWithoutAddressOrText) {
  SmtpServer server(behaviour(Kind::kTls));
  send(optionsFor(server.port(), Kind::kTls));
  ASSERT_EQ(log->lines().size(), 1u);
  EXPECT_THAT(log->lines()[0], HasSubstr("event=mail.sent ms="));
  EXPECT_THAT(log->lines()[0], Not(HasSubstr("CANARY")));
  EXPECT_THAT(log->lines()[0], Not(HasSubstr("acme.example")));
}

TEST_F(SmtpSender, GivesEachMessageAnIdOfItsOwn) {
  SmtpServer server(behaviour(Kind::kTls));
  const auto sender = smtpMailSender(optionsFor(server.port(), Kind::kTls), log);
  sender->send(invitation());
  sender->send(invitation());
  const auto idOf = [&](std::size_t i) {
    const auto text = server.messages().at(i);
    const auto at = text.find("Message-ID: <");
    return text.substr(at, text.find('\r', at) - at);
  };
  EXPECT_NE(idOf(0), idOf(1));
  EXPECT_EQ(idOf(0).size(), std::string("Message-ID: <@fieldnote.example>").size() + 32);
}

TEST_F(SmtpSender, SpeaksStartTlsAndGreetsAgainBeforeItSaysMore) {
  SmtpServer server(behaviour(Kind::kStartTls));
  send(optionsFor(server.port(), Kind::kStartTls));
  EXPECT_EQ(server.messages().size(), 1u);
  const auto commands = server.commands();
  ASSERT_GT(commands.size(), 4u);
  EXPECT_EQ(commands[0].line, "EHLO fieldnote.example");
  EXPECT_EQ(commands[1].line, "STARTTLS");
  EXPECT_EQ(commands[2].line, "EHLO fieldnote.example");
  EXPECT_TRUE(std::all_of(commands.begin() + 2, commands.end(), [](const auto& c) { return c.underTls; }));
  EXPECT_TRUE(commands[3].line.starts_with("AUTH PLAIN "));
}

TEST_F(SmtpSender, UsesARelayOnThisMachineWithoutTls) {
  SmtpServer server(behaviour(Kind::kPlain));
  for (const char* host : {"127.0.0.1", "localhost"}) send(optionsFor(server.port(), Kind::kPlain, host));
  EXPECT_EQ(server.messages().size(), 2u);
}

// Documentation addresses (RFC 5737) lead nowhere: whoever tried one would not get to this answer within a second.
TEST_F(SmtpSender, WithoutTlsSpeaksToThisMachineOnly) {
  auto options = optionsFor(25, Kind::kPlain, "192.0.2.1");
  EXPECT_THAT(failureOf(options), HasSubstr("connect: without TLS only to this machine"));
}

TEST_F(SmtpSender, TakesAuthLoginWhereThereIsNoPlain) {
  auto how = behaviour(Kind::kTls);
  how.featuresUnderTls = {"AUTH CRAM-MD5 LOGIN"};
  SmtpServer server(how);
  send(optionsFor(server.port(), Kind::kTls));
  EXPECT_EQ(server.messages().size(), 1u);
  EXPECT_THAT(server.transcript(),
              HasSubstr("AUTH LOGIN\n" + detail::base64("mailer") + "\n" + detail::base64("CANARY-PASSWORD") + "\n"));
}

TEST_F(SmtpSender, SplitsACommandThatWouldBeTooLong) {  // RFC 4954 4
  const std::string password(255, 'p');
  const auto response = plainCommand(std::string(150, 'u'), password).substr(11);
  SmtpServer server(behaviour(Kind::kTls, [&](ScriptedSession& session, const std::string& command) {
    return command == response && session.send("235 2.7.0 welcome\r\n");
  }));
  auto options = optionsFor(server.port(), Kind::kTls);
  options.user = std::string(150, 'u');
  options.password = Secret(password);
  send(options);
  EXPECT_THAT(server.transcript(), HasSubstr("AUTH PLAIN\n" + response + "\n"));
}

TEST_F(SmtpSender, GivesUpWhereNoMechanismIsOffered) {
  auto how = behaviour(Kind::kTls);
  how.featuresUnderTls = {"AUTH CRAM-MD5 XOAUTH2"};
  SmtpServer server(how);
  EXPECT_THAT(failureOf(optionsFor(server.port(), Kind::kTls)), HasSubstr("auth: the server offers neither"));
  EXPECT_THAT(server.transcript(), Not(HasSubstr("AUTH")));
}

TEST_F(SmtpSender, TellsAWrongPasswordWithoutRepeatingIt) {
  for (const char* features : {"AUTH PLAIN", "AUTH LOGIN"}) {
    auto how = behaviour(Kind::kTls, [](ScriptedSession& session, const std::string& command) {
      return command.starts_with("AUTH") && session.send("535 5.7.8 CANARY-PASSWORD is wrong for mailer\r\n");
    });
    how.featuresUnderTls = {features};
    SmtpServer server(how);
    EXPECT_THAT(failureOf(optionsFor(server.port(), Kind::kTls)), HasSubstr("auth: the server answered 535 5.7.8"));
    EXPECT_THAT(log->text(), HasSubstr("stage=auth code=535 status=5.7.8 ms="));
    EXPECT_THAT(server.transcript(), Not(HasSubstr("MAIL")));
  }
}

TEST_F(SmtpSender, TellsARefusedRecipientByStageAndCodeOnly) {
  SmtpServer server(behaviour(Kind::kTls, [](ScriptedSession& session, const std::string& command) {
    return command.starts_with("RCPT") &&
           session.send("550-5.1.1 nobody\r\n550 5.1.1 <canary.person@acme.example>\r\n");
  }));
  EXPECT_THAT(failureOf(optionsFor(server.port(), Kind::kTls)), HasSubstr("rcpt: the server answered 550 5.1.1"));
  EXPECT_THAT(log->text(), HasSubstr("stage=rcpt code=550 status=5.1.1 ms="));
  EXPECT_TRUE(server.messages().empty());
}

TEST_F(SmtpSender, StopsAtTheFirstAnswerThatIsNotTheOneExpected) {
  const std::pair<std::string, std::string> stages[] = {
      {"", "greeting"}, {"EHLO", "ehlo"}, {"MAIL", "mail"}, {"DATA", "data"}, {".", "message"}};
  for (const auto& [verb, stage] : stages) {
    for (const char* answer : {"421 4.3.2 later\r\n", "554 5.3.0 no\r\n", "252 perhaps\r\n"}) {
      SmtpServer server(behaviour(Kind::kTls, [&](ScriptedSession& session, const std::string& command) {
        return (verb.empty() ? command.empty() : command.starts_with(verb)) && session.send(answer);
      }));
      EXPECT_THAT(failureOf(optionsFor(server.port(), Kind::kTls)),
                  HasSubstr(stage + ": the server answered " + std::string(answer).substr(0, 3)));
    }
  }
}

TEST_F(SmtpSender, AMessageThatWasTakenIsSentHoweverTheServerLeaves) {
  const SmtpServer::Instead farewells[] = {
      [](ScriptedSession& session, const std::string& command) { return command == "QUIT" && (session.cut(), true); },
      [](ScriptedSession& session, const std::string& command) {
        return command == "QUIT" && session.send("nonsense\r\n");
      },
      [](ScriptedSession& session, const std::string& command) {
        return command == "QUIT" && (session.awaitClose(), true);
      }};
  for (const auto& farewell : farewells) {
    SmtpServer server(behaviour(Kind::kTls, farewell));
    withinASecond([&] { send(optionsFor(server.port(), Kind::kTls)); });
    EXPECT_EQ(server.messages().size(), 1u);
  }
}

TEST_F(SmtpSender, RefusesAMessageOutOfBoundsBeforeItConnects) {
  SmtpServer server(behaviour(Kind::kTls));
  for (const auto& message : {MailMessage{.to = "a@b.example>\r\nRCPT TO:<c@d.example", .subject = "s", .text = "t"},
                              MailMessage{.to = kTo, .subject = "s\r\nBcc: c@d.example", .text = "t"},
                              MailMessage{.to = kTo, .subject = "s", .text = "t\r\n.\r\nMAIL FROM:<c@d.example>"}}) {
    try {
      send(optionsFor(server.port(), Kind::kTls), message);
      ADD_FAILURE();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidRequest);
    }
  }
  EXPECT_EQ(server.accepted(), 0);
}

TEST_F(SmtpSender, TurnsAwayWhoComesWhileEnoughAreUnderWay) {
  std::latch arrived(2);
  std::promise<void> leave;
  const auto left = leave.get_future().share();
  SmtpServer server(behaviour(Kind::kTls, [&](ScriptedSession&, const std::string& command) {
    if (command.starts_with("EHLO")) {
      arrived.count_down();
      left.wait();
    }
    return false;
  }));
  auto options = optionsFor(server.port(), Kind::kTls);
  options.mostAtOnce = 2;
  const auto sender = smtpMailSender(options, log);
  std::vector<std::thread> both;
  for (int i = 0; i < 2; ++i) both.emplace_back([&] { sender->send(invitation()); });
  arrived.wait();
  try {
    sender->send(invitation());
    ADD_FAILURE() << "a third one was let in";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kMailUnavailable);
  }
  leave.set_value();
  for (auto& thread : both) thread.join();
  EXPECT_EQ(server.messages().size(), 2u);
  EXPECT_THAT(log->text(), HasSubstr("event=mail.failed stage=queue reason=\"too many messages under way\""));
  sender->send(invitation());  // places are given back, after failures, too
  EXPECT_EQ(server.messages().size(), 3u);
}

}  // namespace
}  // namespace sso::test
