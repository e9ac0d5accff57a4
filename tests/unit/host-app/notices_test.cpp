// SPDX-License-Identifier: Apache-2.0
// Mail for which nobody waits: what a login changed, told to whom it concerns.
#include "notices.h"

#include "application_fixture.h"
#include "captured_mail.h"
#include "mail_queue.h"

namespace hostapp {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

constexpr seconds kSoon{10};  // an upper bound, not a wait

sso::MailMessage mailTo(const std::string& to) { return {to, "Subject", "Text\n"}; }

TEST(MailQueueTest, SendsInOrderWithoutMakingAnybodyWait) {
  const auto sender = std::make_shared<CapturedMail>();
  MailQueue queue(sender, std::make_shared<sso::test::CapturedLog>());
  for (const char* to : {"a@x.example", "b@x.example", "c@x.example"}) queue.push(mailTo(to));
  ASSERT_TRUE(queue.drain(kSoon));
  ASSERT_EQ(sender->sent().size(), 3U);
  EXPECT_EQ(sender->sent()[2].to, "c@x.example");
}

TEST(MailQueueTest, TriesAServerThatIsAwayThreeTimesAndSaysSo) {
  struct Away : sso::MailSender {
    std::atomic<int> tries{0};
    void send(const sso::MailMessage&) override {
      ++tries;
      throw sso::Error(sso::ErrorCode::kMailUnavailable, "mail", "away");
    }
  };
  const auto sender = std::make_shared<Away>();
  const auto log = std::make_shared<sso::test::CapturedLog>();
  MailQueue queue(sender, log, milliseconds(1));
  queue.push(mailTo("ada@x.example"));
  ASSERT_TRUE(queue.drain(kSoon));
  EXPECT_EQ(sender->tries, 3);
  EXPECT_THAT(log->text(), HasSubstr("app.notice.dropped"));
  EXPECT_THAT(log->text(), HasSubstr("not_taken"));
  EXPECT_THAT(log->text(), Not(HasSubstr("ada@x.example")));
}

TEST(MailQueueTest, DropsWhatIsRefusedAndGoesOn) {
  struct Refusing : CapturedMail {
    void send(const sso::MailMessage& message) override {
      if (message.to == "bad") throw sso::Error(sso::ErrorCode::kInvalidRequest, "mail", "no address");
      if (message.to == "odd") throw std::runtime_error("SECRET");
      CapturedMail::send(message);
    }
  };
  const auto sender = std::make_shared<Refusing>();
  const auto log = std::make_shared<sso::test::CapturedLog>();
  MailQueue queue(sender, log, milliseconds(1));
  for (const char* to : {"bad", "odd", "good@x.example"}) queue.push(mailTo(to));
  ASSERT_TRUE(queue.drain(kSoon));
  EXPECT_EQ(sender->sent().size(), 1U);
  EXPECT_THAT(log->text(), Not(HasSubstr("SECRET")));
}

/// Holds the queue's thread until it is let go.
struct Stuck : sso::MailSender {
  std::mutex mutex;
  std::condition_variable changed;
  bool entered = false, open = false;
  void send(const sso::MailMessage&) override {
    std::unique_lock lock(mutex);
    entered = true;
    changed.notify_all();
    changed.wait(lock, [this] { return open; });
  }
  void waitUntilEntered() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return entered; });
  }
  void letGo() {
    const std::lock_guard lock(mutex);
    open = true;
    changed.notify_all();
  }
};

TEST(MailQueueTest, IsBounded) {
  const auto sender = std::make_shared<Stuck>();
  const auto log = std::make_shared<sso::test::CapturedLog>();
  MailQueue queue(sender, log);
  queue.push(mailTo("first@x.example"));
  sender->waitUntilEntered();
  for (std::size_t i = 0; i <= MailQueue::kMost; ++i) queue.push(mailTo("x@x.example"));
  EXPECT_THAT(log->text(), HasSubstr("full"));
  sender->letGo();
  EXPECT_TRUE(queue.drain(kSoon));
}

TEST(MailQueueTest, EndsWithoutWaitingForItsNextTry) {
  const auto sender = std::make_shared<CapturedMail>();
  sender->setAway(true);
  const auto log = std::make_shared<sso::test::CapturedLog>();
  {
    MailQueue queue(sender, log, std::chrono::hours(1));
    queue.push(mailTo("a@x.example"));
    queue.push(mailTo("b@x.example"));
  }
  EXPECT_THAT(log->text(), HasSubstr("stopped"));
}

struct NoticesTest : ApplicationTest {
  std::shared_ptr<CapturedMail> mail = std::make_shared<CapturedMail>();
  void prepare(AppConfig&, Application::Overrides& overrides) override { overrides.mail = mail; }
  /// As the module tells the host; ends when everything is sent.
  void tell(sso::LoginNotice notice, const std::string& account, const std::string& previous = "") {
    const auto queue = std::make_shared<MailQueue>(mail, log);
    sso::NoticedLogin login;
    login.notices = {notice};
    login.accountId = account;
    login.tenantId = "acme";
    login.previousEmail = previous;
    Notices(app->parts().database, queue, "http://localhost:8080").tell(login);
    ASSERT_TRUE(queue->drain(kSoon));
  }
  std::vector<std::string> recipients() const {
    std::vector<std::string> all;
    for (const auto& one : mail->sent()) all.push_back(one.to);
    return all;
  }
};

TEST_F(NoticesTest, AnAccountThatWasConnectedUnaskedTellsItsOwner) {  // JIT.md row 6
  tell(sso::LoginNotice::kAccountLinked, idOf(adasSession()));
  EXPECT_EQ(recipients(), std::vector<std::string>{"ada@acme.example"});
  EXPECT_THAT(mail->sent()[0].text, HasSubstr("connected to your company's sign-in"));
}

TEST_F(NoticesTest, AnAddressThatWentAwayTellsTheOldOne) {  // row 12
  tell(sso::LoginNotice::kEmailChanged, idOf(adasSession()), "before@acme.example");
  EXPECT_EQ(recipients(), std::vector<std::string>{"before@acme.example"});
}

TEST_F(NoticesTest, CollisionsAndTheLastSeatTellTheTeamsOwnersAndAdmins) {  // rows 13 and 19
  for (const auto notice : {sso::LoginNotice::kEmailCollision, sso::LoginNotice::kLastSeat}) {
    tell(notice, idOf(adasSession()));
  }
  EXPECT_EQ(recipients(), (std::vector<std::string>{"ada@acme.example", "root@acme.example", "ada@acme.example",
                                                    "root@acme.example"}));
  EXPECT_THAT(mail->sent()[0].text, Not(HasSubstr("@"))) << "whose account it is stands in the trail";
}

TEST_F(NoticesTest, TheHostsAdapterPutsThemIntoTheQueue) {
  sso::NoticedLogin login;
  login.notices = {sso::LoginNotice::kEmailChanged};
  login.accountId = "acc_gone";
  login.tenantId = "acme";
  login.previousEmail = "before@acme.example";
  module->host->onNoticedLogin(login);
  app.reset();  // and the application ends without waiting for it
}

}  // namespace
}  // namespace hostapp
