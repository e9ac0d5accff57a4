// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "sso/mail.h"
#include "sso/runtime.h"

namespace hostapp {

/// Mail for which nobody waits: notices. Sent one after the other on a thread of its own; a server that is away is
/// tried three times in all. What is over the bound, and what no server took, is dropped and logged: a notice tells
/// what the audit trail says, too. Thread-safe. The destructor ends at once, and counts what it leaves unsent.
class MailQueue {
 public:
  static constexpr std::size_t kMost = 200;

  /// retryAfter: before the second try; the third waits as long again.
  MailQueue(std::shared_ptr<sso::MailSender> sender, std::shared_ptr<sso::LogSink> log,
            std::chrono::milliseconds retryAfter = std::chrono::seconds(30));
  ~MailQueue();
  MailQueue(const MailQueue&) = delete;
  MailQueue& operator=(const MailQueue&) = delete;

  /// Never waits for the network.
  void push(sso::MailMessage message);
  /// Waits until everything that was pushed is sent or dropped, for tests; false after `atMost`.
  bool drain(std::chrono::milliseconds atMost);

 private:
  void loop();
  void deliver(const sso::MailMessage& message, std::unique_lock<std::mutex>& lock);
  void tellDropped(std::string_view why, std::size_t count) const;

  std::shared_ptr<sso::MailSender> sender_;
  std::shared_ptr<sso::LogSink> log_;
  std::chrono::milliseconds retryAfter_;
  std::mutex mutex_;
  std::condition_variable wake_, idle_;
  std::deque<sso::MailMessage> waiting_;
  bool busy_ = false, stopping_ = false;
  std::thread thread_;
};

}  // namespace hostapp
