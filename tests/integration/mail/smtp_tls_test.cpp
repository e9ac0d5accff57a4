// SPDX-License-Identifier: Apache-2.0
// A mail server that cannot prove who it is gets neither password nor message. All of them are on loopback, where
// Poco's own check would look away.
#include "integration/mail/mail_fixture.h"

namespace sso::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using Kind = SmtpServer::Kind;

class SmtpTls : public MailFixture {
 protected:
  /// With this certificate, both ways into TLS; the server must not learn more than a greeting.
  void expectRefused(const Certificate& certificate, const std::string& why, const std::string& host = "localhost") {
    for (const Kind kind : {Kind::kTls, Kind::kStartTls}) {
      SmtpServer server({.kind = kind, .certificate = certificate});
      EXPECT_THAT(failureOf(optionsFor(server.port(), kind, host)), HasSubstr("tls: " + why));
      for (const auto& command : server.commands()) EXPECT_FALSE(command.underTls) << command.line;
      EXPECT_THAT(server.transcript(), Not(HasSubstr("AUTH")));
      EXPECT_TRUE(server.messages().empty());
    }
  }
};

TEST_F(SmtpTls, ControlTrustsTheRightServerByNameAndByAddress) {
  for (const Kind kind : {Kind::kTls, Kind::kStartTls}) {
    for (const char* host : {"localhost", "127.0.0.1"}) {
      SmtpServer server(behaviour(kind));
      send(optionsFor(server.port(), kind, host));
      EXPECT_EQ(server.messages().size(), 1u);
    }
  }
}

TEST_F(SmtpTls, RefusesACertificateForAnotherHost) {
  const auto certificate = authority.issue({.subjectAltName = "DNS:mail.evil.example"});
  expectRefused(certificate, "certificate refused: hostname mismatch");
  expectRefused(certificate, "certificate refused: IP address mismatch", "127.0.0.1");
}

TEST_F(SmtpTls, RefusesSelfSignedForeignAndExpired) {
  expectRefused(selfSigned(), "certificate refused: self-signed");
  expectRefused(TestAuthority().issue(), "certificate refused: ");
  expectRefused(authority.issue({.validFromSeconds = -7200, .validForSeconds = 3600}), "certificate refused: ");
}

TEST_F(SmtpTls, RefusesOldVersions) {
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
    const ScriptedServer server([](ScriptedSession& session) { session.send("220 old\r\n"); },
                                {.certificate = authority.issue(), .maxVersion = version});
    EXPECT_THAT(failureOf(optionsFor(server.port(), Kind::kTls)), HasSubstr("tls: TLS handshake failed"));
  }
}

TEST_F(SmtpTls, RefusesPlainTextWhereTlsIsAsked) {
  SmtpServer server(behaviour(Kind::kPlain));
  EXPECT_THAT(failureOf(optionsFor(server.port(), Kind::kTls)), HasSubstr("tls: "));
  EXPECT_EQ(server.transcript(), "");
}

// Somebody on the way strikes STARTTLS out: the message waits, it does not go in the clear.
TEST_F(SmtpTls, NeverGoesOnWithoutStartTls) {
  SmtpServer server(behaviour(Kind::kPlain));
  EXPECT_THAT(failureOf(optionsFor(server.port(), Kind::kStartTls)),
              HasSubstr("starttls: the server offers no STARTTLS"));
  EXPECT_EQ(server.transcript(), "EHLO fieldnote.example\n");
}

TEST_F(SmtpTls, NeverGoesOnWhereStartTlsIsRefused) {
  for (const char* answer : {"454 4.7.0 not now\r\n", "250 ok\r\n", "502 no\r\n"}) {
    SmtpServer server(behaviour(Kind::kStartTls, [&](ScriptedSession& session, const std::string& command) {
      return command == "STARTTLS" && session.send(answer);
    }));
    EXPECT_THAT(failureOf(optionsFor(server.port(), Kind::kStartTls)), HasSubstr("starttls: the server answered"));
    EXPECT_THAT(server.transcript(), Not(HasSubstr("AUTH")));
  }
}

// What was offered in the clear was offered by anybody.
TEST_F(SmtpTls, ForgetsWhatWasOfferedBeforeTls) {
  auto how = behaviour(Kind::kStartTls);
  how.features = {"AUTH PLAIN LOGIN"};
  how.featuresUnderTls = {"SIZE 1000"};
  SmtpServer server(how);
  EXPECT_THAT(failureOf(optionsFor(server.port(), Kind::kStartTls)), HasSubstr("auth: the server offers neither"));
  EXPECT_THAT(server.transcript(), Not(HasSubstr("AUTH")));
}

TEST_F(SmtpTls, AMissingFileOfAuthoritiesIsAConfigurationError) {
  auto options = optionsFor(465, Kind::kTls);
  options.certificateFile = "/nonexistent/ca.pem";
  try {
    smtpMailSender(options, log);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kConfig);
  }
}

}  // namespace
}  // namespace sso::test
