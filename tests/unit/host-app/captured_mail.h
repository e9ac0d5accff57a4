// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <mutex>
#include <regex>
#include <string>
#include <vector>

#include "sso/error.h"
#include "sso/mail.h"

namespace hostapp {

/// Keeps what would have been sent. Thread-safe.
class CapturedMail : public sso::MailSender {
 public:
  void send(const sso::MailMessage& message) override {
    const std::lock_guard lock(mutex_);
    if (away_) throw sso::Error(sso::ErrorCode::kMailUnavailable, "mail", "no server took it");
    sent_.push_back(message);
  }
  void setAway(bool away) {
    const std::lock_guard lock(mutex_);
    away_ = away;
  }
  std::vector<sso::MailMessage> sent() const {
    const std::lock_guard lock(mutex_);
    return sent_;
  }
  /// What stands behind the "#" of the link in the last mail; empty when there is none.
  std::string token() const {
    const auto all = sent();
    std::smatch found;
    if (all.empty() || !std::regex_search(all.back().text, found, std::regex("#([A-Za-z0-9_-]{43})\n"))) return "";
    return found[1].str();
  }

 private:
  mutable std::mutex mutex_;
  std::vector<sso::MailMessage> sent_;
  bool away_ = false;
};

}  // namespace hostapp
