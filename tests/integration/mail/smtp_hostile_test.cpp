// SPDX-License-Identifier: Apache-2.0
// Servers that want to hold a worker for ever, to fill its memory, or to be believed before they are known.
#include <csignal>

#include "integration/mail/mail_fixture.h"

namespace sso::test {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;
using Kind = SmtpServer::Kind;

class SmtpHostile : public MailFixture {
 protected:
  SmtpOptions oneSecond(const SmtpServer& server, Kind kind) const {
    auto options = optionsFor(server.port(), kind);
    options.deadline = std::chrono::seconds(1);
    return options;
  }
};

TEST_F(SmtpHostile, AByteAtATimeEndsAtTheDeadline) {
  for (const Kind kind : {Kind::kPlain, Kind::kTls}) {
    SmtpServer server(behaviour(kind, [](ScriptedSession& session, const std::string&) {
      session.drip("220 " + std::string(1000, 'x'), milliseconds(20));
      return true;
    }));
    withinASecond(
        [&] { EXPECT_THAT(failureOf(oneSecond(server, kind)), HasSubstr("greeting: no complete answer in time")); });
  }
}

TEST_F(SmtpHostile, SilenceEndsAtTheDeadlineAtEveryStage) {
  const std::pair<std::string, std::string> stages[] = {{"EHLO", "ehlo"}, {"AUTH", "auth"}, {"MAIL", "mail"},
                                                        {"RCPT", "rcpt"}, {"DATA", "data"}, {".", "message"}};
  for (const auto& [verb, stage] : stages) {
    SmtpServer server(behaviour(Kind::kTls, [&](ScriptedSession& session, const std::string& command) {
      if (!command.starts_with(verb)) return false;
      session.awaitClose();
      return true;
    }));
    withinASecond([&] {
      EXPECT_THAT(failureOf(oneSecond(server, Kind::kTls)), HasSubstr(stage + ": no complete answer in time"));
    });
  }
}

TEST_F(SmtpHostile, AStalledHandshakeEndsAtTheDeadline) {
  const ScriptedServer server([](ScriptedSession&) {}, {.certificate = authority.issue(), .stallHandshake = true});
  auto options = optionsFor(server.port(), Kind::kTls);
  options.deadline = std::chrono::seconds(1);
  withinASecond([&] { EXPECT_THAT(failureOf(options), HasSubstr("tls: no complete answer in time")); });
}

TEST_F(SmtpHostile, AStalledHandshakeAfterStartTlsEndsAtTheDeadline) {
  SmtpServer server(behaviour(Kind::kStartTls, [](ScriptedSession& session, const std::string& command) {
    if (command != "STARTTLS") return false;
    session.send("220 go\r\n");
    session.awaitClose();
    return true;
  }));
  withinASecond([&] {
    EXPECT_THAT(failureOf(oneSecond(server, Kind::kStartTls)), HasSubstr("tls: no complete answer in time"));
  });
}

TEST_F(SmtpHostile, ThePaceOfEachStepDoesNotStretchTheWhole) {
  // Each answer comes in time by itself; all of them together do not.
  SmtpServer server(behaviour(Kind::kTls, [](ScriptedSession& session, const std::string& command) {
    if (command.starts_with("EHLO")) session.drip("250-" + std::string(8, 'x') + "\r\n", milliseconds(40));
    if (command.starts_with("AUTH")) session.drip("235 " + std::string(8, 'x') + "\r\n", milliseconds(40));
    if (command.starts_with("MAIL")) session.drip("250 " + std::string(8, 'x') + "\r\n", milliseconds(40));
    return command.starts_with("AUTH") || command.starts_with("MAIL");
  }));
  withinASecond(
      [&] { EXPECT_THAT(failureOf(oneSecond(server, Kind::kTls)), HasSubstr("no complete answer in time")); });
}

TEST_F(SmtpHostile, EndlessLinesAreRefusedLongBeforeTheDeadline) {
  SmtpServer server(behaviour(Kind::kTls, [](ScriptedSession& session, const std::string& command) {
    if (!command.starts_with("EHLO")) return false;
    while (session.send("250-and one more\r\n")) {
    }
    return true;
  }));
  EXPECT_THAT(failureOf(optionsFor(server.port(), Kind::kTls)), HasSubstr("ehlo: answer of too many lines"));
}

TEST_F(SmtpHostile, AnEndlessLineIsRefusedLongBeforeTheDeadline) {
  SmtpServer server(behaviour(Kind::kPlain, [](ScriptedSession& session, const std::string&) {
    while (session.send("220" + std::string(1000, ' '))) {
    }
    return true;
  }));
  EXPECT_THAT(failureOf(optionsFor(server.port(), Kind::kPlain)),
              HasSubstr("greeting: answer with a line that is too"));
}

TEST_F(SmtpHostile, AnotherProtocolIsNoMailServer) {
  SmtpServer server(behaviour(Kind::kPlain, [](ScriptedSession& session, const std::string&) {
    return session.send("HTTP/1.1 400 Bad Request\r\n\r\n");
  }));
  EXPECT_THAT(failureOf(optionsFor(server.port(), Kind::kPlain)), HasSubstr("greeting: answer that is not SMTP"));
}

TEST_F(SmtpHostile, ClosedAndResetConnectionsAreFailuresAndNoSignal) {
  for (const bool reset : {false, true}) {
    for (const std::string verb : {"", "EHLO", "DATA", "."}) {
      SmtpServer server(behaviour(Kind::kPlain, [&](ScriptedSession& session, const std::string& command) {
        if (verb.empty() ? !command.empty() : !command.starts_with(verb)) return false;
        reset ? session.reset() : session.cut();
        return true;
      }));
      EXPECT_THAT(failureOf(optionsFor(server.port(), Kind::kPlain)),
                  AnyOf(HasSubstr("connection closed"), HasSubstr("connection lost"), HasSubstr("connection refused")));
    }
  }
}

TEST_F(SmtpHostile, ACutTlsConnectionIsNoEndOfAnAnswer) {
  SmtpServer server(behaviour(Kind::kTls, [](ScriptedSession& session, const std::string& command) {
    if (command != ".") return false;
    session.send("250 2.0.0");
    session.cut();
    return true;
  }));
  EXPECT_THAT(failureOf(optionsFor(server.port(), Kind::kTls)), HasSubstr("message: TLS connection cut"));
}

TEST_F(SmtpHostile, NobodyListens) {
  int port = 0;
  {
    const SmtpServer gone(behaviour(Kind::kPlain));
    port = gone.port();
  }
  EXPECT_THAT(failureOf(optionsFor(port, Kind::kPlain)), HasSubstr("connect: "));
}

// CVE-2011-0411 and its likes: what an attacker slips in behind the answer to STARTTLS must not be read under TLS.
TEST_F(SmtpHostile, NothingThatCameBeforeTheHandshakeIsBelievedAfterIt) {
  for (const char* injected : {"250 AUTH PLAIN\r\n", "250-x\r\n250 AUTH PLAIN\r\n", "2"}) {
    SmtpServer server(behaviour(Kind::kStartTls, [&](ScriptedSession& session, const std::string& command) {
      if (command != "STARTTLS") return false;
      session.send(std::string("220 go\r\n") + injected);
      session.startTls();
      return true;
    }));
    EXPECT_THAT(failureOf(optionsFor(server.port(), Kind::kStartTls)),
                HasSubstr("starttls: more than one answer to one command"));
    EXPECT_THAT(server.transcript(), Not(HasSubstr("AUTH")));
  }
}

TEST_F(SmtpHostile, AnAnswerBehindAnAnswerIsNotTakenForTheNextOne) {
  SmtpServer server(behaviour(Kind::kTls, [](ScriptedSession& session, const std::string& command) {
    return command.starts_with("RCPT") && session.send("250 ok\r\n354 go on\r\n");
  }));
  EXPECT_THAT(failureOf(optionsFor(server.port(), Kind::kTls)), HasSubstr("rcpt: more than one answer"));
  EXPECT_TRUE(server.messages().empty());
}

}  // namespace
}  // namespace sso::test
