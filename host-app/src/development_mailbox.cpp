// SPDX-License-Identifier: Apache-2.0
#include "development_mailbox.h"

#include <algorithm>

namespace hostapp {

void DevelopmentMailbox::send(const sso::MailMessage& message) {
  sso::requireSendable(message);
  const auto at = sso::toEpochSeconds(clock_->now());
  {
    std::lock_guard lock(mutex_);
    mails_.push_front({++received_, at, message});
    if (mails_.size() > kMostMails) mails_.pop_back();
  }
  log_->write({sso::LogLevel::kInfo, "mail.kept", {{"page", "/dev/mailbox"}}});
}

std::vector<DevelopmentMailbox::Mail> DevelopmentMailbox::mails() const {
  std::lock_guard lock(mutex_);
  return {mails_.begin(), mails_.end()};
}

std::optional<DevelopmentMailbox::Mail> DevelopmentMailbox::find(std::uint64_t number) const {
  std::lock_guard lock(mutex_);
  const auto found =
      std::find_if(mails_.begin(), mails_.end(), [number](const Mail& mail) { return mail.number == number; });
  if (found == mails_.end()) return std::nullopt;
  return *found;
}

}  // namespace hostapp
