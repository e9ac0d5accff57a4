// SPDX-License-Identifier: Apache-2.0
#include "storage_conformance.h"

namespace sso::conformance {
namespace {

AccessRequest requestOf(const std::string& name, const std::string& organizationId = "org_1",
                        std::int64_t at = 1'700'000'000) {
  AccessRequest request;
  request.id = "req_" + name;
  request.key = {"https://acme.scalekit.dev", "conn_1", "conn_1;" + name};
  request.organizationId = organizationId;
  request.email = name + "@acme.example";
  request.displayName = "Name of " + name;
  request.requestedAt = fromEpochSeconds(at);
  request.decidedAt = fromEpochSeconds(0);
  return request;
}

class AccessRequestStoreConformance : public StorageConformance {
 protected:
  AccessRequestStore& requests() { return storage().accessRequests(); }
  void file(const AccessRequest& request) {
    runUnit(storage(), [&](UnitOfWork& work) { requests().fileRequest(work, request); });
  }
  bool decide(const std::string& id, AccessRequestState state, std::int64_t at = 1'700'000'100,
              const std::string& organizationId = "org_1") {
    bool decided = false;
    runUnit(storage(), [&](UnitOfWork& work) {
      decided = requests().decideRequest(work, organizationId, id, state, fromEpochSeconds(at));
    });
    return decided;
  }
  std::optional<AccessRequest> found(const IdentityKey& key) {
    const auto work = otherInstance().begin();
    return otherInstance().accessRequests().findRequest(*work, key);
  }
  std::size_t pending(const std::string& organizationId) {
    const auto work = storage().begin();
    return requests().countPending(*work, organizationId);
  }
  std::vector<std::string> listed(const std::string& organizationId = "org_1", std::size_t limit = 100) {
    std::vector<std::string> ids;
    for (const auto& one : otherInstance().accessRequests().listRequests(organizationId, limit)) ids.push_back(one.id);
    return ids;
  }
};

using Ids = std::vector<std::string>;

TEST_F(AccessRequestStoreConformance, FindsWhatWasFiledWithEveryField) {
  const auto ada = requestOf("ada");
  file(ada);
  EXPECT_EQ(found(ada.key), ada);
  auto other = ada.key;
  other.connectionId = "conn_2";
  EXPECT_FALSE(found(other));
}

TEST_F(AccessRequestStoreConformance, FilesOneForEachIdentity) {
  auto ada = requestOf("ada");
  file(ada);
  ASSERT_TRUE(decide("req_ada", AccessRequestState::kDeclined));
  ada.email = "root@acme.example";
  file(ada);
  EXPECT_EQ(found(ada.key), ada) << "the newer one, and nothing of the older";
  EXPECT_EQ(listed(), Ids{"req_ada"});
}

TEST_F(AccessRequestStoreConformance, RefusesATakenId) {
  file(requestOf("ada"));
  auto bob = requestOf("bob");
  bob.id = "req_ada";
  EXPECT_EQ(codeOf([&] {
              const auto work = storage().begin();
              requests().fileRequest(*work, bob);
              work->commit();
            }),
            ErrorCode::kConflict);
}

TEST_F(AccessRequestStoreConformance, DecidesForwardsOnlyAndForItsOwnOrganization) {
  file(requestOf("ada"));
  EXPECT_FALSE(decide("req_ada", AccessRequestState::kApproved, 1, "org_2"));
  EXPECT_FALSE(decide("req_nobody", AccessRequestState::kApproved));
  EXPECT_FALSE(decide("req_ada", AccessRequestState::kPending));
  EXPECT_TRUE(decide("req_ada", AccessRequestState::kDeclined, 1'700'000'200));
  EXPECT_EQ(found(requestOf("ada").key)->decidedAt, fromEpochSeconds(1'700'000'200));
  EXPECT_FALSE(decide("req_ada", AccessRequestState::kDeclined));
  EXPECT_TRUE(decide("req_ada", AccessRequestState::kApproved)) << "a refusal may be thought over";
  EXPECT_FALSE(decide("req_ada", AccessRequestState::kDeclined)) << "an approval may have been used already";
  EXPECT_FALSE(decide("req_ada", AccessRequestState::kApproved));
  EXPECT_EQ(found(requestOf("ada").key)->state, AccessRequestState::kApproved);
}

TEST_F(AccessRequestStoreConformance, ListsWhoWaitsFirst) {
  file(requestOf("late", "org_1", 1'700'000'009));
  file(requestOf("early", "org_1", 1'700'000'001));
  for (const char* name : {"no", "never", "yes"}) file(requestOf(name));
  file(requestOf("foreign", "org_2"));
  ASSERT_TRUE(decide("req_no", AccessRequestState::kDeclined, 1'700'000'100));
  ASSERT_TRUE(decide("req_never", AccessRequestState::kDeclined, 1'700'000'200));
  ASSERT_TRUE(decide("req_yes", AccessRequestState::kApproved));
  EXPECT_EQ(listed(), (Ids{"req_early", "req_late", "req_never", "req_no"}));
  EXPECT_EQ(listed("org_1", 3), (Ids{"req_early", "req_late", "req_never"}));
  EXPECT_EQ(pending("org_1"), 2U);
  EXPECT_EQ(pending("org_2"), 1U);
  EXPECT_EQ(pending("org_3"), 0U);
}

TEST_F(AccessRequestStoreConformance, GoesWhenItHasServed) {
  const auto ada = requestOf("ada");
  file(ada);
  runUnit(storage(), [&](UnitOfWork& work) {
    EXPECT_TRUE(requests().removeRequest(work, ada.key));
    EXPECT_FALSE(requests().removeRequest(work, ada.key));
  });
  EXPECT_FALSE(found(ada.key));
}

TEST_F(AccessRequestStoreConformance, KeepsNothingThatWasNotCommitted) {
  {
    const auto work = storage().begin();
    requests().fileRequest(*work, requestOf("ada"));
    EXPECT_EQ(requests().countPending(*work, "org_1"), 1U) << "the unit sees its own";
  }
  EXPECT_TRUE(listed().empty());
}

TEST_F(AccessRequestStoreConformance, RefusesBadText) {  // SEC-DB-10
  for (const auto& bad : badTexts()) {
    auto ada = requestOf("ada");
    ada.displayName = bad;
    EXPECT_EQ(codeOf([&] {
                const auto work = storage().begin();
                requests().fileRequest(*work, ada);
              }),
              ErrorCode::kInvalidRequest);
  }
}

}  // namespace
}  // namespace sso::conformance
