// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sso/error.h"
#include "sso/error_view.h"
#include "sso/host_adapter.h"
#include "sso/reason.h"
#include "sso/runtime.h"

/// The smallest believable host: accounts and sessions in memory. A host of this kind ignores the UnitOfWork, and keeps
/// the creationKey of an account so that a first login whose commit failed can be made again.
/// Thread-safe.
class MemoryHost : public sso::HostAdapter {
 public:
  std::optional<sso::AccountFacts> findAccount(sso::UnitOfWork&, std::string_view accountId,
                                               std::string_view tenantId) override {
    const std::lock_guard lock(mutex_);
    const auto found = accounts_.find(accountId);
    return found == accounts_.end() ? std::nullopt : std::optional(factsOf(found->second, tenantId));
  }
  std::optional<sso::AccountFacts> findByEmail(sso::UnitOfWork&, std::string_view email,
                                               std::string_view tenantId) override {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, account] : accounts_) {
      if (account.facts.email == email) return factsOf(account, tenantId);
    }
    return std::nullopt;
  }
  std::string createAccount(sso::UnitOfWork&, const sso::NewAccount& created) override {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, account] : accounts_) {
      if (account.facts.creationKey == created.creationKey) return id;
      if (account.facts.email == created.email) {
        throw sso::Error(sso::ErrorCode::kConflict, sso::reason::kHost, "the address is taken");
      }
    }
    Account account;
    account.facts.id = "account-" + std::to_string(accounts_.size() + 1);
    account.facts.email = created.email;
    account.facts.emailVerified = created.emailVerified;
    account.facts.creationKey = created.creationKey;
    account.tenantId = created.tenantId;
    const std::string id = account.facts.id;
    accounts_.emplace(id, std::move(account));
    return id;
  }
  void updateAccount(sso::UnitOfWork&, std::string_view accountId, std::string_view,
                     const sso::AccountChange& change) override {
    const std::lock_guard lock(mutex_);
    const auto found = accounts_.find(accountId);
    if (found == accounts_.end()) return;
    if (change.email) found->second.facts.email = *change.email;
    if (change.state) found->second.facts.state = *change.state;
  }
  void endAllSessions(sso::UnitOfWork&, std::string_view accountId) override {
    const std::lock_guard lock(mutex_);
    std::erase_if(sessions_, [&](const auto& session) { return session.second == accountId; });
  }
  bool knowsRole(sso::UnitOfWork&, std::string_view, std::string_view role) override { return role == "member"; }

  std::vector<sso::Cookie> startSession(sso::UnitOfWork&, const sso::SessionStart& start) override {
    const std::lock_guard lock(mutex_);
    std::string id = sso::newReference(*random_) + sso::newReference(*random_) + sso::newReference(*random_);
    sessions_.emplace(id, start.accountId);
    return {{.name = "session", .value = std::move(id), .secure = false}};
  }
  std::optional<std::string> currentAccount(const sso::RequestInfo& request) override {
    const std::lock_guard lock(mutex_);
    const auto cookie = request.cookies.find("session");
    if (cookie == request.cookies.end()) return std::nullopt;
    const auto found = sessions_.find(cookie->second);
    return found == sessions_.end() ? std::nullopt : std::optional(found->second);
  }
  sso::EndedSession endSession(const sso::RequestInfo& request) override {
    const std::lock_guard lock(mutex_);
    sso::EndedSession ended;
    const auto cookie = request.cookies.find("session");
    if (cookie == request.cookies.end()) return ended;
    if (const auto found = sessions_.find(cookie->second); found != sessions_.end()) {
      ended.accountId = found->second;
      sessions_.erase(found);
    }
    ended.cookies = {{.name = "session", .value = "", .maxAge = std::chrono::seconds(0), .secure = false}};
    return ended;
  }

 private:
  struct Account {
    sso::AccountFacts facts;
    std::string tenantId;
  };
  static sso::AccountFacts factsOf(const Account& account, std::string_view tenantId) {
    sso::AccountFacts facts = account.facts;
    facts.member = account.tenantId == tenantId;
    return facts;
  }
  std::mutex mutex_;
  std::map<std::string, Account, std::less<>> accounts_;
  std::map<std::string, std::string, std::less<>> sessions_;  ///< session id to account id
  std::shared_ptr<sso::RandomSource> random_ = sso::systemRandom();
};
