// SPDX-License-Identifier: Apache-2.0
// R-03, SEC-DB-08, N7: a PostgreSQL that keeps its connections and never answers, as a stopped machine does.
#include <future>
#include <vector>

#include "db_fixture.h"

namespace sso::db {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using test::eventually;

constexpr std::size_t kPool = 4;
constexpr seconds kLimit{2};

DatabaseOptions limited(const std::string& url) {
  DatabaseOptions options = quickOptions(url);
  options.unitTimeout = kLimit;
  return options;
}

class FrozenServer : public testing::Test {
 protected:
  FrozenServer() : url_(newPostgresUrl()), database_(Database::open(limited(url_))) {
    storage_ = openStorage(database_);
    fillPool(*database_, kPool);
  }
  ~FrozenServer() override { cluster().thaw(); }

  std::string name() const { return url_.substr(url_.find("@/") + 2, url_.find('?') - url_.find("@/") - 2); }
  /// The server's processes that serve our pool.
  std::string backends() const {
    return cluster().query(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'modular-sso' AND datname = '" + name() + "'");
  }
  std::string linked(const std::string& subject) const {
    return cluster().query("SELECT count(*) FROM sso_identities WHERE subject = '" + subject + "'", name());
  }
  bool answers() { return numberOrNothing() == 1; }
  long long numberOrNothing() {
    try {
      return numberFrom(*database_, "SELECT 1");
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kStorage) << error.what();
      return -1;
    }
  }

  std::string url_;
  std::shared_ptr<Database> database_;
  std::shared_ptr<Storage> storage_;
};

std::size_t openDescriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
  return count;
}

TEST_F(FrozenServer, EveryCallEndsWithinTheLimitAndTheServiceRecovers) {
  const std::size_t descriptors = openDescriptors();
  cluster().freeze();
  std::vector<std::future<milliseconds>> calls;
  for (std::size_t i = 0; i < 2 * kPool; ++i) {  // the second half waits for a lease instead, and in vain
    calls.push_back(std::async(std::launch::async, [this] { return timeOf([this] { EXPECT_FALSE(answers()); }); }));
  }
  for (auto& call : calls) EXPECT_LT(call.get(), kLimit + seconds(2));
  cluster().thaw();
  EXPECT_TRUE(eventually([this] { return answers(); }));
  fillPool(*database_, kPool);  // all of it, not only the connection that was asked first
  EXPECT_TRUE(eventually([this] { return backends() == std::to_string(kPool); })) << backends();
  EXPECT_EQ(openDescriptors(), descriptors) << "a connection was leaked";
}

TEST_F(FrozenServer, OneCallPaysAndNotOneForEachPooledConnection) {
  cluster().freeze();
  const auto took = timeOf([this] {
    for (std::size_t i = 0; i < kPool; ++i) EXPECT_FALSE(answers());
  });
  EXPECT_LT(took, 3 * kLimit);  // the limit once, a connect_timeout of 2 s, and the rest is refused
}

TEST_F(FrozenServer, CannotBeConnectedTo) {
  const auto fresh = Database::open(limited(url_));
  cluster().freeze();
  const auto took = timeOf([&] { EXPECT_EQ(codeOf([&] { fillPool(*fresh, 1); }), ErrorCode::kStorage); });
  EXPECT_LT(took, seconds(5));  // connect_timeout=2
}

TEST_F(FrozenServer, InTheMiddleOfAUnitKeepsNothingOfIt) {
  {
    const auto work = storage_->begin();
    storage_->identities().linkIdentity(*work, identityOf("ada", "account of ada"));
    cluster().freeze();
    const auto took = timeOf([&] {
      EXPECT_EQ(codeOf([&] { storage_->identities().linkIdentity(*work, identityOf("bob", "account of bob")); }),
                ErrorCode::kStorage);
      EXPECT_EQ(codeOf([&] { work->commit(); }), ErrorCode::kStorage);
    });
    EXPECT_LT(took, kLimit + seconds(2));
  }
  cluster().thaw();
  EXPECT_TRUE(eventually([this] { return answers(); }));
  EXPECT_EQ(linked("ada"), "0");
}

TEST_F(FrozenServer, AUnitThatIsHeldTooLongIsCutEvenWhenTheServerIsWell) {
  const auto work = storage_->begin();
  storage_->identities().linkIdentity(*work, identityOf("ada", "account of ada"));
  EXPECT_TRUE(eventually([this] { return backends() == std::to_string(kPool - 1); }));
  EXPECT_EQ(codeOf([&] { work->commit(); }), ErrorCode::kStorage);
  EXPECT_EQ(linked("ada"), "0");
}

TEST_F(FrozenServer, AUseWithinTheLimitIsNotTouchedHoweverManyCameBefore) {
  const auto begun = steady_clock::now();
  while (steady_clock::now() - begun < kLimit + milliseconds(500)) ASSERT_TRUE(answers());
  EXPECT_EQ(backends(), std::to_string(kPool));
}

}  // namespace
}  // namespace sso::db
