// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "pages/page_helpers.h"
#include "pages/people_rules.h"
#include "sso/identity_links.h"
#include "stores/member_store.h"

namespace hostapp {

/// GET and POST /settings/people: who is in the team, how they sign in, and what an administrator does when that is
/// wrong: disconnect a company sign-in (JIT.md row 9), suspend an account, restore it (rows 15 and 18).
class PeoplePage {
 public:
  static constexpr int kOnAPage = 50;
  static_assert(kOnAPage <= sso::IdentityStore::kMostAccounts);

  explicit PeoplePage(std::shared_ptr<const Parts> parts);
  static void addTo(Router& router, const std::shared_ptr<PeoplePage>& page);

 private:
  using Links = std::vector<sso::IdentityLink>;
  sso::WebResponse show(const Visit& visit, int status, const std::string& after, const std::string& problem) const;
  View rowOf(const people::Asking& asking, const members::Person& person, const people::Team& team,
             const Links& all) const;
  sso::WebResponse change(const Visit& visit) const;
  /// Why nothing was done; empty: it was, in this transaction.
  std::string perform(const Visit& visit, std::string_view action, std::size_t seatLimit, sso::UnitOfWork& work,
                      sso::db::Session& session) const;
  std::string suspend(const Visit& visit, const people::Asking& asking, const members::Person& person,
                      sso::UnitOfWork& work, sso::db::Session& session) const;
  std::string restore(const Visit& visit, const people::Asking& asking, const members::Person& person,
                      std::size_t seatLimit, sso::UnitOfWork& work, sso::db::Session& session) const;
  std::string disconnect(const Visit& visit, const people::Asking& asking, const members::Person& person,
                         sso::UnitOfWork& work, sso::db::Session& session) const;
  void record(const Visit& visit, std::string_view event, const members::Person& person, sso::UnitOfWork& work,
              sso::db::Session& session) const;

  std::shared_ptr<const Parts> parts_;
};

}  // namespace hostapp
