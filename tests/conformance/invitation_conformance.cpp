// SPDX-License-Identifier: Apache-2.0
#include <atomic>

#include "storage_conformance.h"

namespace sso::conformance {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using Added = InvitationStore::Added;

constexpr std::size_t kMostInvited = 5;
const TimePoint kInvitedAt = fromEpochSeconds(1'700'000'000);

std::string invitationDigest(char which) { return std::string(64, which); }

class InvitationStoreConformance : public StorageConformance {
 protected:
  void SetUp() override {
    save(organizationOf("org_1", "tenant-1", {"one.example"}));
    save(organizationOf("org_2", "tenant-2", {"two.example"}));
  }
  static Invitation invitationOf(std::string id, char digest, std::string email, int number = 1) {
    Invitation invitation;
    invitation.id = std::move(id);
    invitation.tokenHash = invitationDigest(digest);
    invitation.organizationId = "org_" + std::to_string(number);
    invitation.tenantId = "tenant-" + std::to_string(number);
    invitation.connectionId = "conn_1";
    invitation.email = std::move(email);
    invitation.role = "member";
    invitation.invitedBy = "account-1";
    invitation.sentAt = kInvitedAt;
    invitation.expiresAt = kInvitedAt + seconds(3600);
    return invitation;
  }
  static Added addTo(Storage& at, const Invitation& invitation, std::size_t most = kMostInvited) {
    auto added = Added::kTooMany;
    runUnit(at, [&](UnitOfWork& work) { added = at.invitations().addInvitation(work, invitation, most); });
    return added;
  }
  Added add(const Invitation& invitation, std::size_t most = kMostInvited) {
    return addTo(storage(), invitation, most);
  }
  static std::optional<Invitation> findAt(Storage& at, char digest) {
    return at.invitations().findInvitation(*at.begin(), invitationDigest(digest));
  }
  std::optional<Invitation> find(char digest) { return findAt(otherInstance(), digest); }
  std::optional<Invitation> findFor(const std::string& organization, const std::string& email) {
    return storage().invitations().findInvitationFor(*storage().begin(), organization, email);
  }
  std::optional<Invitation> renew(const std::string& tenant, const std::string& id, char digest, seconds later) {
    std::optional<Invitation> renewed;
    runUnit(storage(), [&](UnitOfWork& work) {
      renewed = storage().invitations().renewInvitation(work, tenant, id, invitationDigest(digest), kInvitedAt + later,
                                                        kInvitedAt + later + seconds(3600));
    });
    return renewed;
  }
  std::optional<Invitation> remove(const std::string& tenant, const std::string& id) {
    std::optional<Invitation> removed;
    runUnit(storage(), [&](UnitOfWork& work) { removed = storage().invitations().removeInvitation(work, tenant, id); });
    return removed;
  }
  std::vector<std::string> idsOf(const std::string& tenant, std::size_t limit = 100) {
    std::vector<std::string> ids;
    for (const auto& invitation : storage().invitations().invitationsOf(tenant, limit)) ids.push_back(invitation.id);
    return ids;
  }
};

TEST_F(InvitationStoreConformance, KeepsEveryField) {
  ASSERT_EQ(add(invitationOf("inv-1", 'a', "guest@elsewhere.example")), Added::kYes);
  const auto found = find('a');
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, "inv-1");
  EXPECT_EQ(found->tokenHash, invitationDigest('a'));
  EXPECT_EQ(found->organizationId, "org_1");
  EXPECT_EQ(found->tenantId, "tenant-1");
  EXPECT_EQ(found->connectionId, "conn_1");
  EXPECT_EQ(found->email, "guest@elsewhere.example");
  EXPECT_EQ(found->role, "member");
  EXPECT_EQ(found->invitedBy, "account-1");
  EXPECT_EQ(found->sentAt, kInvitedAt);
  EXPECT_EQ(found->expiresAt, kInvitedAt + seconds(3600));
  EXPECT_FALSE(find('b'));
  EXPECT_FALSE(find('A')) << "bytes, not letters";
}

TEST_F(InvitationStoreConformance, FindsAnAddressInItsOwnOrganizationAlone) {
  add(invitationOf("inv-1", 'a', "guest@elsewhere.example"));
  ASSERT_TRUE(findFor("org_1", "guest@elsewhere.example"));
  EXPECT_EQ(findFor("org_1", "guest@elsewhere.example")->id, "inv-1");
  EXPECT_FALSE(findFor("org_2", "guest@elsewhere.example"));
  EXPECT_FALSE(findFor("org_1", "guest@elsewhere.exampl"));
  EXPECT_FALSE(findFor("org_1", "GUEST@elsewhere.example"));
}

TEST_F(InvitationStoreConformance, InvitesAnAddressOnceWhileTheInvitationLives) {
  ASSERT_EQ(add(invitationOf("inv-1", 'a', "guest@elsewhere.example")), Added::kYes);
  auto again = invitationOf("inv-2", 'b', "guest@elsewhere.example");
  again.sentAt = kInvitedAt + seconds(3599);
  EXPECT_EQ(add(again), Added::kInvitedAlready);
  EXPECT_EQ(add(invitationOf("inv-3", 'c', "guest@elsewhere.example", 2)), Added::kYes)
      << "each organization by itself";
  again.sentAt = kInvitedAt + seconds(3600);
  again.expiresAt = again.sentAt + seconds(60);
  EXPECT_EQ(add(again), Added::kYes) << "in place of the one that has expired";
  EXPECT_FALSE(find('a'));
  EXPECT_EQ(idsOf("tenant-1"), std::vector<std::string>{"inv-2"});
}

TEST_F(InvitationStoreConformance, HoldsNoMoreThanAskedAndForgetsWhatExpiredLongAgo) {
  EXPECT_EQ(add(invitationOf("inv-1", 'a', "one@elsewhere.example"), 2), Added::kYes);
  EXPECT_EQ(add(invitationOf("inv-2", 'b', "two@elsewhere.example"), 2), Added::kYes);
  EXPECT_EQ(add(invitationOf("inv-3", 'c', "three@elsewhere.example"), 2), Added::kTooMany);
  EXPECT_EQ(add(invitationOf("inv-3", 'c', "one@elsewhere.example"), 2), Added::kInvitedAlready);
  EXPECT_EQ(idsOf("tenant-1").size(), 2U);
  auto later = invitationOf("inv-4", 'd', "four@elsewhere.example");
  later.sentAt = kInvitedAt + seconds(3600) + InvitationStore::kForgotten - seconds(1);
  later.expiresAt = later.sentAt + seconds(60);
  EXPECT_EQ(add(later, 2), Added::kTooMany) << "what has expired still says so";
  later.sentAt += seconds(1);
  EXPECT_EQ(add(later, 2), Added::kYes);
  EXPECT_EQ(idsOf("tenant-1"), std::vector<std::string>{"inv-4"});
}

TEST_F(InvitationStoreConformance, RenewsWithAnotherTokenAndTime) {
  add(invitationOf("inv-1", 'a', "guest@elsewhere.example"));
  const auto renewed = renew("tenant-1", "inv-1", 'b', seconds(7200));
  ASSERT_TRUE(renewed);
  EXPECT_EQ(renewed->email, "guest@elsewhere.example");
  EXPECT_EQ(renewed->tokenHash, invitationDigest('b'));
  EXPECT_EQ(renewed->sentAt, kInvitedAt + seconds(7200));
  EXPECT_EQ(renewed->expiresAt, kInvitedAt + seconds(10800));
  EXPECT_FALSE(find('a')) << "the mail that was sent before is worth nothing";
  EXPECT_EQ(find('b')->role, "member");
  EXPECT_FALSE(renew("tenant-2", "inv-1", 'c', seconds(0))) << "another tenant's";
  EXPECT_FALSE(renew("tenant-1", "inv-2", 'c', seconds(0)));
  EXPECT_TRUE(find('b'));
}

TEST_F(InvitationStoreConformance, ListsATenantsOwnTheNewestFirst) {
  for (const auto& [id, digest, age] :
       {std::tuple("old", 'a', 20), std::tuple("new", 'b', 0), std::tuple("mid", 'c', 10)}) {
    auto invitation = invitationOf(id, digest, std::string(id) + "@elsewhere.example");
    invitation.sentAt -= seconds(age);
    add(invitation);
  }
  add(invitationOf("theirs", 'd', "guest@elsewhere.example", 2));
  EXPECT_EQ(idsOf("tenant-1"), (std::vector<std::string>{"new", "mid", "old"}));
  EXPECT_EQ(idsOf("tenant-1", 2), (std::vector<std::string>{"new", "mid"}));
  EXPECT_EQ(idsOf("tenant-2"), std::vector<std::string>{"theirs"});
}

// Promise 2 of the design: nobody takes another tenant's invitation back
TEST_F(InvitationStoreConformance, RemovesATenantsOwnOnce) {
  add(invitationOf("inv-1", 'a', "guest@elsewhere.example"));
  EXPECT_FALSE(remove("tenant-2", "inv-1"));
  EXPECT_FALSE(remove("tenant-1", "inv-2"));
  EXPECT_TRUE(find('a'));
  const auto removed = remove("tenant-1", "inv-1");
  ASSERT_TRUE(removed);
  EXPECT_EQ(removed->email, "guest@elsewhere.example");
  EXPECT_FALSE(find('a'));
  EXPECT_FALSE(remove("tenant-1", "inv-1"));
}

TEST_F(InvitationStoreConformance, IsAcceptedByOneOfTwoWhoComeAtOnce) {
  for (int round = 0; round < 30; ++round) {
    add(invitationOf("inv-1", 'a', "guest@elsewhere.example"));
    std::atomic<int> accepted{0};
    const auto accept = [&](Storage& at) {
      bool got = false;
      runUnit(at, [&](UnitOfWork& work) {
        got = at.invitations().removeInvitation(work, "tenant-1", "inv-1").has_value();
      });
      accepted += got ? 1 : 0;
    };
    race([&] { accept(storage()); }, [&] { accept(otherInstance()); });
    ASSERT_EQ(accepted, 1) << "round " << round;
  }
}

TEST_F(InvitationStoreConformance, LetsNobodyElseAddBetweenTheCountAndTheCommit) {
  for (int round = 0; round < 30; ++round) {
    race([&] { addTo(storage(), invitationOf("one", 'a', "one@elsewhere.example"), 1); },
         [&] { addTo(otherInstance(), invitationOf("other", 'b', "other@elsewhere.example"), 1); });
    const auto ids = idsOf("tenant-1");
    ASSERT_EQ(ids.size(), 1U) << "round " << round;
    remove("tenant-1", ids.front());
  }
}

TEST_F(InvitationStoreConformance, SharesTheFateOfItsUnit) {
  add(invitationOf("inv-1", 'a', "guest@elsewhere.example"));
  {
    const auto work = storage().begin();
    EXPECT_TRUE(storage().invitations().removeInvitation(*work, "tenant-1", "inv-1"));
    EXPECT_FALSE(storage().invitations().findInvitation(*work, invitationDigest('a')));
  }
  EXPECT_TRUE(find('a'));
}

TEST_F(InvitationStoreConformance, TakesNoneForAnotherTenantsOrganization) {
  auto invitation = invitationOf("inv-1", 'a', "guest@elsewhere.example");
  invitation.tenantId = "tenant-2";
  EXPECT_EQ(codeOf([&] { add(invitation); }), ErrorCode::kConflict);
  invitation.organizationId = "org_9";
  EXPECT_EQ(codeOf([&] { add(invitation); }), ErrorCode::kConflict);
}

TEST_F(InvitationStoreConformance, TakesAnIdAndADigestOnce) {
  add(invitationOf("inv-1", 'a', "one@elsewhere.example"));
  EXPECT_EQ(codeOf([&] { add(invitationOf("inv-1", 'b', "two@elsewhere.example")); }), ErrorCode::kConflict);
  EXPECT_EQ(codeOf([&] { add(invitationOf("inv-2", 'a', "two@elsewhere.example", 2)); }), ErrorCode::kConflict);
}

TEST_F(InvitationStoreConformance, RefusesWhatTheSchemaWouldRefuse) {
  const auto refused = [&](const std::function<void(Invitation&)>& change) {
    auto invitation = invitationOf("inv-1", 'a', "guest@elsewhere.example");
    change(invitation);
    return codeOf([&] { add(invitation); }) == ErrorCode::kInvalidRequest;
  };
  EXPECT_TRUE(refused([](Invitation& one) { one.id.clear(); }));
  EXPECT_TRUE(refused([](Invitation& one) { one.id = std::string(65, 'x'); }));
  EXPECT_TRUE(refused([](Invitation& one) { one.tokenHash = "token"; }));
  EXPECT_TRUE(refused([](Invitation& one) { one.connectionId.clear(); }));
  EXPECT_TRUE(refused([](Invitation& one) { one.email.clear(); }));
  EXPECT_TRUE(refused([](Invitation& one) { one.email = std::string(255, 'x'); }));
  EXPECT_TRUE(refused([](Invitation& one) { one.role.clear(); }));
  EXPECT_TRUE(refused([](Invitation& one) { one.invitedBy.clear(); }));
  EXPECT_TRUE(refused([](Invitation& one) { one.expiresAt = one.sentAt; }));
  EXPECT_TRUE(idsOf("tenant-1").empty());
}

// SEC-DB-10
TEST_F(InvitationStoreConformance, RefusesTextThatADatabaseWouldCutOrRefuse) {
  add(invitationOf("inv-1", 'a', "guest@elsewhere.example"));
  for (const auto& bad : badTexts()) {
    auto invitation = invitationOf("inv-2", 'b', bad);
    EXPECT_EQ(codeOf([&] { add(invitation); }), ErrorCode::kInvalidRequest) << testing::PrintToString(bad);
    EXPECT_EQ(codeOf([&] { storage().invitations().findInvitation(*storage().begin(), bad); }),
              ErrorCode::kInvalidRequest);
    EXPECT_EQ(codeOf([&] { findFor("org_1", bad); }), ErrorCode::kInvalidRequest);
    EXPECT_EQ(codeOf([&] { idsOf(bad); }), ErrorCode::kInvalidRequest);
    EXPECT_EQ(codeOf([&] { remove("tenant-1", bad); }), ErrorCode::kInvalidRequest);
  }
}

}  // namespace
}  // namespace sso::conformance
