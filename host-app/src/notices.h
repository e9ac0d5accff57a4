// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>

#include "mail_queue.h"
#include "sso/db/database.h"
#include "sso/host_adapter.h"

namespace hostapp {

/// Tells by mail what a login changed: an account's owner that it was connected unasked or moved to another address
/// (the old one hears of it), owners and admins that an address collides or the last seat is taken. Thread-safe.
class Notices {
 public:
  Notices(std::shared_ptr<sso::db::Database> database, std::shared_ptr<MailQueue> queue, std::string baseUrl);
  void tell(const sso::NoticedLogin& login) const;
  /// An account that will be locked because nobody uses it: its owner hears of it (JIT.md row 32).
  void tell(const sso::DormancyNotice& notice) const;

 private:
  void tellOwner(const sso::NoticedLogin& login, sso::LoginNotice notice) const;
  void tellAdministrators(const sso::NoticedLogin& login, sso::LoginNotice notice) const;

  std::shared_ptr<sso::db::Database> database_;
  std::shared_ptr<MailQueue> queue_;
  std::string baseUrl_;
};

}  // namespace hostapp
