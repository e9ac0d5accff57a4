// SPDX-License-Identifier: Apache-2.0
#include "notices.h"

#include <chrono>
#include <utility>

#include "stores/account_store.h"
#include "stores/member_store.h"
#include "stores/tenant_store.h"

namespace hostapp {
namespace {

constexpr int kMostTold = 20;  // of a team's owners and admins

/// Mail about a tenant says no more of anybody than its settings pages do.
struct Words {
  const char* subject;
  std::string text;
};

Words wordsFor(sso::LoginNotice notice, const std::string& team, const std::string& baseUrl) {
  switch (notice) {
    case sso::LoginNotice::kAccountLinked:
      return {"Your account was connected to your company's sign-in",
              "Your account for " + team +
                  " on Fieldnote was connected to your company's sign-in. From now on it opens "
                  "your account.\n\nIf that was not you, tell an owner of " +
                  team + ". Your account:\n\n" + baseUrl + "/account\n"};
    case sso::LoginNotice::kEmailChanged:
      return {"The address of your account was changed",
              "Your company's sign-in gave your account for " + team +
                  " on Fieldnote another e-mail address, so mail no "
                  "longer comes here.\n\nIf that is wrong, tell an owner of " +
                  team + ".\n"};
    case sso::LoginNotice::kEmailCollision:
      return {"Two accounts want one address",
              "Somebody of " + team +
                  " signed in to Fieldnote with an address that belongs to another account. Their "
                  "account keeps the old address, and nothing was merged. The audit trail says whose:\n\n" +
                  baseUrl + "/settings/audit\n"};
    case sso::LoginNotice::kLastSeat:
      return {"The last seat is taken", "The last seat of " + team +
                                            " on Fieldnote is taken. Everybody who has an account signs in as before; "
                                            "nobody new gets in until there is another seat.\n"};
  }
  return {"", ""};
}

/// "3 February 2027"
std::string dayOf(sso::TimePoint at) {
  static constexpr const char* kMonths[] = {"January", "February", "March",     "April",   "May",      "June",
                                            "July",    "August",   "September", "October", "November", "December"};
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(at));
  return std::to_string(static_cast<unsigned>(day.day())) + " " + kMonths[static_cast<unsigned>(day.month()) - 1] +
         " " + std::to_string(static_cast<int>(day.year()));
}

}  // namespace

Notices::Notices(std::shared_ptr<sso::db::Database> database, std::shared_ptr<MailQueue> queue, std::string baseUrl)
    : database_(std::move(database)), queue_(std::move(queue)), baseUrl_(std::move(baseUrl)) {}

void Notices::tell(const sso::NoticedLogin& login) const {
  for (const auto notice : login.notices) {
    const bool owner = notice == sso::LoginNotice::kAccountLinked || notice == sso::LoginNotice::kEmailChanged;
    if (owner) {
      tellOwner(login, notice);
    } else {
      tellAdministrators(login, notice);
    }
  }
}

void Notices::tell(const sso::DormancyNotice& notice) const {
  std::string team, address;
  database_->withSession([&](sso::db::Session& session) {
    team = tenants::findName(session, notice.tenantId).value_or("your team");
    const auto account = accounts::findById(session, notice.accountId);
    address = account ? account->email : "";
  });
  if (address.empty()) return;
  queue_->push({address, "Your account will be locked",
                "Nobody has signed in to your account for " + team + " on Fieldnote since " + dayOf(notice.lastUsedAt) +
                    ". It will be locked on " + dayOf(notice.deactivatesAt) +
                    ".\n\nTo keep it, sign in before that:\n\n" + baseUrl_ +
                    "/login\n\nIf you do not need it any more, do nothing. An owner of " + team +
                    " can unlock it later.\n"});
}

void Notices::tellOwner(const sso::NoticedLogin& login, sso::LoginNotice notice) const {
  std::string team, address;
  database_->withSession([&](sso::db::Session& session) {
    team = tenants::findName(session, login.tenantId).value_or("your team");
    const auto account = accounts::findById(session, login.accountId);
    address = account ? account->email : "";
  });
  if (notice == sso::LoginNotice::kEmailChanged) address = login.previousEmail;
  if (address.empty()) return;
  const auto words = wordsFor(notice, team, baseUrl_);
  queue_->push({address, words.subject, words.text});
}

void Notices::tellAdministrators(const sso::NoticedLogin& login, sso::LoginNotice notice) const {
  std::string team;
  std::vector<members::Member> people;
  database_->withSession([&](sso::db::Session& session) {
    team = tenants::findName(session, login.tenantId).value_or("your team");
    people = members::administrators(session, login.tenantId, kMostTold);
  });
  const auto words = wordsFor(notice, team, baseUrl_);
  for (const auto& person : people) {
    if (person.active) queue_->push({person.email, words.subject, words.text});
  }
}

}  // namespace hostapp
