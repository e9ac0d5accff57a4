// SPDX-License-Identifier: Apache-2.0
#include "mail_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app_config.h"

namespace hostapp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Settings mailSettingsOf(std::map<std::string, std::string> environment) {
  Settings::Sources sources;
  sources.environment = std::move(environment);
  sources.envFile = "/nonexistent/.env";
  return Settings::read(sources);
}

std::vector<std::string> problemsOf(std::map<std::string, std::string> environment) {
  std::vector<std::string> problems;
  mailSettings(mailSettingsOf(std::move(environment)), problems);
  return problems;
}

TEST(ParseMailFrom, ReadsNameAndAddress) {
  const auto read = [](const char* text) {
    const auto from = parseMailFrom(text);
    return from ? from->name + "|" + from->address : "none";
  };
  EXPECT_EQ(read("Fieldnote <no-reply@fieldnote.example>"), "Fieldnote|no-reply@fieldnote.example");
  EXPECT_EQ(read("  No-Reply@Fieldnote.Example "), "|no-reply@fieldnote.example");
  EXPECT_EQ(read("\"Fieldnote, Inc.\" <a@b.example>"), "Fieldnote, Inc.|a@b.example");
  EXPECT_EQ(read("<a@b.example>"), "|a@b.example");
  EXPECT_EQ(read("Bücher <a@b.example>"), "Bücher|a@b.example");
  for (const char* text : {"", "Fieldnote", "Fieldnote <>", "a@b.example>", "A <a@b.example", "A <a@b.example> B",
                           "a@b.example, c@d.example", "A <a@b.example, c@d.example>"}) {
    EXPECT_EQ(read(text), "none") << text;
  }
}

TEST(MailSettings, AreNoneWithoutAServer) {
  std::vector<std::string> problems;
  EXPECT_FALSE(mailSettings(mailSettingsOf({}), problems));
  EXPECT_THAT(problems, IsEmpty());
}

TEST(MailSettings, ReadAServer) {
  std::vector<std::string> problems;
  const auto options = mailSettings(mailSettingsOf({{"APP_SMTP_URL", "smtps://mailer:p%40ss@mail.example.com"},
                                                    {"APP_MAIL_FROM", "Fieldnote <no-reply@fieldnote.example>"}}),
                                    problems);
  EXPECT_THAT(problems, IsEmpty());
  ASSERT_TRUE(options);
  EXPECT_EQ(options->host, "mail.example.com");
  EXPECT_EQ(options->security, sso::SmtpSecurity::kTls);
  EXPECT_EQ(options->password.reveal(), "p@ss");
  EXPECT_EQ(options->from, "no-reply@fieldnote.example");
  EXPECT_EQ(options->fromName, "Fieldnote");
}

TEST(MailSettings, RefuseWhatStandsAlone) {
  EXPECT_THAT(problemsOf({{"APP_MAIL_FROM", "a@b.example"}, {"APP_SMTP_CA_FILE", "/ca.pem"}}),
              ElementsAre("APP_MAIL_FROM: only together with APP_SMTP_URL",
                          "APP_SMTP_CA_FILE: only together with APP_SMTP_URL"));
  EXPECT_THAT(problemsOf({{"APP_SMTP_URL", "smtps://mail.example.com"}}),
              ElementsAre("APP_MAIL_FROM: required with APP_SMTP_URL"));
}

TEST(MailSettings, TellEveryProblemAtOnceAndNoValue) {
  const auto problems = problemsOf({{"APP_SMTP_URL", "smtp://mailer:CANARY@@mail.example.com"},
                                    {"APP_MAIL_FROM", "CANARY"},
                                    {"APP_SMTP_CA_FILE", "/nonexistent/CANARY.pem"}});
  EXPECT_THAT(problems, ElementsAre(HasSubstr("APP_SMTP_URL: "), HasSubstr("APP_MAIL_FROM: expected"),
                                    HasSubstr("APP_SMTP_CA_FILE: no PEM certificates there")));
  for (const auto& problem : problems) EXPECT_THAT(problem, Not(HasSubstr("CANARY")));
}

TEST(MailSettings, NameTheSettingOfEachField) {
  EXPECT_THAT(problemsOf({{"APP_SMTP_URL", "smtp://127.0.0.1"},
                          {"APP_MAIL_FROM", std::string(101, 'x') + " <a@b.example>"},
                          {"APP_SMTP_CA_FILE", "/nonexistent/ca.pem"}}),
              ElementsAre(HasSubstr("APP_MAIL_FROM: one line"), HasSubstr("APP_SMTP_CA_FILE: there is no TLS"),
                          HasSubstr("APP_SMTP_CA_FILE: no PEM")));
  EXPECT_THAT(problemsOf({{"APP_SMTP_URL", "smtps://mail.example.com:0"}, {"APP_MAIL_FROM", "a@b.example"}}),
              ElementsAre(HasSubstr("APP_SMTP_URL: ")));
}

// SEC-CF-05
TEST(MailSettings, AreDescribedWithoutThePassword) {
  const auto settings = mailSettingsOf(
      {{"APP_SMTP_URL", "smtps://mailer:secret-marker@mail.example.com"}, {"APP_MAIL_FROM", "a@b.example"}});
  AppConfig config;
  std::vector<std::string> problems;
  config.mail = mailSettings(settings, problems);
  const auto text = describeConfig(config, settings);
  EXPECT_THAT(text, Not(HasSubstr("secret-marker")));
  EXPECT_THAT(text, HasSubstr("APP_SMTP_URL=(set, not shown)"));
  EXPECT_THAT(text, HasSubstr("mail through mail.example.com:465"));
}

// SEC-CF-05: a password in a file that others may read is told of, like every other secret.
TEST(MailSettings, CountTheUrlAmongTheSecrets) { EXPECT_TRUE(isSecretSetting("APP_SMTP_URL")); }

}  // namespace
}  // namespace hostapp
