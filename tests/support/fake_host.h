// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "sso/error.h"
#include "sso/host_adapter.h"
#include "sso/reason.h"
#include "support/memory_storage.h"

namespace sso::test {

/// A host whose accounts and sessions are rows of the MemoryStorage, written inside the module's units of work.
/// Session cookie: "app_session". Thread-safe, except for the settings, which are made before the test begins.
class FakeHost : public HostAdapter {
 public:
  explicit FakeHost(std::shared_ptr<MemoryStorage> storage) : storage_(std::move(storage)) {}

  // AccountStore
  std::optional<AccountFacts> findAccount(UnitOfWork& work, std::string_view accountId,
                                          std::string_view tenantId) override {
    ++queries_;
    mayThrow("findAccount");
    const auto& accounts = MemoryStorage::unitOf(work).read().accounts;
    const auto row = accounts.find(std::string(accountId));
    if (row == accounts.end()) return std::nullopt;
    auto facts = factsOf(row->second, tenantId);
    facts.mayBeDeactivated = mayBeDeactivated(accounts, row->second, std::string(tenantId));
    return facts;
  }
  std::optional<AccountFacts> findByEmail(UnitOfWork& work, std::string_view email,
                                          std::string_view tenantId) override {
    ++queries_;
    mayThrow("findByEmail");
    for (const auto& [id, account] : MemoryStorage::unitOf(work).read().accounts) {
      if (account.email != email) continue;
      auto facts = factsOf(account, tenantId);
      facts.mayBeDeactivated =
          mayBeDeactivated(MemoryStorage::unitOf(work).read().accounts, account, std::string(tenantId));
      return facts;
    }
    return std::nullopt;
  }
  std::string createAccount(UnitOfWork& work, const NewAccount& account) override {
    mayThrow("createAccount");
    HostAccount row;
    row.id = "acc_" + std::to_string(++ids_);
    row.email = account.email;
    row.displayName = account.displayName;
    row.emailVerified = account.emailVerified;
    row.memberships[account.tenantId] = account.roles;
    if (account.grantedBy == RoleGrant::kSingleSignOn) row.fromSso[account.tenantId] = account.roles;
    MemoryStorage::unitOf(work).write([row](MemoryTables& tables) {
      requireFree(tables, row.email, row.id);
      tables.accounts[row.id] = row;
    });
    return row.id;
  }
  void updateAccount(UnitOfWork& work, std::string_view accountId, std::string_view tenantId,
                     const AccountChange& change) override {
    ++updates_;
    mayThrow("updateAccount");
    MemoryStorage::unitOf(work).write(
        [id = std::string(accountId), tenant = std::string(tenantId), change](MemoryTables& tables) {
          const auto row = tables.accounts.find(id);
          if (row == tables.accounts.end()) return;
          if (change.email) {
            requireFree(tables, *change.email, id);
            row->second.email = *change.email;
          }
          if (change.displayName) row->second.displayName = *change.displayName;
          if (change.roles) replaceGranted(row->second, tenant, *change.roles);
          if (change.state) row->second.state = *change.state;
        });
  }
  bool addMember(UnitOfWork& work, std::string_view accountId, std::string_view tenantId,
                 const std::vector<std::string>& roles) override {
    mayThrow("addMember");
    if (!addsMembers) return false;
    MemoryStorage::unitOf(work).write(
        [id = std::string(accountId), tenant = std::string(tenantId), roles](MemoryTables& tables) {
          tables.accounts.at(id).memberships[tenant] = roles;
        });
    return true;
  }
  bool reclaimAccount(UnitOfWork& work, std::string_view accountId) override {
    mayThrow("reclaimAccount");
    if (!reclaims) return false;
    MemoryStorage::unitOf(work).write([id = std::string(accountId)](MemoryTables& tables) {
      auto& account = tables.accounts.at(id);
      account.emailVerified = true;
      account.password.clear();
      std::erase_if(tables.sessions, [&](const auto& row) { return row.second.accountId == id; });
    });
    return true;
  }
  bool addsMembers = true, reclaims = true;
  void endAllSessions(UnitOfWork& work, std::string_view accountId) override {
    MemoryStorage::unitOf(work).write([id = std::string(accountId)](MemoryTables& tables) {
      std::erase_if(tables.sessions, [&](const auto& row) { return row.second.accountId == id; });
    });
  }
  /// The lock of a memory: the account, as it is at the commit, must be the one that was held.
  bool holdAccount(UnitOfWork& work, std::string_view accountId, std::string_view) override {
    mayThrow("holdAccount");
    auto& unit = MemoryStorage::unitOf(work);
    const auto held = unit.read().accounts.find(std::string(accountId));
    if (!holdsAccounts || held == unit.read().accounts.end()) return false;
    unit.write([before = held->second](MemoryTables& tables) {
      const auto row = tables.accounts.find(before.id);
      if (row == tables.accounts.end() || row->second != before) {
        throw Error(ErrorCode::kConflict, reason::kStorage, "the account changed meanwhile");
      }
    });
    return true;
  }
  bool holdsAccounts = true;
  bool knowsRole(UnitOfWork&, std::string_view, std::string_view role) override {
    return role == "member" || role == "editor" || role == "admin" || role == "owner";
  }
  RoleKind kindOfRole(UnitOfWork&, std::string_view, std::string_view role) override {
    if (role == "owner") return RoleKind::kOwner;
    if (role == "admin") return RoleKind::kAdmin;
    return role == "member" || role == "editor" ? RoleKind::kOrdinary : RoleKind::kUnknown;
  }
  std::optional<SsoRoles> rolesFromSso(UnitOfWork& work, std::string_view accountId,
                                       std::string_view tenantId) override {
    ++queries_;
    mayThrow("rolesFromSso");
    const std::string tenant(tenantId);
    const auto& accounts = MemoryStorage::unitOf(work).read().accounts;
    const auto row = accounts.find(std::string(accountId));
    if (row == accounts.end() || !row->second.fromSso.contains(tenant)) return std::nullopt;
    const auto owners =
        std::count_if(accounts.begin(), accounts.end(), [&](const auto& one) { return owns(one.second, tenant); });
    return SsoRoles{row->second.fromSso.at(tenant), false, owns(row->second, tenant) && owners == 1};
  }
  std::optional<std::size_t> countMembers(UnitOfWork& work, std::string_view tenantId) override {
    ++counts_;
    mayThrow("countMembers");
    const auto countIn = [tenant = std::string(tenantId)](const MemoryTables& tables) {
      return static_cast<std::size_t>(
          std::count_if(tables.accounts.begin(), tables.accounts.end(),
                        [&](const auto& row) { return row.second.memberships.contains(tenant); }));
    };
    const std::size_t counted = countIn(MemoryStorage::unitOf(work).read());
    // The lock of a memory: run once more at commit, the number must still be true then.
    MemoryStorage::unitOf(work).write([countIn, counted](MemoryTables& tables) {
      if (countIn(tables) != counted) throw Error(ErrorCode::kConflict, reason::kStorage, "somebody joined meanwhile");
    });
    return counted;
  }

  std::size_t breakGlassOwners(UnitOfWork&, std::string_view tenantId) override {
    if (!breakGlassAnswers.empty()) {
      const auto answer = breakGlassAnswers.front();
      breakGlassAnswers.erase(breakGlassAnswers.begin());
      return answer;
    }
    const auto count = breakGlass.find(std::string(tenantId));
    return count == breakGlass.end() ? 0 : count->second;
  }
  std::optional<std::vector<AccountFacts>> membersOf(UnitOfWork& work, std::string_view tenantId,
                                                     std::size_t limit) override {
    if (!listsMembers) return std::nullopt;
    std::vector<AccountFacts> members;
    for (const auto& [id, account] : MemoryStorage::unitOf(work).read().accounts) {
      if (members.size() < limit && account.memberships.contains(std::string(tenantId))) {
        members.push_back(factsOf(account, tenantId));
      }
    }
    return members;
  }
  bool listsMembers = true;
  std::map<std::string, std::size_t> breakGlass;  ///< tenant -> owners with a way back
  std::vector<std::size_t> breakGlassAnswers;     ///< the next answers, before the map is asked

  // SessionIssuer
  std::vector<Cookie> startSession(UnitOfWork& work, const SessionStart& start) override {
    mayThrow("startSession");
    const std::string token = "sess_" + std::to_string(++ids_);
    const auto old = start.request.cookies.find("app_session");
    const std::string previous = old == start.request.cookies.end() ? "" : old->second;
    MemoryStorage::unitOf(work).write([start, token, previous](MemoryTables& tables) {
      tables.sessions.erase(previous);  // SEC-CB-19
      tables.sessions[token] = {start.accountId, start.tenantId, start.idTokenHint, start.reauthentication};
    });
    return {Cookie{"app_session", token}};
  }
  std::optional<std::string> currentAccount(const RequestInfo& request) override {
    mayThrow("currentAccount");
    const auto cookie = request.cookies.find("app_session");
    if (cookie == request.cookies.end()) return std::nullopt;
    const auto tables = storage_->tables();
    const auto row = tables.sessions.find(cookie->second);
    if (row == tables.sessions.end()) return std::nullopt;
    return row->second.accountId;
  }
  EndedSession endSession(const RequestInfo& request) override {
    EndedSession ended;
    Cookie clear{"app_session", ""};
    clear.maxAge = std::chrono::seconds(0);
    ended.cookies.push_back(clear);
    const auto cookie = request.cookies.find("app_session");
    if (cookie == request.cookies.end()) return ended;
    storage_->edit([&](MemoryTables& tables) {
      const auto row = tables.sessions.find(cookie->second);
      if (row == tables.sessions.end()) return;
      ended.accountId = row->second.accountId;
      ended.idTokenHint = row->second.idTokenHint;
      tables.sessions.erase(row);
    });
    return ended;
  }
  void onNoticedLogin(const NoticedLogin& login) override {
    mayThrow("onNoticedLogin");
    const std::lock_guard lock(noticedMutex_);
    noticed_.push_back(login);
  }
  void onDormancyNotice(const DormancyNotice& notice) override {
    mayThrow("onDormancyNotice");
    const std::lock_guard lock(noticedMutex_);
    dormancyNotices_.push_back(notice);
  }
  std::vector<DormancyNotice> dormancyNotices() const {
    const std::lock_guard lock(noticedMutex_);
    return dormancyNotices_;
  }
  std::vector<NoticedLogin> noticed() const {
    const std::lock_guard lock(noticedMutex_);
    return noticed_;
  }
  WebResponse renderError(const ErrorView& error, const RequestInfo& request) override {
    mayThrow("renderError");
    return HostAdapter::renderError(error, request);
  }

  // ---- for tests -----------------------------------------------------------------------------------------------
  /// An account with a confirmed address; member of the tenant unless that is empty.
  std::string addAccount(const std::string& email, const std::string& tenantId,
                         const std::function<void(HostAccount&)>& change = {}) {
    HostAccount row;
    row.id = "acc_" + std::to_string(++ids_);
    row.email = email;
    row.emailVerified = true;
    if (!tenantId.empty()) row.memberships[tenantId] = {"member"};
    if (change) change(row);
    storage_->edit([&](MemoryTables& tables) { tables.accounts[row.id] = row; });
    return row.id;
  }
  /// This method throws what no sso::Error is, with a text that must not reach anybody.
  void throwIn(const std::string& method) { throwing_.insert(method); }
  void behave() { throwing_.clear(); }
  int updates() const { return updates_; }
  int queries() const { return queries_; }
  int counts() const { return counts_; }

 private:
  static AccountFacts factsOf(const HostAccount& row, std::string_view tenantId) {
    AccountFacts facts;
    facts.id = row.id;
    facts.email = row.email;
    facts.state = row.state;
    facts.emailVerified = row.emailVerified;
    facts.member = row.memberships.contains(std::string(tenantId));
    for (const auto& [tenant, roles] : row.memberships) {
      for (const auto& role : roles) facts.privileged |= role == "owner" || role == "admin";
    }
    facts.breakGlass = row.breakGlass;
    facts.displayName = row.displayName;
    facts.lastUsedAt = row.lastUsedAt;
    return facts;
  }
  static bool owns(const HostAccount& account, const std::string& tenant) {
    const auto found = account.memberships.find(tenant);
    return found != account.memberships.end() &&
           std::find(found->second.begin(), found->second.end(), "owner") != found->second.end();
  }
  static bool mayBeDeactivated(const std::map<std::string, HostAccount>& accounts, const HostAccount& account,
                               const std::string& tenant) {
    if (account.memberships.size() != 1 || !account.memberships.contains(tenant)) return false;
    return !owns(account, tenant) || std::any_of(accounts.begin(), accounts.end(), [&](const auto& row) {
      return row.first != account.id && row.second.state == AccountState::kActive && owns(row.second, tenant);
    });
  }
  /// What a person granted stays.
  static void replaceGranted(HostAccount& row, const std::string& tenant, const std::vector<std::string>& roles) {
    auto& all = row.memberships[tenant];
    auto& granted = row.fromSso[tenant];
    std::erase_if(
        all, [&](const std::string& role) { return std::find(granted.begin(), granted.end(), role) != granted.end(); });
    all.insert(all.end(), roles.begin(), roles.end());
    granted = roles;
  }
  static void requireFree(const MemoryTables& tables, const std::string& email, const std::string& id) {
    for (const auto& [otherId, other] : tables.accounts) {
      if (other.email == email && otherId != id) throw Error(ErrorCode::kConflict, reason::kStorage, "address taken");
    }
  }
  void mayThrow(const std::string& method) const {
    if (throwing_.contains(method)) throw std::runtime_error("SECRET-HOST-TEXT of " + method);
  }

  mutable std::mutex noticedMutex_;
  std::vector<NoticedLogin> noticed_;
  std::vector<DormancyNotice> dormancyNotices_;
  std::shared_ptr<MemoryStorage> storage_;
  std::set<std::string> throwing_;
  std::atomic<int> ids_{0}, updates_{0}, queries_{0}, counts_{0};
};

}  // namespace sso::test
