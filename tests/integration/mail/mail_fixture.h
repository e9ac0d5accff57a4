// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include "sso/error.h"
#include "sso/mail.h"
#include "support/captured_log.h"
#include "support/smtp_server.h"

namespace sso::test {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// A server, options that lead to it, and what the sender logs.
class MailFixture : public testing::Test {
 protected:
  static constexpr const char* kTo = "canary.person@acme.example";

  static MailMessage invitation() {
    return {.to = kTo,
            .subject = "CANARY-SUBJECT",
            .text = "Open https://app.example/invitations#CANARY-TOKEN\n.\n..\nBye\n"};
  }

  SmtpServer::Behaviour behaviour(SmtpServer::Kind kind, SmtpServer::Instead instead = nullptr) {
    return {.kind = kind, .certificate = authority.issue(), .instead = std::move(instead)};
  }

  SmtpOptions optionsFor(int port, SmtpServer::Kind kind, const std::string& host = "localhost") const {
    SmtpOptions options;
    options.host = host;
    options.port = static_cast<std::uint16_t>(port);
    options.from = "no-reply@fieldnote.example";
    options.deadline = std::chrono::seconds(5);
    if (kind == SmtpServer::Kind::kPlain) {
      options.security = SmtpSecurity::kLoopbackOnly;
      return options;
    }
    options.security = kind == SmtpServer::Kind::kTls ? SmtpSecurity::kTls : SmtpSecurity::kStartTls;
    options.user = "mailer";
    options.password = Secret("CANARY-PASSWORD");
    options.certificateFile = authority.caFile();
    return options;
  }

  void send(const SmtpOptions& options, const MailMessage& message = invitation()) {
    smtpMailSender(options, log)->send(message);
  }

  /// The failure's text; fails the test when the message was taken, and when error or log tell a secret.
  std::string failureOf(const SmtpOptions& options, const MailMessage& message = invitation()) {
    try {
      send(options, message);
      ADD_FAILURE() << "no error";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kMailUnavailable) << error.what();
      const std::string all = std::string(error.what()) + error.hint() + log->text();
      EXPECT_THAT(all, testing::Not(testing::HasSubstr("CANARY")));
      EXPECT_THAT(all, testing::Not(testing::HasSubstr("canary")));
      EXPECT_THAT(log->text(), testing::HasSubstr("event=mail.failed"));
      EXPECT_THAT(log->text(), testing::Not(testing::HasSubstr("mail.sent")));
      return error.what();
    }
    return "";
  }

  /// Fails the test when the action took longer than a deadline of one second allows.
  template <typename Action>
  static void withinASecond(Action action) {
    const auto began = steady_clock::now();
    action();
    EXPECT_LT(steady_clock::now() - began, milliseconds(3000));
  }

  TestAuthority authority;
  std::shared_ptr<CapturedLog> log = std::make_shared<CapturedLog>();
};

}  // namespace sso::test
