// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include "db_fixture.h"

namespace sso::db {
namespace {

class SqliteFaults : public testing::Test {
 protected:
  SqliteFaults() : database_(Database::open(quickOptions(folder_.sqliteUrl()))), storage_(openStorage(database_)) {}
  void link(UnitOfWork& work, const std::string& subject) {
    storage_->identities().linkIdentity(work, identityOf(subject, "account of " + subject));
  }
  void linkAndCommit(const std::string& subject) {
    const auto work = storage_->begin();
    link(*work, subject);
    work->commit();
  }
  long long count() { return numberFrom(*database_, "SELECT count(*) FROM sso_identities"); }

  TemporaryFolder folder_;
  std::shared_ptr<Database> database_;
  std::shared_ptr<Storage> storage_;
};

TEST_F(SqliteFaults, FileAndItsCompanionsBelongToTheirOwnerAlone) {
  database_->withSession([&](Session&) {
    int seen = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path)) {
      struct stat status {};
      ASSERT_EQ(stat(entry.path().c_str(), &status), 0);
      EXPECT_EQ(status.st_mode & 0777U, 0600U) << entry.path();
      ++seen;
    }
    EXPECT_EQ(seen, 3) << "test.db, -wal and -shm";
  });
}

TEST_F(SqliteFaults, EveryConnectionIsSetUp) {
  database_->withSession([&](Session&) {  // a second connection at the same time
    EXPECT_EQ(textFrom(*database_, "PRAGMA journal_mode"), "wal");
    EXPECT_EQ(numberFrom(*database_, "PRAGMA foreign_keys"), 1);
    EXPECT_EQ(numberFrom(*database_, "PRAGMA synchronous"), 2) << "FULL: a confirmed session survives a power cut";
    EXPECT_EQ(numberFrom(*database_, "PRAGMA busy_timeout"), 300);
    EXPECT_EQ(numberFrom(*database_, "PRAGMA trusted_schema"), 0);
  });
}

TEST_F(SqliteFaults, NamesWithSpacesAndEqualSignsWork) {
  const auto storage = openStorage(folder_.sqliteUrl("a%20b=c%20%25d.db"));
  EXPECT_TRUE(storage->replays().useOnce("key", fromEpochSeconds(1)));
  EXPECT_TRUE(std::filesystem::exists(folder_.path / "a b=c %d.db"));
}

TEST_F(SqliteFaults, MissingFolderIsAStorageError) {
  EXPECT_EQ(codeOf([&] { openStorage(folder_.sqliteUrl("missing/test.db")); }), ErrorCode::kStorage);
}

// SEC-DB-08: somebody else writes for too long
TEST_F(SqliteFaults, LockWaitEndsAtTheLimit) {
  const auto other = Database::open(quickOptions(folder_.sqliteUrl()));
  {
    const auto holder = other->begin();
    const auto begun = std::chrono::steady_clock::now();
    EXPECT_EQ(codeOf([&] { storage_->begin(); }), ErrorCode::kStorage);
    EXPECT_EQ(codeOf([&] { storage_->replays().useOnce("key", fromEpochSeconds(1)); }), ErrorCode::kStorage);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(3));
    EXPECT_EQ(count(), 0) << "reading goes on";
  }
  EXPECT_NO_THROW(linkAndCommit("ada"));
}

// SEC-DB-09
TEST_F(SqliteFaults, FullDiskKeepsNothingOfTheUnitAndPasses) {
  {
    const auto work = storage_->begin();
    link(*work, "ada");
    Session& session = sessionOf(*work);
    session << "PRAGMA max_page_count = 1";  // SQLite rounds up to what the file has already
    const auto fill = [&] {
      AuditEvent event = eventOf("sso.login.failed");
      for (int i = 0; i < 30; ++i) event.details["detail " + std::to_string(i)] = std::string(1000, 'x');
      for (int i = 0; i < 20; ++i) storage_->audit().record(*work, event);
    };
    EXPECT_EQ(codeOf(fill), ErrorCode::kStorage);
    session << "PRAGMA max_page_count = 1000000";
    EXPECT_EQ(codeOf([&] { work->commit(); }), ErrorCode::kStorage);
  }
  EXPECT_EQ(count(), 0);
  EXPECT_NO_THROW(linkAndCommit("ada"));
}

TEST_F(SqliteFaults, ReadOnlyConnectionIsReplaced) {
  {
    const auto work = storage_->begin();
    sessionOf(*work) << "PRAGMA query_only = ON";
    EXPECT_EQ(codeOf([&] { link(*work, "ada"); }), ErrorCode::kStorage);
  }
  EXPECT_NO_THROW(linkAndCommit("ada"));
}

struct EveryReplay : KeptStatement {
  std::string key;
  explicit EveryReplay(Session& session) : KeptStatement(session, "test.every_replay") {
    prepare((session.prepare << "SELECT key FROM sso_replays", soci::into(key)));
  }
};

// A statement left in the middle of its rows would keep an old snapshot and stop the log from being folded in
TEST_F(SqliteFaults, HalfReadStatementHoldsNothingOnceTheConnectionIsBack) {
  for (const auto* key : {"one", "two", "three"}) storage_->replays().useOnce(key, fromEpochSeconds(1));
  EXPECT_THROW(database_->withSession([&](Session& session) {
    session.kept<EveryReplay>().each([] { throw std::runtime_error("enough"); });
  }),
               std::runtime_error);
  const auto other = Database::open(quickOptions(folder_.sqliteUrl()));
  EXPECT_NO_THROW(execute(*other, "DELETE FROM sso_replays"));
  EXPECT_EQ(numberFrom(*other, "PRAGMA wal_checkpoint(TRUNCATE)"), 0) << "1: a reader is in the way";
  int rows = 0;
  database_->withSession([&](Session& session) { session.kept<EveryReplay>().each([&] { ++rows; }); });
  EXPECT_EQ(rows, 0);
}

TEST_F(SqliteFaults, AuditRowsCannotBeChanged) {
  storage_->audit().record(eventOf("sso.login.completed"));
  for (const auto* sql : {"UPDATE sso_audit_events SET name = 'x'", "DELETE FROM sso_audit_events"}) {
    EXPECT_EQ(codeOf([&] { execute(*database_, sql); }), ErrorCode::kInternal) << sql;
  }
  EXPECT_EQ(storage_->audit().recent("org_1", 10).size(), 1U);
}

// JIT.md, part 2: an unknown value denies; it never turns into a default
TEST_F(SqliteFaults, PolicyThatThisBuildCannotReadIsRefused) {
  Organization organization;
  organization.id = "org_1";
  organization.tenantId = "tenant-1";
  organization.displayName = "Acme";
  const auto work = storage_->begin();
  storage_->organizations().saveOrganization(*work, organization);
  work->commit();
  const std::string sound = textFrom(*database_, "SELECT policy FROM sso_organizations");
  const auto replaced = [&](const std::string& what, const std::string& with) {
    std::string text = sound;
    EXPECT_NE(text.find(what), std::string::npos) << what;
    return text.replace(text.find(what), what.size(), with);
  };
  const std::vector<std::string> unsound = {replaced("\"optional\"", "\"sometimes\""),
                                            replaced("\"optional\"", "\"Optional\""),
                                            replaced("\"optional\"", "1"),
                                            replaced("\"after_proof\"", "\"always\""),
                                            replaced("\"mode\":\"optional\"", "\"mode\":\"required\",\"mode\":\"off\""),
                                            replaced("\"mode\":\"optional\",", ""),
                                            replaced("\"mode\"", "\"mode2\":true,\"mode\""),
                                            replaced("\"jit_provisioning\":true", "\"jit_provisioning\":null"),
                                            replaced("\"jit_provisioning\":true", "\"jit_provisioning\":\"true\""),
                                            replaced("[]", "[1]"),
                                            sound + "x",
                                            "[]",
                                            "{}"};
  for (const auto& policy : unsound) {
    database_->withSession(
        [&](Session& session) { session << "UPDATE sso_organizations SET policy = :policy", soci::use(policy); });
    EXPECT_EQ(codeOf([&] { storage_->organizations().findOrganization("org_1"); }), ErrorCode::kStorage) << policy;
  }
  database_->withSession(
      [&](Session& session) { session << "UPDATE sso_organizations SET policy = :policy", soci::use(sound); });
  EXPECT_TRUE(storage_->organizations().findOrganization("org_1"));
}

}  // namespace
}  // namespace sso::db
