// SPDX-License-Identifier: Apache-2.0
#include <atomic>

#include "storage_conformance.h"

namespace sso::conformance {
namespace {

const TimePoint kExpiry = fromEpochSeconds(1'700'000'600);

class ReplayStoreConformance : public StorageConformance {
 protected:
  ReplayStore& replays() { return storage().replays(); }
};

TEST_F(ReplayStoreConformance, GivesEachKeyToItsFirstCallerOnly) {
  EXPECT_TRUE(replays().useOnce("key", kExpiry));
  EXPECT_FALSE(replays().useOnce("key", kExpiry));
  EXPECT_FALSE(replays().useOnce("key", kExpiry + std::chrono::hours(1)));
  EXPECT_TRUE(replays().useOnce("other", kExpiry));
}

TEST_F(ReplayStoreConformance, CountsForEveryInstanceAtOnce) {
  EXPECT_TRUE(replays().useOnce("key", kExpiry));
  EXPECT_FALSE(otherInstance().replays().useOnce("key", kExpiry));
}

// R-08; SECURITY 5, item 20
TEST_F(ReplayStoreConformance, GivesARacedKeyToOneOfTwo) {
  for (int round = 0; round < 50; ++round) {
    std::atomic<int> winners{0};
    const std::string key = "round " + std::to_string(round);
    race([&] { winners += replays().useOnce(key, kExpiry) ? 1 : 0; },
         [&] { winners += otherInstance().replays().useOnce(key, kExpiry) ? 1 : 0; });
    ASSERT_EQ(winners, 1) << key;
  }
}

TEST_F(ReplayStoreConformance, ComparesKeysAsBytes) {
  EXPECT_TRUE(replays().useOnce("key", kExpiry));
  EXPECT_TRUE(replays().useOnce("Key", kExpiry));
  EXPECT_TRUE(replays().useOnce("key ", kExpiry));
  EXPECT_TRUE(replays().useOnce(" key", kExpiry));
}

TEST_F(ReplayStoreConformance, PrunesWhatExpiredAndNothingElse) {
  ASSERT_TRUE(replays().useOnce("old", kExpiry));
  ASSERT_TRUE(replays().useOnce("older", kExpiry - std::chrono::seconds(10)));
  ASSERT_TRUE(replays().useOnce("new", kExpiry + std::chrono::seconds(10)));
  EXPECT_EQ(replays().pruneExpired(kExpiry), 1U) << "a key counts until its expiry";
  EXPECT_FALSE(replays().useOnce("old", kExpiry));
  EXPECT_EQ(replays().pruneExpired(kExpiry + std::chrono::seconds(1)), 1U);
  EXPECT_EQ(replays().pruneExpired(kExpiry + std::chrono::seconds(1)), 0U);
  EXPECT_FALSE(replays().useOnce("new", kExpiry));
  EXPECT_TRUE(replays().useOnce("old", kExpiry)) << "the key is free again once its row is gone";
}

// SEC-DB-10
TEST_F(ReplayStoreConformance, RefusesTextThatADatabaseWouldCutOrRefuse) {
  ASSERT_TRUE(replays().useOnce("victim", kExpiry));
  for (const auto& bad : badTexts()) {
    EXPECT_EQ(codeOf([&] { replays().useOnce(bad, kExpiry); }), ErrorCode::kInvalidRequest)
        << testing::PrintToString(bad);
  }
}

}  // namespace
}  // namespace sso::conformance
