// SPDX-License-Identifier: Apache-2.0
#include <Poco/Exception.h>

#include <array>
#include <atomic>
#include <chrono>

#include "mail/mail_writer.h"
#include "mail/smtp_delivery.h"
#include "sso/error.h"
#include "sso/identity.h"
#include "sso/mail.h"
#include "sso/reason.h"

namespace sso {
namespace {

using namespace detail;
using std::chrono::steady_clock;

/// Counts who is under way; refuses instead of queueing, so that a slow mail server cannot hold every worker.
class Bulkhead {
 public:
  explicit Bulkhead(std::size_t most) : most_(most) {}

  class Place {
   public:
    explicit Place(Bulkhead& bulkhead) : bulkhead_(bulkhead) {
      if (bulkhead_.taken_.fetch_add(1) < bulkhead_.most_) return;
      bulkhead_.taken_.fetch_sub(1);
      throw Error(ErrorCode::kMailUnavailable, reason::kMail, "too many messages under way");
    }
    ~Place() { bulkhead_.taken_.fetch_sub(1); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

   private:
    Bulkhead& bulkhead_;
  };

 private:
  const std::size_t most_;
  std::atomic<std::size_t> taken_{0};
};

/// 16 random bytes in hex, for Message-ID.
std::string messageToken(RandomSource& random) {
  std::array<unsigned char, 16> bytes{};
  random.fill(bytes.data(), bytes.size());
  std::string token;
  for (const unsigned char byte : bytes) {
    token += "0123456789abcdef"[byte >> 4];
    token += "0123456789abcdef"[byte & 15];
  }
  return token;
}

std::string_view hintFor(std::string_view stage) {
  if (stage == "connect" || stage == "greeting") return "check the mail server's host and port";
  if (stage == "tls") return "check the mail server's certificate, its name in the settings and the CA file";
  if (stage == "starttls") return "use smtps:// if the server speaks TLS from the first byte";
  if (stage == "auth") return "check the user and the password for the mail server";
  if (stage == "mail") return "check that the mail server may send for this address";
  return {};
}

class SmtpMailSender : public MailSender {
 public:
  SmtpMailSender(SmtpOptions options, std::shared_ptr<LogSink> log)
      : options_(std::move(options)),
        log_(std::move(log)),
        tls_(options_.certificateFile, "certificateFile"),
        bulkhead_(options_.mostAtOnce) {}

  void send(const MailMessage& message) override {
    requireSendable(message);
    const auto began = steady_clock::now();
    MailProgress progress;
    try {
      const Bulkhead::Place place(bulkhead_);
      deliver(message, progress);
    } catch (const MailRefused& refused) {
      fail(progress, began, refused,
           {{"code", std::to_string(refused.replyCode())}, {"status", refused.enhancedCode()}});
    } catch (const Error& error) {
      fail(progress, began, error, {{"reason", std::string(withoutErrorName(error))}});
    } catch (const Poco::Exception& error) {
      // The name only ("Connection refused"): Poco's texts hold addresses.
      fail(progress, began, Error(ErrorCode::kMailUnavailable, reason::kMail, error.name()),
           {{"reason", error.name()}});
    }
    log_->write({LogLevel::kInfo, "mail.sent", {{"ms", millisecondsSince(began)}}});
  }

 private:
  using Fields = std::vector<std::pair<std::string_view, std::string>>;

  void deliver(const MailMessage& message, MailProgress& progress) {
    const auto bytes =
        dotStuffed(writeMail(message, {options_.from, options_.fromName}, clock_->now(), messageToken(*random_)));
    SmtpDelivery(options_, resolver_, tls_, progress).run(message.to, bytes);
  }

  [[noreturn]] void fail(const MailProgress& progress, steady_clock::time_point began, const Error& cause,
                         Fields what) const {
    Fields fields = {{"stage", std::string(progress.stage)}};
    for (auto& field : what) {
      if (!field.second.empty()) fields.push_back(std::move(field));
    }
    fields.emplace_back("ms", millisecondsSince(began));
    log_->write({LogLevel::kWarning, "mail.failed", std::move(fields)});
    throw Error(ErrorCode::kMailUnavailable, reason::kMail,
                std::string(progress.stage) + ": " + std::string(withoutErrorName(cause)), hintFor(progress.stage));
  }

  static std::string millisecondsSince(steady_clock::time_point began) {
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - began).count());
  }

  const SmtpOptions options_;
  const std::shared_ptr<LogSink> log_;
  const std::shared_ptr<Clock> clock_ = systemClock();
  const std::shared_ptr<RandomSource> random_ = systemRandom();
  TlsClient tls_;
  HostResolver resolver_;
  Bulkhead bulkhead_;
};

}  // namespace

std::shared_ptr<MailSender> smtpMailSender(SmtpOptions options, std::shared_ptr<LogSink> log) {
  std::string all;
  for (const auto& problem : options.problems()) all.append(all.empty() ? "" : "; ").append(problem);
  if (!all.empty()) throw Error(ErrorCode::kConfig, reason::kConfig, all);
  return std::make_shared<SmtpMailSender>(std::move(options), log ? std::move(log) : stderrLog());
}

}  // namespace sso
