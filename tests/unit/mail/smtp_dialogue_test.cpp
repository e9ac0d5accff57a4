// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp_dialogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sso/error.h"

namespace sso::detail {
namespace {

/// Gives what it was given, in pieces of this size; then it is closed.
class ScriptedConnection : public Connection {
 public:
  ScriptedConnection(std::string incoming, std::size_t piece) : incoming_(std::move(incoming)), piece_(piece) {}
  void write(std::string_view, const Deadline&) override {}
  std::size_t read(char* buffer, std::size_t size, const Deadline&) override {
    const auto got = std::min({size, piece_, incoming_.size()});
    incoming_.copy(buffer, got);
    incoming_.erase(0, got);
    return got;
  }
  std::uint64_t bytesWritten() const override { return 0; }
  bool idle() noexcept override { return true; }

 private:
  std::string incoming_;
  std::size_t piece_;
};

SmtpReply replyTo(const std::string& incoming, std::size_t piece = 1024) {
  SmtpDialogue dialogue(std::make_unique<ScriptedConnection>(incoming, piece), Deadline(std::chrono::seconds(5)));
  return dialogue.read();
}

std::string failureOf(const std::string& incoming) {
  try {
    replyTo(incoming);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(SmtpReplies, AreReadWholeHoweverTheyArrive) {
  for (const std::size_t piece : {1, 2, 3, 7, 1024}) {
    const auto reply = replyTo("250-mail.example greets you\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN\r\n", piece);
    EXPECT_EQ(reply.code, 250);
    EXPECT_THAT(reply.texts, testing::ElementsAre("mail.example greets you", "STARTTLS", "AUTH PLAIN LOGIN"));
  }
  EXPECT_EQ(replyTo("220\r\n").code, 220);
}

TEST(SmtpReplies, TellWhatIsOffered) {
  const auto reply = replyTo("250-STARTTLS\r\n250-auth Plain LOGIN\r\n250-AUTHX CRAM-MD5\r\n250 SIZE 1000\r\n");
  EXPECT_TRUE(reply.offers("AUTH", "PLAIN"));
  EXPECT_TRUE(reply.offers("AUTH", "LOGIN"));
  EXPECT_FALSE(reply.offers("AUTH", "CRAM-MD5"));
  EXPECT_FALSE(reply.offers("AUTH", "AUTH"));
  EXPECT_TRUE(reply.offers("SIZE"));
  EXPECT_FALSE(reply.offers("STARTTLS")) << "the first line is a greeting";
}

TEST(SmtpReplies, CarryTheEnhancedCodeAndNothingThatLooksLikeOne) {
  EXPECT_EQ(replyTo("550 5.1.1 <alice@acme.example> unknown\r\n").enhanced, "5.1.1");
  EXPECT_EQ(replyTo("550 5.1.1\r\n").enhanced, "5.1.1");
  for (const char* text : {"alice@acme.example", "5.1", "5.1.1.1", "5..1", "5.1.", ".1.1", "5.1.1000", "5.1.1x", ""}) {
    EXPECT_EQ(replyTo(std::string("550 ") + text + "\r\n").enhanced, "") << text;
  }
}

TEST(SmtpReplies, RefuseWhatIsNoAnswer) {
  for (const char* incoming : {"HTTP/1.1 400 Bad Request\r\n", "25\r\n", "2x0 ok\r\n", "150 wait\r\n", "600 no\r\n",
                               "250_ok\r\n", "\r\n", "250-one\r\n251 two\r\n"}) {
    EXPECT_THAT(failureOf(incoming), testing::HasSubstr("not SMTP")) << incoming;
  }
}

TEST(SmtpReplies, RefuseWhatComesBehindAnAnswer) {
  EXPECT_THAT(failureOf("250 ok\r\n250 ok\r\n"), testing::HasSubstr("more than one answer"));
  EXPECT_THAT(failureOf("220 go\r\nx"), testing::HasSubstr("more than one answer"));
}

TEST(SmtpReplies, AreBounded) {
  std::string lines;
  for (int i = 0; i < 100; ++i) lines += "250-more\r\n";
  EXPECT_THAT(failureOf(lines + "250 done\r\n"), testing::HasSubstr("too many lines"));
  EXPECT_THAT(failureOf("250 " + std::string(2000, 'x') + "\r\n"), testing::HasSubstr("too long"));
  EXPECT_THAT(failureOf(std::string(100000, '2')), testing::HasSubstr("too long"));
}

TEST(SmtpReplies, NeedTheirEnd) {
  EXPECT_THAT(failureOf(""), testing::HasSubstr("closed"));
  EXPECT_THAT(failureOf("250 ok\n"), testing::HasSubstr("closed")) << "a bare LF ends no line";
  EXPECT_THAT(failureOf("250-more\r\n"), testing::HasSubstr("closed"));
}

TEST(SmtpFarewell, NeverThrows) {
  SmtpDialogue dialogue(std::make_unique<ScriptedConnection>("nonsense\r\n", 5), Deadline(std::chrono::seconds(5)));
  dialogue.leave(std::chrono::milliseconds(10));
}

}  // namespace
}  // namespace sso::detail
