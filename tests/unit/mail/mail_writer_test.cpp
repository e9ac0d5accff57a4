// SPDX-License-Identifier: Apache-2.0
#include "mail/mail_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sso/error.h"

namespace sso::detail {
namespace {

using testing::HasSubstr;
using testing::Not;

const MailAuthor kAuthor{"no-reply@fieldnote.example", "Fieldnote"};
const TimePoint kSometime = fromEpochSeconds(1784548805);  // 2026-07-20 12:00:05 UTC

MailMessage invitation() {
  return {.to = "alice@acme.example", .subject = "You are invited to Acme", .text = "Hello Alice,\n\nwelcome.\n"};
}

std::string written(const MailMessage& message, const MailAuthor& author = kAuthor) {
  return writeMail(message, author, kSometime, "0123abcd");
}

std::string problemOf(const MailMessage& message) {
  try {
    requireSendable(message);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidRequest);
    EXPECT_EQ(error.reason(), "mail");
    return error.what();
  }
  return "";
}

TEST(WriteMail, IsWhatRfc5322AsksFor) {
  EXPECT_EQ(written(invitation()),
            "Date: Mon, 20 Jul 2026 12:00:05 +0000\r\n"
            "From: \"Fieldnote\" <no-reply@fieldnote.example>\r\n"
            "To: alice@acme.example\r\n"
            "Subject: You are invited to Acme\r\n"
            "Message-ID: <0123abcd@fieldnote.example>\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n"
            "\r\n"
            "Hello Alice,\r\n"
            "\r\n"
            "welcome.\r\n");
}

TEST(WriteMail, ShowsTheBareAddressWithoutAName) {
  EXPECT_THAT(written(invitation(), {"a@b.example", ""}), HasSubstr("\r\nFrom: a@b.example\r\n"));
}

TEST(WriteMail, QuotesWhatWouldEndAName) {
  EXPECT_THAT(written(invitation(), {"a@b.example", "Field \"note\" \\ <x@y.example>, Inc."}),
              HasSubstr("\r\nFrom: \"Field \\\"note\\\" \\\\ <x@y.example>, Inc.\" <a@b.example>\r\n"));
}

TEST(WriteMail, EncodesWhatIsNoPlainAscii) {
  auto message = invitation();
  message.subject = "Grüße";
  const auto text = written(message, {"a@b.example", "Bücher"});
  EXPECT_THAT(text, HasSubstr("\r\nSubject: =?UTF-8?B?R3LDvMOfZQ==?=\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\nFrom: =?UTF-8?B?QsO8Y2hlcg==?=\r\n <a@b.example>\r\n"));
}

TEST(WriteMail, KeepsEveryHeaderLineNarrow) {
  auto message = invitation();
  message.subject = std::string(200, 'S');
  const auto text = written(message, {"a@b.example", std::string(100, 'N')});
  for (std::size_t at = 0, end = 0; (end = text.find("\r\n", at)) != std::string::npos; at = end + 2) {
    EXPECT_LE(end - at, 76u) << text.substr(at, end - at);
  }
}

TEST(WriteMail, DoesNotLetASubjectPassForAnEncodedOne) {
  auto message = invitation();
  message.subject = "=?UTF-8?Q?Your_password?=";
  EXPECT_THAT(written(message), Not(HasSubstr("Your_password")));
}

TEST(WriteMail, NamesOneRecipientAndNoHiddenOne) {
  const auto text = written(invitation());
  EXPECT_THAT(text, Not(HasSubstr("Bcc")));
  EXPECT_THAT(text, Not(HasSubstr("Cc:")));
}

TEST(DotStuffed, DoublesADotThatBeginsALineAndEndsWithOne) {
  EXPECT_EQ(dotStuffed("a\r\n.\r\n..b\r\nc.\r\n"), "a\r\n..\r\n...b\r\nc.\r\n.\r\n");
  EXPECT_EQ(dotStuffed(".\r\n"), "..\r\n.\r\n");
}

TEST(RequireSendable, TakesWhatIsWithinTheBounds) {
  auto message = invitation();
  message.subject = std::string(200, 'x');
  message.text = "tab\tand\nline ü" + std::string((64 << 10) - 15, 'x');
  EXPECT_EQ(problemOf(message), "");
  message.text.clear();
  EXPECT_EQ(problemOf(message), "");
}

TEST(RequireSendable, RefusesARecipientThatIsNoCanonicalAddress) {
  for (const std::string to : {"", "alice", "Alice@acme.example", "a@b.example, c@d.example", "<a@b.example>",
                               "a@b.example>", "a@b.example\r\nRCPT TO:<c@d.example>", "a b@c.example",
                               "alice@acme.example ", "\"a\"@b.example", "a@[127.0.0.1]"}) {
    auto message = invitation();
    message.to = to;
    EXPECT_THAT(problemOf(message), HasSubstr("recipient")) << to;
  }
}

TEST(RequireSendable, RefusesASubjectThatIsNoLine) {
  for (const std::string& subject :
       {std::string(), std::string(201, 'x'), std::string("a\r\nBcc: x@y.example"), std::string("a\nb"),
        std::string("a\rb"), std::string("a\0b", 3), std::string("\xff"),
        std::string("a\xc2\x85"
                    "b")}) {
    auto message = invitation();
    message.subject = subject;
    EXPECT_THAT(problemOf(message), HasSubstr("subject")) << subject;
  }
}

TEST(RequireSendable, RefusesATextOutOfBounds) {
  for (const std::string& text : {std::string((64 << 10) + 1, 'x'), std::string("a\r\nb"), std::string("a\0b", 3),
                                  std::string("a\x1b[2J"), std::string("\xc3")}) {
    auto message = invitation();
    message.text = text;
    EXPECT_THAT(problemOf(message), HasSubstr("text"));
  }
}

TEST(RequireSendable, RepeatsNothingOfTheMessage) {
  auto message = invitation();
  message.to = "CANARY@acme.example\r\n";
  EXPECT_THAT(problemOf(message), Not(HasSubstr("CANARY")));
}

}  // namespace
}  // namespace sso::detail
