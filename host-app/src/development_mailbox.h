// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "sso/mail.h"
#include "sso/runtime.h"

namespace hostapp {

/// Where mail goes on a developer's machine without a mail server: into memory, to be read at /dev/mailbox. Takes what
/// an SMTP sender would take and refuses what it would refuse; keeps the newest 50 messages. Holds one-time links, so
/// it is made in development only. Thread-safe.
class DevelopmentMailbox : public sso::MailSender {
 public:
  static constexpr std::size_t kMostMails = 50;

  struct Mail {
    std::uint64_t number = 0;  ///< 1 for the first one since the start
    std::int64_t at = 0;       ///< epoch seconds
    sso::MailMessage message;
  };

  DevelopmentMailbox(std::shared_ptr<sso::Clock> clock, std::shared_ptr<sso::LogSink> log)
      : clock_(std::move(clock)), log_(std::move(log)) {}

  void send(const sso::MailMessage& message) override;

  /// The newest first.
  std::vector<Mail> mails() const;
  /// nullopt when it never came, or was pushed out by newer ones.
  std::optional<Mail> find(std::uint64_t number) const;

 private:
  std::shared_ptr<sso::Clock> clock_;
  std::shared_ptr<sso::LogSink> log_;
  mutable std::mutex mutex_;
  std::deque<Mail> mails_;  ///< the newest first
  std::uint64_t received_ = 0;
};

}  // namespace hostapp
