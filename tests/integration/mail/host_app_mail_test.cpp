// SPDX-License-Identifier: Apache-2.0
// From the settings of the reference application in production to a message in a mail server, over real TLS.
#include <unistd.h>

#include <filesystem>

#include "app_config.h"
#include "application.h"
#include "integration/mail/mail_fixture.h"

namespace sso::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using Kind = SmtpServer::Kind;

class HostAppMail : public MailFixture {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "host-app-mail-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  hostapp::AppConfig productionWith(const std::map<std::string, std::string>& mail) const {
    hostapp::Settings::Sources sources;
    sources.envFile = "/nonexistent/.env";
    sources.environment = {{"APP_ENV", "production"},
                           {"APP_BASE_URL", "https://app.acme-corp.com"},
                           {"APP_SECRET_KEYS", "q8iLp4pRZ0cT0oWv7vB5r3m1yQ2n6sE9dFhJkLxCz1A="},
                           {"DATABASE_URL", "sqlite://" + (folder / "app.db").string()},
                           {"SCALEKIT_ENVIRONMENT_URL", "https://acme.scalekit.com"},
                           {"SCALEKIT_CLIENT_ID", "skc_70087756327420046"},
                           {"SCALEKIT_CLIENT_SECRET", "live_0123456789"}};
    sources.environment.insert(mail.begin(), mail.end());
    return hostapp::AppConfig::from(hostapp::Settings::read(sources), *systemRandom());
  }

  std::filesystem::path folder;
};

TEST_F(HostAppMail, GoesFromItsSettingsToAMailServer) {
  for (const Kind kind : {Kind::kTls, Kind::kStartTls}) {
    SmtpServer server(behaviour(kind));
    const std::string scheme = kind == Kind::kTls ? "smtps" : "smtp";
    const auto config = productionWith(
        {{"APP_SMTP_URL", scheme + "://mailer:CANARY%2DPASSWORD@localhost:" + std::to_string(server.port())},
         {"APP_MAIL_FROM", "Fieldnote <no-reply@fieldnote.example>"},
         {"APP_SMTP_CA_FILE", authority.caFile()}});
    hostapp::Application::Overrides overrides;
    overrides.log = log;
    const hostapp::Application app(config, overrides);
    app.parts().mail->send(invitation());
    ASSERT_EQ(server.messages().size(), 1u);
    EXPECT_THAT(server.messages()[0], HasSubstr("From: \"Fieldnote\" <no-reply@fieldnote.example>\r\n"));
    EXPECT_THAT(log->text(), HasSubstr("mail.sent"));
    EXPECT_THAT(log->text(), Not(HasSubstr("CANARY")));
  }
}

TEST_F(HostAppMail, TrustsNobodyItWasNotToldOf) {
  SmtpServer server(behaviour(Kind::kTls));
  const auto config = productionWith({{"APP_SMTP_URL", "smtps://localhost:" + std::to_string(server.port())},
                                      {"APP_MAIL_FROM", "no-reply@fieldnote.example"}});
  hostapp::Application::Overrides overrides;
  overrides.log = log;
  const hostapp::Application app(config, overrides);
  try {
    app.parts().mail->send(invitation());
    ADD_FAILURE() << "sent to a server that nobody vouches for";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kMailUnavailable);
  }
  EXPECT_EQ(server.transcript(), "");
}

}  // namespace
}  // namespace sso::test
