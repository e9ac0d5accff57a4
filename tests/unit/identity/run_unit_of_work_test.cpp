// SPDX-License-Identifier: Apache-2.0
#include "identity/run_unit_of_work.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/memory_storage.h"

namespace sso::detail {
namespace {

using sso::test::MemoryStorage;
using std::chrono::milliseconds;
using testing::ElementsAre;

/// Counts the units that are open.
class WatchedStorage : public MemoryStorage {
 public:
  std::unique_ptr<UnitOfWork> begin() override {
    ++open;
    return std::make_unique<Watched>(MemoryStorage::begin(), open);
  }
  int open = 0;

 private:
  class Watched : public UnitOfWork {
   public:
    Watched(std::unique_ptr<UnitOfWork> work, int& open) : work_(std::move(work)), open_(open) {}
    ~Watched() override { --open_; }
    void commit() override { work_->commit(); }

   private:
    std::unique_ptr<UnitOfWork> work_;
    int& open_;
  };
};

class RunUnitOfWork : public testing::Test {
 protected:
  RunUnitOfWork() {
    retries.jitter = [this] { return share; };
    retries.sleep = [this](milliseconds pause) {
      pauses.push_back(pause);
      openWhileResting = openWhileResting || storage.open > 0;
    };
  }
  void run() {
    runUnitOfWork(
        storage,
        [this](UnitOfWork& work) {
          ++runs;
          work.commit();
        },
        retries);
  }

  WatchedStorage storage;
  RetryPlan retries = unitOfWorkRetries();
  double share = 1.0;
  std::vector<milliseconds> pauses;
  bool openWhileResting = false;
  int runs = 0;
};

TEST_F(RunUnitOfWork, RunsTheWholeUnitAgainAtMostThreeTimes) {  // SEC-DB-05
  storage.conflictNextCommits(3);
  run();
  EXPECT_EQ(runs, 4);
  storage.conflictNextCommits(4);
  runs = 0;
  try {
    run();
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kStorage);
  }
  EXPECT_EQ(runs, 4);
}

TEST_F(RunUnitOfWork, RestsBetweenRunsWithJitterAndWithoutAConnection) {
  storage.conflictNextCommits(3);
  run();
  EXPECT_THAT(pauses, ElementsAre(milliseconds(10), milliseconds(20), milliseconds(40)));
  EXPECT_FALSE(openWhileResting);

  share = 0.5;
  pauses.clear();
  storage.conflictNextCommits(2);
  run();
  EXPECT_THAT(pauses, ElementsAre(milliseconds(5), milliseconds(10)));
}

TEST_F(RunUnitOfWork, DoesNotRepeatOtherErrors) {
  EXPECT_THROW(runUnitOfWork(
                   storage,
                   [this](UnitOfWork&) {
                     ++runs;
                     throw Error(ErrorCode::kStorage, reason::kStorage);
                   },
                   retries),
               Error);
  EXPECT_EQ(runs, 1);
  EXPECT_TRUE(pauses.empty());
}

}  // namespace
}  // namespace sso::detail
