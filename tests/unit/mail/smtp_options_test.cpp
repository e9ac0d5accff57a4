// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sso/error.h"
#include "sso/mail.h"

namespace sso {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

SmtpOptions good() {
  SmtpOptions options;
  options.host = "mail.example.com";
  options.from = "no-reply@fieldnote.example";
  return options;
}

TEST(SmtpOptionsFromUrl, KnowsTlsFromTheFirstByte) {
  const auto options = smtpOptionsFromUrl("smtps://mailer:s3cret@Mail.Example.com");
  EXPECT_EQ(options.host, "mail.example.com");
  EXPECT_EQ(options.port, 465);
  EXPECT_EQ(options.security, SmtpSecurity::kTls);
  EXPECT_EQ(options.user, "mailer");
  EXPECT_EQ(options.password.reveal(), "s3cret");
  EXPECT_EQ(smtpOptionsFromUrl("smtps://mail.example.com:4465/").port, 4465);
  EXPECT_EQ(smtpOptionsFromUrl("smtps://localhost").security, SmtpSecurity::kTls);
}

TEST(SmtpOptionsFromUrl, KnowsStartTls) {
  const auto options = smtpOptionsFromUrl("smtp://u:p@mail.example.com");
  EXPECT_EQ(options.port, 587);
  EXPECT_EQ(options.security, SmtpSecurity::kStartTls);
  EXPECT_EQ(smtpOptionsFromUrl("smtp://mail.example.com:80").port, 80) << "not the default of http, the one given";
  EXPECT_EQ(smtpOptionsFromUrl("smtp://relay.example.com").security, SmtpSecurity::kStartTls);
}

TEST(SmtpOptionsFromUrl, KnowsARelayOnThisMachine) {
  for (const char* url : {"smtp://127.0.0.1", "smtp://localhost", "smtp://[::1]", "smtp://127.8.9.10:25"}) {
    EXPECT_EQ(smtpOptionsFromUrl(url).security, SmtpSecurity::kLoopbackOnly) << url;
    EXPECT_EQ(smtpOptionsFromUrl(url).port, 25) << url;
  }
}

TEST(SmtpOptionsFromUrl, NeverSendsAPasswordInTheClearToThisMachineEither) {
  EXPECT_EQ(smtpOptionsFromUrl("smtp://u:p@127.0.0.1:25").security, SmtpSecurity::kStartTls);
}

TEST(SmtpOptionsFromUrl, DecodesUserAndPassword) {
  const auto options = smtpOptionsFromUrl("smtps://no-reply%40example.com:a%3Ab%2fc%25%C3%BC@mail.example.com");
  EXPECT_EQ(options.user, "no-reply@example.com");
  EXPECT_EQ(options.password.reveal(), "a:b/c%ü");
}

TEST(SmtpOptionsFromUrl, RefusesEverythingElseWithoutRepeatingIt) {
  for (const char* url : {"",
                          "mail.example.com",
                          "http://CANARY@h.example",
                          "SMTPS://CANARY:p@h.example",
                          "smtps://",
                          "smtps://CANARY@h.example",
                          "smtps://CANARY:@h.example",
                          "smtps://:CANARY@h.example",
                          "smtps://u:CANARY@x@h.example",
                          "smtps://u:CANARY:x@h.example",
                          "smtps://u:CANARY%@h.example",
                          "smtps://u:CANARY%4@h.example",
                          "smtps://u:CANARY%zz@h.example",
                          "smtps://u:CANARY x@h.example",
                          "smtps://u:CANARY/x@h.example",
                          "smtps://u:CANARY@h.example/path",
                          "smtps://u:CANARY@h.example?tls=no",
                          "smtps://u:CANARY@h.example#x",
                          "smtps://u:CANARY@h.example:99999",
                          "smtps://u:CANARY@h.example:",
                          "smtps://u:CANARY@h.example:x",
                          "smtps://u:CANARY@"}) {
    try {
      smtpOptionsFromUrl(url);
      ADD_FAILURE() << url;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kConfig);
      EXPECT_THAT(error.what(), Not(HasSubstr("CANARY")));
      EXPECT_THAT(error.hint(), Not(HasSubstr("CANARY")));
    }
  }
}

TEST(SmtpOptionsProblems, AreNoneForWhatWorks) {
  EXPECT_THAT(good().problems(), IsEmpty());
  auto options = smtpOptionsFromUrl("smtp://[::1]:2525");
  options.from = "a@b.example";
  EXPECT_THAT(options.problems(), IsEmpty());
}

TEST(SmtpOptionsProblems, AreToldAllAtOnce) {
  SmtpOptions options;
  options.port = 0;
  options.from = "Fieldnote <a@b.example>";
  options.fromName = "a\r\nBcc: x@y.example";
  options.user = "u";
  options.deadline = std::chrono::seconds(0);
  options.mostAtOnce = 0;
  options.certificateFile = "/nonexistent/ca.pem";
  EXPECT_THAT(options.problems(),
              ElementsAre(HasSubstr("host:"), HasSubstr("port:"), HasSubstr("from:"), HasSubstr("fromName:"),
                          HasSubstr("user, password:"), HasSubstr("deadline:"), HasSubstr("mostAtOnce:"),
                          HasSubstr("certificateFile: no PEM certificates there")));
  try {
    smtpMailSender(options, nullptr);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kConfig);
    for (const auto& problem : options.problems()) EXPECT_THAT(error.what(), HasSubstr(problem));
  }
}

TEST(SmtpOptionsProblems, NameEachBound) {
  const auto problemsOf = [](const std::function<void(SmtpOptions&)>& change) {
    auto options = good();
    change(options);
    return options.problems();
  };
  EXPECT_THAT(problemsOf([](auto& o) { o.host = "Mail.example.com"; }), ElementsAre(HasSubstr("host:")));
  EXPECT_THAT(problemsOf([](auto& o) { o.host = "h.example/x"; }), ElementsAre(HasSubstr("host:")));
  EXPECT_THAT(problemsOf([](auto& o) { o.host = "h.example:25"; }), ElementsAre(HasSubstr("host:")));
  EXPECT_THAT(problemsOf([](auto& o) { o.from = "A@b.example"; }), ElementsAre(HasSubstr("from:")));
  EXPECT_THAT(problemsOf([](auto& o) { o.fromName = std::string(101, 'x'); }), ElementsAre(HasSubstr("fromName:")));
  EXPECT_THAT(problemsOf([](auto& o) { o.deadline = std::chrono::seconds(61); }), ElementsAre(HasSubstr("deadline:")));
  EXPECT_THAT(problemsOf([](auto& o) { o.mostAtOnce = 65; }), ElementsAre(HasSubstr("mostAtOnce:")));
  EXPECT_THAT(problemsOf([](auto& o) {
                o.user = std::string("u\0x", 3);  // would end the field of AUTH PLAIN
                o.password = Secret(std::string(256, 'p'));
              }),
              ElementsAre(HasSubstr("user:"), HasSubstr("password:")));
}

TEST(SmtpOptionsProblems, NoPasswordAndNoAuthorityWithoutTls) {
  auto options = good();
  options.host = "127.0.0.1";
  options.security = SmtpSecurity::kLoopbackOnly;
  options.user = "u";
  options.password = Secret("p");
  options.certificateFile = "/nonexistent/ca.pem";
  EXPECT_THAT(options.problems(),
              ElementsAre(HasSubstr("password: never without TLS"), HasSubstr("certificateFile: there"),
                          HasSubstr("certificateFile: no PEM")));
}

}  // namespace
}  // namespace sso
