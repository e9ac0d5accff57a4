// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <future>
#include <latch>
#include <set>

#include "host_adapter.h"
#include "identity/guarded_host.h"
#include "identity/identity_mapper.h"
#include "identity/run_unit_of_work.h"
#include "migrations.h"
#include "sso/access_requests.h"
#include "sso/db/database.h"
#include "sso/error.h"
#include "stores/account_store.h"
#include "stores/membership_store.h"
#include "stores/tenant_store.h"
#include "support/fake_clock.h"
#include "support/pg_cluster.h"

/// The mapper over a real database and the reference application's own tables, two instances of it.
namespace sso::detail {

using std::chrono::hours;
using std::chrono::seconds;
using Groups = std::optional<std::vector<std::string>>;

enum class Engine { kPostgres, kSqlite };

inline std::string newPostgresUrl() {
  static test::PgCluster server(test::PgCluster::Options{.fsync = false, .settings = {}});
  static int count = 0;
  const std::string name = "jit_" + std::to_string(++count);
  server.createDatabase(name);
  return server.url(name);
}

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "sso-jit-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    path = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  std::filesystem::path path;
};

/// One instance of the application: a pool, and the module's parts on it.
struct Instance {
  Instance(const std::string& url, const std::shared_ptr<Clock>& clock)
      : database(db::Database::open({.url = url})), storage(db::openStorage(database)) {
    database->migrate("app", hostapp::migrations());
    const auto host = std::make_shared<hostapp::AppHostAdapter>(clock, systemRandom(), nullptr, nullptr, nullptr);
    mapper = std::make_unique<IdentityMapper>(storage, std::make_shared<GuardedHost>(host), clock, seconds(60),
                                              seconds(600));
  }
  std::shared_ptr<db::Database> database;
  std::shared_ptr<Storage> storage;
  std::unique_ptr<IdentityMapper> mapper;
};

class JitRows : public testing::TestWithParam<Engine> {
 protected:
  JitRows()
      : url_(GetParam() == Engine::kPostgres ? newPostgresUrl() : "sqlite://" + (folder_.path / "jit.db").string()),
        one_(url_, clock_),
        other_(url_, clock_) {
    acme_.id = "org_acme";
    acme_.tenantId = "acme";
    acme_.displayName = "Acme";
    acme_.domains = {"acme.example", "acme.test"};
    acme_.policy.defaultRole = "member";
    acme_.policy.groupRoles = {{"staff", "member"}, {"bosses", "admin"}, {"founders", "owner"}};
    acme_.policy.roleCeiling = RoleCeiling::kAdmin;
    const auto work = one_.storage->begin();
    hostapp::tenants::save(db::sessionOf(*work), "acme", "Acme", 1);
    work->commit();
  }

  static VerifiedIdentity person(const std::string& name, Groups groups = std::nullopt) {
    VerifiedIdentity identity;
    identity.key = {"https://acme.scalekit.example", "conn_a", "conn_a;" + name};
    identity.organizationId = "org_acme";
    identity.email = name + "@acme.example";
    identity.emailVerified = true;
    identity.displayName = name;
    identity.groups = std::move(groups);
    identity.issuedAt = identity.authenticatedAt = fromEpochSeconds(1'700'000'000);
    return identity;
  }
  MappedLogin loginAt(Instance& instance, const VerifiedIdentity& identity, const std::string& provenAccount = "") {
    LoginAttempt attempt;
    attempt.identity = identity;
    attempt.stateReturned = true;
    attempt.verifiedAt = clock_->now();
    attempt.reference = "REF";
    if (!provenAccount.empty()) attempt.proof = LinkProof{provenAccount, clock_->now()};
    return loginAt(instance, attempt);
  }
  MappedLogin loginAt(Instance& instance, const LoginAttempt& attempt) {
    MappedLogin mapped;
    runUnitOfWork(*instance.storage, [&](UnitOfWork& work) {
      mapped = instance.mapper->map(work, &acme_, attempt);
      if (mapped.decision.signsIn() || mapped.filed) work.commit();
    });
    return mapped;
  }
  MappedLogin login(const VerifiedIdentity& identity, const std::string& proven = "") {
    return loginAt(one_, identity, proven);
  }
  /// What storage itself has to know of the organization.
  void saveAcme() {
    const auto work = one_.storage->begin();
    auto stored = acme_;
    stored.version = 0;
    one_.storage->organizations().saveOrganization(*work, stored);
    work->commit();
  }
  /// An account that people made.
  std::string member(const std::string& name, const std::string& role, const std::string& source = "signup") {
    const auto work = one_.storage->begin();
    auto& session = db::sessionOf(*work);
    hostapp::accounts::Account account;
    account.id = "acc_" + name;
    account.email = name + "@acme.example";
    account.displayName = name;
    account.emailVerified = true;
    EXPECT_TRUE(hostapp::accounts::insert(session, account, 1));
    hostapp::memberships::save(session, account.id, {"acme", "", role, source, false}, 1);
    work->commit();
    return account.id;
  }
  void setRole(const std::string& accountId, const std::string& role, const std::string& source) {
    const auto work = one_.storage->begin();
    hostapp::memberships::save(db::sessionOf(*work), accountId, {"acme", "", role, source, false}, 1);
    work->commit();
  }
  /// "admin/sso"
  std::string roleOf(const std::string& accountId) {
    std::string found;
    other_.database->withSession([&](db::Session& session) {
      for (const auto& one : hostapp::accounts::membershipsOf(session, accountId)) found = one.role + "/" + one.source;
    });
    return found;
  }
  long long number(const std::string& sql) {
    long long value = 0;
    other_.database->withSession([&](db::Session& session) { session << sql, soci::into(value); });
    return value;
  }
  std::vector<std::string> events() {
    std::vector<std::string> names;
    for (const auto& event : one_.storage->audit().recent("org_acme", 100)) names.insert(names.begin(), event.name);
    return names;
  }

  Folder folder_;
  std::string url_;
  std::shared_ptr<test::FakeClock> clock_ = std::make_shared<test::FakeClock>();
  Instance one_, other_;
  Organization acme_;
};

}  // namespace sso::detail
