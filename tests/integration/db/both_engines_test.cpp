// SPDX-License-Identifier: Apache-2.0
#include <future>
#include <latch>

#include "db_fixture.h"

namespace sso::db {

const std::vector<Migration>& moduleMigrations();  // compiled in from db/migrations

namespace {

enum class Engine { kPostgres, kSqlite };

class BothEngines : public testing::TestWithParam<Engine> {
 protected:
  BothEngines() : url_(GetParam() == Engine::kPostgres ? newPostgresUrl() : folder_.sqliteUrl()) {}
  std::shared_ptr<Database> open() const { return Database::open(quickOptions(url_)); }

  TemporaryFolder folder_;
  std::string url_;
};

INSTANTIATE_TEST_SUITE_P(, BothEngines, testing::Values(Engine::kPostgres, Engine::kSqlite),
                         [](const auto& suite) { return suite.param == Engine::kPostgres ? "Postgres" : "Sqlite"; });

const std::vector<Migration> kTwoSteps = {
    {"0001_first", "CREATE TABLE app_first (id INT)", "CREATE TABLE app_first (id INT)"},
    {"0002_second", "CREATE TABLE app_second (id INT); INSERT INTO app_second VALUES (2)",
     "CREATE TABLE app_second (id INT); INSERT INTO app_second VALUES (2)"}};

// ---- leases (SEC-DB-11; SECURITY 5, item 16)
// -------------------------------------------------------------------------

TEST_P(BothEngines, TransactionThatAHostLeavesOpenIsNotHandedOn) {
  const auto database = open();
  execute(*database, "CREATE TABLE app_rows (id INT)");
  for (int i = 0; i < 5; ++i) {
    database->withSession([](Session& session) {
      session << "BEGIN";
      session << "INSERT INTO app_rows VALUES (1)";
    });
    EXPECT_THROW(database->withSession([](Session& session) {
      session << "BEGIN";
      session << "INSERT INTO app_rows VALUES (1)";
      throw std::runtime_error("in the middle");
    }),
                 std::runtime_error);
    ASSERT_EQ(numberFrom(*database, "SELECT count(*) FROM app_rows"), 0);
  }
  const auto work = database->begin();
  sessionOf(*work) << "INSERT INTO app_rows VALUES (1)";
  work->commit();
  EXPECT_EQ(numberFrom(*database, "SELECT count(*) FROM app_rows"), 1);
}

TEST_P(BothEngines, UnitKeepsItsDatabaseAliveAndEndsWithItsCommit) {
  auto database = open();
  execute(*database, "CREATE TABLE app_rows (id INT)");
  const auto work = database->begin();
  database.reset();
  sessionOf(*work) << "INSERT INTO app_rows VALUES (1)";
  work->commit();
  EXPECT_EQ(codeOf([&] { sessionOf(*work); }), ErrorCode::kInternal);
  EXPECT_EQ(numberFrom(*open(), "SELECT count(*) FROM app_rows"), 1);
}

TEST_P(BothEngines, ManyThreadsShareASmallPool) {
  const auto database = Database::open([this] {
    DatabaseOptions options;
    options.url = url_;
    options.poolSize = 2;
    return options;
  }());
  const auto storage = openStorage(database);
  std::vector<std::future<int>> workers;
  for (int worker = 0; worker < 8; ++worker) {
    workers.push_back(std::async(std::launch::async, [&, worker] {
      int fresh = 0;
      for (int i = 0; i < 25; ++i) {
        const std::string key = std::to_string(worker % 4) + ":" + std::to_string(i);  // each key has two users
        if (storage->replays().useOnce(key, fromEpochSeconds(1))) ++fresh;
      }
      return fresh;
    }));
  }
  int fresh = 0;
  for (auto& worker : workers) fresh += worker.get();
  EXPECT_EQ(fresh, 100);
}

// ---- errors
// ----------------------------------------------------------------------------------------------------------

// SECURITY 5, item 18: SOCI's text holds every bound value
TEST_P(BothEngines, ErrorsNameTheStatementAndTheStateButNoValue) {
  const auto storage = openStorage(open());
  const Identity identity = identityOf("MARKER-SUBJECT", "MARKER-ACCOUNT");
  const auto link = [&] {
    const auto work = storage->begin();
    storage->identities().linkIdentity(*work, identity);
    work->commit();
  };
  link();
  const Error error = errorOf(link);
  const std::string text = std::string(error.what()) + error.hint() + error.reason();
  EXPECT_EQ(error.code(), ErrorCode::kConflict);
  EXPECT_EQ(text.find("MARKER"), std::string::npos) << text;
  EXPECT_NE(text.find("identity.link"), std::string::npos) << text;
  EXPECT_NE(text.find(GetParam() == Engine::kPostgres ? "23505" : "2067"), std::string::npos) << text;
}

TEST_P(BothEngines, MistakesInSqlAreInternalErrors) {
  const auto database = open();
  EXPECT_EQ(codeOf([&] { execute(*database, "SELEC 1"); }), ErrorCode::kInternal);
  EXPECT_EQ(codeOf([&] { execute(*database, "SELECT * FROM no_such_table"); }), ErrorCode::kInternal);
  EXPECT_EQ(codeOf([&] { numberFrom(*database, "SELECT CAST(NULL AS BIGINT)"); }), ErrorCode::kInternal)
      << "NULL without an indicator (SECURITY 5, item 19)";
}

struct TwoRows : KeptStatement {
  long long number = 0;
  explicit TwoRows(Session& session) : KeptStatement(session, "test.two_rows") {
    prepare((session.prepare << "SELECT 1 UNION ALL SELECT 2", soci::into(number)));
  }
};

TEST_P(BothEngines, KeptStatementForOneRowRefusesTwo) {
  open()->withSession([](Session& session) {
    EXPECT_EQ(codeOf([&] { static_cast<void>(session.kept<TwoRows>().row()); }), ErrorCode::kInternal);
    std::vector<long long> numbers;
    auto& two = session.kept<TwoRows>();
    two.each([&] { numbers.push_back(two.number); });
    EXPECT_EQ(numbers, (std::vector<long long>{1, 2}));
  });
}

// The schema's CHECKs are the second line; the stores refuse first and say so
TEST_P(BothEngines, IdsBeyondTheirBoundsAreRefused) {
  const auto storage = openStorage(open());
  const auto refused = [&](const Identity& identity) {
    const auto work = storage->begin();
    return codeOf([&] { storage->identities().linkIdentity(*work, identity); }) == ErrorCode::kInvalidRequest;
  };
  EXPECT_TRUE(refused(identityOf(std::string(256, 's'), "account-1")));
  EXPECT_TRUE(refused(identityOf("", "account-1")));
  EXPECT_TRUE(refused(identityOf("ada", "")));
  EXPECT_TRUE(refused(identityOf("ada", std::string(256, 'a'))));
  EXPECT_EQ(codeOf([&] { storage->replays().useOnce("", fromEpochSeconds(1)); }), ErrorCode::kInvalidRequest);
  EXPECT_EQ(codeOf([&] { storage->replays().useOnce(std::string(513, 'k'), fromEpochSeconds(1)); }),
            ErrorCode::kInvalidRequest);
  AuditEvent event = eventOf("sso.login.failed");
  event.details["long"] = std::string(1025, 'x');
  EXPECT_EQ(codeOf([&] { storage->audit().record(event); }), ErrorCode::kInvalidRequest);
  EXPECT_EQ(codeOf([&] { storage->audit().record(eventOf("")); }), ErrorCode::kInvalidRequest);
}

TEST_P(BothEngines, PruningGoesThroughEveryBatch) {
  const auto database = open();
  const auto storage = openStorage(database);
  execute(*database,
          "INSERT INTO sso_replays (key, expires_at) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
          "FROM n WHERE i < 2500) SELECT 'key ' || i, i FROM n");
  EXPECT_EQ(storage->replays().pruneExpired(fromEpochSeconds(2400)), 2399U);
  EXPECT_EQ(numberFrom(*database, "SELECT count(*) FROM sso_replays"), 101);
}

// A setup link dies with what it was made for.
TEST_P(BothEngines, ASetupLinkGoesWithItsOrganization) {
  const auto database = open();
  const auto storage = openStorage(database);
  const auto work = database->begin();
  Organization organization;
  organization.id = "org_1";
  organization.tenantId = "tenant-1";
  organization.displayName = "Acme";
  storage->organizations().saveOrganization(*work, organization);
  SetupLink link;
  link.id = "link-1";
  link.tokenHash = std::string(64, 'a');
  link.organizationId = organization.id;
  link.tenantId = organization.tenantId;
  link.createdBy = "account-1";
  link.createdAt = fromEpochSeconds(100);
  link.expiresAt = fromEpochSeconds(200);
  ASSERT_TRUE(storage->setupLinks().addSetupLink(*work, link, 1));
  work->commit();
  execute(*database, "DELETE FROM sso_organizations");
  EXPECT_EQ(numberFrom(*database, "SELECT count(*) FROM sso_setup_links"), 0);
}

// ---- migrations (SEC-DB-12)
// ------------------------------------------------------------------------------------------

TEST_P(BothEngines, InstancesThatStartTogetherMigrateOnce) {
  constexpr int kInstances = 6;
  std::latch start(kInstances);
  std::vector<std::future<void>> instances;
  for (int i = 0; i < kInstances; ++i) {
    instances.push_back(std::async(std::launch::async, [&] {
      const auto database = open();
      start.arrive_and_wait();
      openStorage(database)->checkReady();
      database->migrate("app", kTwoSteps);
    }));
  }
  for (auto& instance : instances) EXPECT_NO_THROW(instance.get());
  const auto database = open();
  EXPECT_EQ(numberFrom(*database, "SELECT count(*) FROM app_migrations"), 2);
  EXPECT_EQ(numberFrom(*database, "SELECT count(*) FROM app_second"), 1);
  EXPECT_EQ(numberFrom(*database, "SELECT count(*) FROM sso_migrations"), 9);
  EXPECT_EQ(numberFrom(*database, "SELECT max(version) FROM sso_migrations"), 9);
}

TEST_P(BothEngines, AnUpgradeKeepsTheRulesThatAreStoredThen) {
  const auto database = open();
  const auto& all = moduleMigrations();
  database->migrate("sso", {all.begin(), all.begin() + 7});
  execute(*database,
          "INSERT INTO sso_organizations (id, tenant_id, display_name, status, policy, version) VALUES ('org_1', "
          "'tenant-1', 'Acme', 'active', '{\"mode\":\"required\",\"jit_provisioning\":true,\"default_role\":"
          "\"viewer\",\"trusted_connections\":[],\"link_existing\":\"after_proof\",\"update_attributes\":true,"
          "\"directory_active\":false}', 7)");
  execute(*database,
          "INSERT INTO sso_audit_events (at, name, reason, reference, organization_id, account_id, connection_id, "
          "remote_address, details) VALUES (1, 'sso.login.failed', '', 'REF', 'org_1', '', '', '', '{}')");
  const auto storage = openStorage(database);
  const auto kept = storage->organizations().policyAt("org_1", 7);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->policy.mode, SsoMode::kRequired);
  EXPECT_EQ(kept->policy.defaultRole, "viewer");
  EXPECT_EQ(kept->written.accountId, "");
  EXPECT_EQ(toEpochSeconds(kept->written.at), 0);
  EXPECT_FALSE(storage->organizations().policyAt("org_1", 6));
  EXPECT_TRUE(storage->audit().decisionsOf("REF").empty()) << "an event of before has none";
  EXPECT_EQ(storage->audit().recent("org_1", 5).size(), 1U);
  execute(*database, "DELETE FROM sso_organizations");
  EXPECT_FALSE(storage->organizations().policyAt("org_1", 7)) << "they go with the organization";
}

TEST_P(BothEngines, MigratingAgainChangesNothingAndLedgersAreSeparate) {
  const auto database = open();
  database->migrate("app", kTwoSteps);
  database->migrate("app", kTwoSteps);
  database->migrate("other", {});
  EXPECT_EQ(numberFrom(*database, "SELECT count(*) FROM app_second"), 1);
  EXPECT_NO_THROW(database->checkSchema("app", kTwoSteps));
}

TEST_P(BothEngines, NewerSchemaStopsTheStartAndNamesBothVersions) {
  const auto database = open();
  database->migrate("app", kTwoSteps);
  const std::vector<Migration> older = {kTwoSteps[0]};
  const Error error = errorOf([&] { database->migrate("app", older); });
  EXPECT_EQ(error.code(), ErrorCode::kConfig);
  const std::string text = error.what();
  EXPECT_NE(text.find("version 2"), std::string::npos) << text;
  EXPECT_NE(text.find("version 1"), std::string::npos) << text;
  EXPECT_NO_THROW(database->checkSchema("app", older)) << "R-23: the old instance serves until it is replaced";
}

TEST_P(BothEngines, OlderSchemaIsNotReady) {
  const auto database = open();
  EXPECT_EQ(codeOf([&] { database->checkSchema("app", kTwoSteps); }), ErrorCode::kStorage) << "no ledger at all";
  database->migrate("app", {kTwoSteps[0]});
  const Error error = errorOf([&] { database->checkSchema("app", kTwoSteps); });
  EXPECT_EQ(error.code(), ErrorCode::kStorage);
  EXPECT_NE(std::string(error.what()).find("version 1"), std::string::npos);
  EXPECT_NE(std::string(error.what()).find("version 2"), std::string::npos);
}

TEST_P(BothEngines, ChangedOrRenamedMigrationStopsTheStart) {
  const auto database = open();
  database->migrate("app", kTwoSteps);
  auto changed = kTwoSteps;
  changed[0].postgres = changed[0].sqlite = "CREATE TABLE app_first (id BIGINT)";
  EXPECT_EQ(codeOf([&] { database->migrate("app", changed); }), ErrorCode::kConfig);
  auto renamed = kTwoSteps;
  renamed[1].name = "0002_renamed";
  const Error error = errorOf([&] { database->migrate("app", renamed); });
  EXPECT_EQ(error.code(), ErrorCode::kConfig);
  EXPECT_NE(std::string(error.what()).find("0002_second"), std::string::npos);
  EXPECT_NE(std::string(error.what()).find("0002_renamed"), std::string::npos);
}

TEST_P(BothEngines, GapOrMissingDialectIsRefused) {
  const auto database = open();
  EXPECT_EQ(codeOf([&] { database->migrate("app", {kTwoSteps[1]}); }), ErrorCode::kConfig);
  EXPECT_EQ(codeOf([&] { database->migrate("app", {{"0001_half", "", ""}}); }), ErrorCode::kConfig);
  EXPECT_EQ(codeOf([&] { database->migrate("app", {{"first", "SELECT 1", "SELECT 1"}}); }), ErrorCode::kConfig);
  EXPECT_EQ(codeOf([&] { database->migrate("app; DROP TABLE x", kTwoSteps); }), ErrorCode::kConfig);
}

TEST_P(BothEngines, FailedMigrationLeavesNothingBehind) {
  const auto database = open();
  auto broken = kTwoSteps;
  broken[1].postgres = broken[1].sqlite = "CREATE TABLE app_half (id INT); INSERT INTO no_such_table VALUES (1)";
  EXPECT_THROW(database->migrate("app", broken), Error);
  EXPECT_EQ(numberFrom(*database, "SELECT count(*) FROM app_migrations"), 1) << "the first one stays";
  EXPECT_THROW(execute(*database, "SELECT * FROM app_half"), Error);
  EXPECT_NO_THROW(database->migrate("app", kTwoSteps));
}

TEST_P(BothEngines, MigrationThatCommitsByItselfIsRefused) {
  const auto database = open();
  EXPECT_EQ(codeOf([&] { database->migrate("app", {{"0001_commits", "COMMIT", "COMMIT"}}); }), ErrorCode::kConfig);
}

}  // namespace
}  // namespace sso::db
