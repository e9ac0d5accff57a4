// SPDX-License-Identifier: Apache-2.0
#include "mail_queue.h"

#include <utility>

#include "sso/error.h"

namespace hostapp {
namespace {

constexpr int kTries = 3;

}  // namespace

MailQueue::MailQueue(std::shared_ptr<sso::MailSender> sender, std::shared_ptr<sso::LogSink> log,
                     std::chrono::milliseconds retryAfter)
    : sender_(std::move(sender)), log_(std::move(log)), retryAfter_(retryAfter), thread_([this] { loop(); }) {}

MailQueue::~MailQueue() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
  if (!waiting_.empty()) tellDropped("stopped", waiting_.size());
}

void MailQueue::push(sso::MailMessage message) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() < kMost) {
      waiting_.push_back(std::move(message));
      wake_.notify_one();
      return;
    }
  }
  tellDropped("full", 1);
}

bool MailQueue::drain(std::chrono::milliseconds atMost) {
  std::unique_lock lock(mutex_);
  return idle_.wait_for(lock, atMost, [this] { return waiting_.empty() && !busy_; });
}

void MailQueue::loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    const auto message = std::move(waiting_.front());
    waiting_.pop_front();
    busy_ = true;
    deliver(message, lock);
    busy_ = false;
    if (waiting_.empty()) idle_.notify_all();
  }
}

/// The lock is given back while the network is waited for.
void MailQueue::deliver(const sso::MailMessage& message, std::unique_lock<std::mutex>& lock) {
  for (int attempt = 1; !stopping_; ++attempt) {
    lock.unlock();
    bool worthAnother = false;
    bool sent = false;
    try {
      sender_->send(message);
      sent = true;
    } catch (const sso::Error& error) {
      worthAnother = error.code() == sso::ErrorCode::kMailUnavailable;
    } catch (const std::exception&) {
      worthAnother = false;  // a sender that breaks its contract; there is nobody to tell but the log, below
    }
    lock.lock();
    if (sent) return;
    if (!worthAnother || attempt == kTries) {
      tellDropped(worthAnother ? "not_taken" : "refused", 1);
      return;
    }
    wake_.wait_for(lock, retryAfter_, [this] { return stopping_; });
  }
  tellDropped("stopped", 1);
}

void MailQueue::tellDropped(std::string_view why, std::size_t count) const {
  log_->write(
      {sso::LogLevel::kWarning, "app.notice.dropped", {{"why", std::string(why)}, {"count", std::to_string(count)}}});
}

}  // namespace hostapp
