// SPDX-License-Identifier: Apache-2.0
// JIT.md, the rows that change data: the mapper over real databases and the reference application's own tables.
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

namespace sso::detail {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using Groups = std::optional<std::vector<std::string>>;

enum class Engine { kPostgres, kSqlite };

std::string newPostgresUrl() {
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
    const auto host = std::make_shared<hostapp::AppHostAdapter>(clock, systemRandom(), nullptr, nullptr);
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

INSTANTIATE_TEST_SUITE_P(, JitRows, testing::Values(Engine::kPostgres, Engine::kSqlite),
                         [](const auto& suite) { return suite.param == Engine::kPostgres ? "Postgres" : "Sqlite"; });

TEST_P(JitRows, Row01And12KnownIdentityKeepsItsAccountAndTakesAnAddress) {
  const auto first = login(person("ada"));
  auto moved = person("ada");
  moved.email = "ada@acme.test";
  const auto again = login(moved);
  EXPECT_EQ(again.accountId, first.accountId);
  EXPECT_EQ(again.decision.row, 12);
  EXPECT_EQ(number("SELECT count(*) FROM app_accounts WHERE email = 'ada@acme.test'"), 1);
}
TEST_P(JitRows, Row02And20CreatesWithTheDefaultRoleOrNot) {
  EXPECT_EQ(roleOf(login(person("ada")).accountId), "member/sso");
  acme_.policy.defaultRole = "owner";
  EXPECT_EQ(login(person("bob")).decision.code, DenyCode::kNoDefaultRole);
  EXPECT_EQ(number("SELECT count(*) FROM app_accounts"), 1);
}
TEST_P(JitRows, Row02WaitsUntilSomebodyHasAgreed) {
  acme_.policy.approvalRequired = true;
  {
    const auto work = one_.storage->begin();
    auto stored = acme_;
    stored.version = 0;
    one_.storage->organizations().saveOrganization(*work, stored);
    work->commit();
  }
  const AccessRequests queue(other_.storage, clock_);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(loginAt(i == 0 ? one_ : other_, person("ada")).decision.code, DenyCode::kApprovalRequired);
  }
  EXPECT_EQ(number("SELECT count(*) FROM app_accounts"), 0);
  auto waiting = queue.list("acme");
  ASSERT_EQ(waiting.size(), 1U) << "asking again is no second request";
  EXPECT_EQ(waiting[0].email, "ada@acme.example");
  EXPECT_FALSE(queue.approve("globex", waiting[0].id, {})) << "another tenant's administrator";
  EXPECT_TRUE(queue.decline("acme", waiting[0].id, {"acc_boss", "", ""}));
  EXPECT_EQ(login(person("ada")).decision.code, DenyCode::kApprovalDeclined);
  EXPECT_TRUE(queue.approve("acme", waiting[0].id, {"acc_boss", "", ""}));
  EXPECT_TRUE(queue.list("acme").empty());
  auto elsewhere = person("ada");
  elsewhere.email = "root@acme.example";
  EXPECT_EQ(login(elsewhere).decision.code, DenyCode::kApprovalRequired) << "agreed to was another address";
  EXPECT_TRUE(queue.approve("acme", queue.list("acme").at(0).id, {"acc_boss", "", ""}));
  EXPECT_EQ(roleOf(login(elsewhere).accountId), "member/sso");
  EXPECT_EQ(number("SELECT count(*) FROM sso_access_requests"), 0) << "it has served";
  EXPECT_EQ(events(), (std::vector<std::string>{"sso.access.requested", "sso.access.declined", "sso.access.approved",
                                                "sso.access.requested", "sso.access.approved", "sso.account.created",
                                                "sso.identity.linked", "sso.login.completed"}));
}
TEST_P(JitRows, Row06LinksAfterTheProof) {
  const auto id = member("ada", "member");
  EXPECT_EQ(login(person("ada")).decision.code, DenyCode::kLinkProofRequired);
  EXPECT_EQ(number("SELECT count(*) FROM sso_identities"), 0);
  EXPECT_EQ(login(person("ada"), id).accountId, id);
  EXPECT_EQ(events(), (std::vector<std::string>{"sso.identity.linked", "sso.login.completed"}));
}
TEST_P(JitRows, Row14MovesTheIdentityAndSaysSo) {
  const auto id = member("ada", "member");
  auto old = person("ada");
  old.key = {"https://acme.scalekit.example", "conn_old", "conn_old;1"};
  login(old, id);
  acme_.policy.migrations = {{"conn_old", "conn_a", clock_->now() - hours(1), clock_->now() + hours(1), false}};
  EXPECT_EQ(login(person("ada")).decision.code, DenyCode::kLinkProofRequired);
  EXPECT_EQ(login(person("ada"), id).decision.row, 14);
  EXPECT_EQ(number("SELECT count(*) FROM sso_identities WHERE connection_id = 'conn_a'"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM sso_identities"), 1);
  const auto names = events();
  EXPECT_EQ(std::count(names.begin(), names.end(), "sso.identity.relinked"), 1);
  EXPECT_EQ(login(person("ada")).decision.row, 1);
}
TEST_P(JitRows, Row14MovesNobodyOutsideOfTheWindow) {
  const auto id = member("ada", "member");
  auto old = person("ada");
  old.key = {"https://acme.scalekit.example", "conn_old", "conn_old;1"};
  login(old, id);
  acme_.policy.migrations = {{"conn_old", "conn_a", clock_->now() - hours(2), clock_->now() - hours(1), true}};
  EXPECT_EQ(login(person("ada"), id).decision.code, DenyCode::kConnectionReplaced);
  EXPECT_EQ(number("SELECT count(*) FROM sso_identities WHERE connection_id = 'conn_old'"), 1);
}
TEST_P(JitRows, Row14OfTwoMovesAtOnceOneWins) {
  const auto id = member("ada", "member");
  auto old = person("ada");
  old.key = {"https://acme.scalekit.example", "conn_old", "conn_old;1"};
  login(old, id);
  acme_.policy.migrations = {{"conn_old", "conn_a", clock_->now() - hours(1), clock_->now() + hours(1), true}};
  std::latch together(2);
  const auto move = [&](Instance& at) {
    together.arrive_and_wait();
    return loginAt(at, person("ada")).decision;
  };
  auto first = std::async(std::launch::async, [&] { return move(one_); });
  auto second = std::async(std::launch::async, [&] { return move(other_); });
  EXPECT_TRUE(first.get().signsIn() && second.get().signsIn());
  const auto names = events();
  EXPECT_EQ(std::count(names.begin(), names.end(), "sso.identity.relinked"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM sso_identities"), 1);
}

TEST_P(JitRows, Row19CountsSeatsAndRemovesNobody) {
  member("grace", "owner");
  member("gone", "member");
  acme_.policy.seatLimit = 3;
  EXPECT_TRUE(login(person("ada")).decision.notices.has(Notice::kLastSeat));
  EXPECT_EQ(login(person("bob")).decision.code, DenyCode::kSeatLimit);
  EXPECT_EQ(number("SELECT count(*) FROM app_memberships"), 3);
  const auto work = one_.storage->begin();
  db::sessionOf(*work) << "UPDATE app_accounts SET state = 'deprovisioned' WHERE id = 'acc_gone'";
  work->commit();
  EXPECT_TRUE(login(person("bob")).decision.signsIn()) << "who was deprovisioned takes no seat";
}
TEST_P(JitRows, Row19GivesTheLastSeatToOneOfTwoInstances) {
  for (int round = 0; round < 10; ++round) {
    acme_.policy.seatLimit = static_cast<std::uint32_t>(round + 1);
    std::latch together(2);
    const auto join = [&](Instance& at, const std::string& name) {
      together.arrive_and_wait();
      auto identity = person(name + std::to_string(round));
      identity.key.connectionId = "conn_" + name;  // the limit of creations has locks of its own, one a connection
      return loginAt(at, identity).decision.code;
    };
    auto first = std::async(std::launch::async, [&] { return join(one_, "ada"); });
    auto second = std::async(std::launch::async, [&] { return join(other_, "bob"); });
    const auto codes = std::multiset<DenyCode>{first.get(), second.get()};
    ASSERT_EQ(codes, (std::multiset<DenyCode>{DenyCode::kNone, DenyCode::kSeatLimit}));
    ASSERT_EQ(number("SELECT count(*) FROM app_memberships"), round + 1);
  }
}
TEST_P(JitRows, Row19WaitsForAMemberWhomAPersonIsAdding) {
  if (GetParam() == Engine::kSqlite) return;  // one writer at a time, as the cases above show
  acme_.policy.seatLimit = 1;
  const auto adding = other_.storage->begin();
  auto& session = db::sessionOf(*adding);
  hostapp::accounts::Account account;
  account.id = "acc_grace";
  account.email = "grace@acme.example";
  ASSERT_TRUE(hostapp::accounts::insert(session, account, 1));
  hostapp::memberships::save(session, account.id, {"acme", "", "member", "signup", false}, 1);
  auto joining = std::async(std::launch::async, [&] { return login(person("ada")).decision.code; });
  const auto waits = [&] {
    return number(
               "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity "
               "WHERE datname = current_database())") > 0;
  };
  while (!waits() && joining.wait_for(seconds(0)) != std::future_status::ready) {
  }
  adding->commit();
  EXPECT_EQ(joining.get(), DenyCode::kSeatLimit);
}

TEST_P(JitRows, Row21And23ChangeNoRole) {
  const auto id = login(person("ada", Groups{{"bosses"}})).accountId;
  EXPECT_EQ(roleOf(id), "admin/sso");
  login(person("ada"));
  EXPECT_EQ(roleOf(id), "admin/sso");
  auto truncated = person("ada", Groups{{"staff"}});
  truncated.groupsTruncated = true;
  login(truncated);
  EXPECT_EQ(roleOf(id), "admin/sso");
}
TEST_P(JitRows, Row22RevokesWhatGroupsGranted) {
  const auto id = login(person("ada", Groups{{"bosses", "staff"}})).accountId;
  EXPECT_EQ(roleOf(id), "admin/sso") << "the highest of both";
  login(person("ada", Groups{{"staff", "bosses"}}));
  const auto names = events();
  EXPECT_EQ(std::count(names.begin(), names.end(), "sso.account.roles_changed"), 0);
  login(person("ada", Groups{std::vector<std::string>{}}));
  EXPECT_EQ(roleOf(id), "member/sso");
}
TEST_P(JitRows, Row22LeavesWhatAPersonGranted) {
  const auto id = login(person("ada", Groups{{"bosses"}})).accountId;
  setRole(id, "admin", "signup");
  login(person("ada", Groups{std::vector<std::string>{}}));
  EXPECT_EQ(roleOf(id), "admin/signup");
}
TEST_P(JitRows, Row24GrantsNothingAboveTheCeiling) {
  acme_.policy.roleCeiling = RoleCeiling::kOrdinary;
  const auto mapped = login(person("ada", Groups{{"founders", "bosses"}}));
  EXPECT_EQ(roleOf(mapped.accountId), "member/sso");
  EXPECT_TRUE(mapped.decision.notices.has(Notice::kGroupAboveCeiling));
  acme_.policy.roleCeiling = RoleCeiling::kAdmin;
  login(person("ada", Groups{{"founders", "bosses"}}));
  EXPECT_EQ(roleOf(mapped.accountId), "admin/sso");
}
TEST_P(JitRows, Row25KeepsTheLastOwner) {
  const auto id = login(person("ada")).accountId;
  setRole(id, "owner", "sso");  // what no login does: a row that somebody edited
  EXPECT_TRUE(login(person("ada", Groups{{"staff"}})).decision.notices.has(Notice::kLastOwner));
  EXPECT_EQ(roleOf(id), "owner/sso");
  member("grace", "owner");
  login(person("ada", Groups{{"staff"}}));
  EXPECT_EQ(roleOf(id), "member/sso");
}
TEST_P(JitRows, Row29TwoFirstLoginsMakeOneAccount) {
  std::latch together(2);
  const auto join = [&](Instance& at) {
    together.arrive_and_wait();
    return loginAt(at, person("ada", Groups{{"bosses"}})).accountId;
  };
  auto first = std::async(std::launch::async, [&] { return join(one_); });
  auto second = std::async(std::launch::async, [&] { return join(other_); });
  EXPECT_EQ(first.get(), second.get());
  EXPECT_EQ(number("SELECT count(*) FROM app_accounts"), 1);
}

}  // namespace
}  // namespace sso::detail
