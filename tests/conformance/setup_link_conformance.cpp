// SPDX-License-Identifier: Apache-2.0
#include "storage_conformance.h"

namespace sso::conformance {
namespace {

using std::chrono::seconds;

constexpr std::size_t kMostLinks = 5;
const TimePoint kMadeAt = fromEpochSeconds(1'700'000'000);

std::string linkDigest(char which) { return std::string(64, which); }

class SetupLinkStoreConformance : public StorageConformance {
 protected:
  void SetUp() override {
    save(organizationOf("org_1", "tenant-1", {"one.example"}));
    save(organizationOf("org_2", "tenant-2", {"two.example"}));
  }
  SetupLinkStore& links() { return storage().setupLinks(); }
  static SetupLink linkOf(std::string id, char digest, int number = 1, seconds lifetime = seconds(3600)) {
    SetupLink link;
    link.id = std::move(id);
    link.tokenHash = linkDigest(digest);
    link.organizationId = "org_" + std::to_string(number);
    link.tenantId = "tenant-" + std::to_string(number);
    link.createdBy = "account-1";
    link.createdAt = kMadeAt;
    link.expiresAt = kMadeAt + lifetime;
    return link;
  }
  bool add(const SetupLink& link, std::size_t most = kMostLinks) { return addTo(storage(), link, most); }
  static bool addTo(Storage& at, const SetupLink& link, std::size_t most = kMostLinks) {
    bool added = false;
    runUnit(at, [&](UnitOfWork& work) { added = at.setupLinks().addSetupLink(work, link, most); });
    return added;
  }
  std::optional<SetupLink> open(char digest, TimePoint now = kMadeAt) {
    std::optional<SetupLink> opened;
    runUnit(storage(), [&](UnitOfWork& work) { opened = links().openSetupLink(work, linkDigest(digest), now); });
    return opened;
  }
  std::optional<SetupLink> remove(const std::string& tenant, const std::string& id) {
    std::optional<SetupLink> removed;
    runUnit(storage(), [&](UnitOfWork& work) { removed = links().removeSetupLink(work, tenant, id); });
    return removed;
  }
  std::vector<std::string> idsOf(const std::string& tenant, TimePoint now = kMadeAt) {
    std::vector<std::string> ids;
    for (const auto& link : links().setupLinksOf(tenant, now)) ids.push_back(link.id);
    return ids;
  }
};

TEST_F(SetupLinkStoreConformance, KeepsEveryField) {
  SetupLink link = linkOf("link-1", 'a');
  link.timesOpened = 7;  // of no account: nobody has opened a new one
  link.lastOpenedAt = kMadeAt;
  ASSERT_TRUE(add(link));
  const auto found = otherInstance().setupLinks().findSetupLink(linkDigest('a'), kMadeAt);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, "link-1");
  EXPECT_EQ(found->tokenHash, linkDigest('a'));
  EXPECT_EQ(found->organizationId, "org_1");
  EXPECT_EQ(found->tenantId, "tenant-1");
  EXPECT_EQ(found->createdBy, "account-1");
  EXPECT_EQ(found->createdAt, kMadeAt);
  EXPECT_EQ(found->expiresAt, kMadeAt + seconds(3600));
  EXPECT_EQ(found->timesOpened, 0);
  EXPECT_EQ(found->lastOpenedAt, std::nullopt);
  EXPECT_FALSE(links().findSetupLink(linkDigest('b'), kMadeAt));
  EXPECT_FALSE(links().findSetupLink(linkDigest('A'), kMadeAt)) << "bytes, not letters";
}

TEST_F(SetupLinkStoreConformance, CountsOpeningsUntilItExpires) {
  add(linkOf("link-1", 'a'));
  EXPECT_EQ(open('a')->timesOpened, 1);
  const auto last = kMadeAt + seconds(3599);
  const auto second = open('a', last);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->id, "link-1");
  EXPECT_EQ(second->timesOpened, 2);
  EXPECT_EQ(second->lastOpenedAt, last);
  EXPECT_EQ(otherInstance().setupLinks().findSetupLink(linkDigest('a'), last)->timesOpened, 2);
  const auto over = kMadeAt + seconds(3600);
  EXPECT_FALSE(open('a', over));
  EXPECT_FALSE(open('b'));
  EXPECT_FALSE(links().findSetupLink(linkDigest('a'), over));
  EXPECT_TRUE(idsOf("tenant-1", over).empty());
  EXPECT_EQ(links().findSetupLink(linkDigest('a'), last)->timesOpened, 2);
}

TEST_F(SetupLinkStoreConformance, AnOpeningSharesTheFateOfItsUnit) {
  add(linkOf("link-1", 'a'));
  {
    const auto work = storage().begin();
    EXPECT_EQ(links().openSetupLink(*work, linkDigest('a'), kMadeAt)->timesOpened, 1);
  }
  EXPECT_EQ(links().findSetupLink(linkDigest('a'), kMadeAt)->timesOpened, 0);
}

TEST_F(SetupLinkStoreConformance, ListsATenantsOwnTheNewestFirst) {
  for (const auto& [id, digest, age] :
       {std::tuple("old", 'a', 20), std::tuple("new", 'b', 0), std::tuple("mid", 'c', 10)}) {
    SetupLink link = linkOf(id, digest);
    link.createdAt -= seconds(age);
    add(link);
  }
  add(linkOf("theirs", 'd', 2));
  EXPECT_EQ(idsOf("tenant-1"), (std::vector<std::string>{"new", "mid", "old"}));
  EXPECT_EQ(idsOf("tenant-2"), std::vector<std::string>{"theirs"});
  EXPECT_TRUE(idsOf("TENANT-1").empty());
}

// Promise 2 of the design: nobody takes another tenant's link back
TEST_F(SetupLinkStoreConformance, RemovesATenantsOwnAtOnce) {
  add(linkOf("link-1", 'a'));
  EXPECT_FALSE(remove("tenant-2", "link-1"));
  EXPECT_FALSE(remove("tenant-1", "link-2"));
  EXPECT_TRUE(links().findSetupLink(linkDigest('a'), kMadeAt));
  const auto removed = remove("tenant-1", "link-1");
  ASSERT_TRUE(removed);
  EXPECT_EQ(removed->organizationId, "org_1");
  EXPECT_FALSE(otherInstance().setupLinks().findSetupLink(linkDigest('a'), kMadeAt));
  EXPECT_FALSE(open('a'));
  EXPECT_FALSE(remove("tenant-1", "link-1"));
}

TEST_F(SetupLinkStoreConformance, NeverOpensForASuspendedOrganization) {
  add(linkOf("link-1", 'a'));
  auto organization = organizationOf("org_1", "tenant-1", {"one.example"});
  organization.status = OrganizationStatus::kSuspended;
  save(organization);
  EXPECT_FALSE(links().findSetupLink(linkDigest('a'), kMadeAt));
  EXPECT_FALSE(open('a'));
  EXPECT_EQ(idsOf("tenant-1"), std::vector<std::string>{"link-1"}) << "it can be revoked";
  organization.status = OrganizationStatus::kActive;
  save(organization);
  EXPECT_EQ(open('a')->timesOpened, 1);
}

TEST_F(SetupLinkStoreConformance, NeverOpensOnceTheTenantIsAnotherOne) {
  add(linkOf("link-1", 'a'));
  save(organizationOf("org_1", "tenant-9", {"one.example"}));
  EXPECT_FALSE(links().findSetupLink(linkDigest('a'), kMadeAt));
  EXPECT_FALSE(open('a'));
  EXPECT_TRUE(idsOf("tenant-9").empty());
}

TEST_F(SetupLinkStoreConformance, TakesNoneForAnotherTenantsOrganization) {
  SetupLink link = linkOf("link-1", 'a');
  link.tenantId = "tenant-2";
  EXPECT_EQ(codeOf([&] { add(link); }), ErrorCode::kConflict);
  link.organizationId = "org_9";
  EXPECT_EQ(codeOf([&] { add(link); }), ErrorCode::kConflict);
}

TEST_F(SetupLinkStoreConformance, TakesAnIdAndADigestOnce) {
  add(linkOf("link-1", 'a'));
  EXPECT_EQ(codeOf([&] { add(linkOf("link-1", 'b')); }), ErrorCode::kConflict);
  EXPECT_EQ(codeOf([&] { add(linkOf("link-2", 'a', 2)); }), ErrorCode::kConflict);
}

TEST_F(SetupLinkStoreConformance, HoldsNoMoreThanAskedAndForgetsTheExpired) {
  EXPECT_TRUE(add(linkOf("short", 'a', 1, seconds(60)), 2));
  EXPECT_TRUE(add(linkOf("long", 'b'), 2));
  EXPECT_FALSE(add(linkOf("third", 'c'), 2));
  EXPECT_TRUE(add(linkOf("theirs", 'd', 2, seconds(60)), 2)) << "each organization by itself";
  EXPECT_EQ(idsOf("tenant-1").size(), 2U);
  SetupLink later = linkOf("later", 'e');
  later.createdAt += seconds(60);
  EXPECT_TRUE(add(later, 2)) << "one has expired";
  EXPECT_FALSE(links().findSetupLink(linkDigest('a'), kMadeAt)) << "and is forgotten, whatever the clock says";
  EXPECT_TRUE(links().findSetupLink(linkDigest('d'), kMadeAt)) << "another organization's is not touched";
}

TEST_F(SetupLinkStoreConformance, LetsNobodyElseAddBetweenTheCountAndTheCommit) {
  for (int round = 0; round < 30; ++round) {
    race([&] { addTo(storage(), linkOf("one", 'a'), 1); }, [&] { addTo(otherInstance(), linkOf("other", 'b'), 1); });
    const auto ids = idsOf("tenant-1");
    ASSERT_EQ(ids.size(), 1U) << "round " << round;
    remove("tenant-1", ids.front());
  }
}

TEST_F(SetupLinkStoreConformance, RefusesWhatTheSchemaWouldRefuse) {
  const auto refused = [&](const std::function<void(SetupLink&)>& change) {
    SetupLink link = linkOf("link-1", 'a');
    change(link);
    return codeOf([&] { add(link); }) == ErrorCode::kInvalidRequest;
  };
  EXPECT_TRUE(refused([](SetupLink& link) { link.id.clear(); }));
  EXPECT_TRUE(refused([](SetupLink& link) { link.id = std::string(65, 'x'); }));
  EXPECT_TRUE(refused([](SetupLink& link) { link.tokenHash = "token"; }));
  EXPECT_TRUE(refused([](SetupLink& link) { link.createdBy.clear(); }));
  EXPECT_TRUE(refused([](SetupLink& link) { link.expiresAt = link.createdAt; }));
  EXPECT_TRUE(idsOf("tenant-1").empty());
}

// SEC-DB-10
TEST_F(SetupLinkStoreConformance, RefusesTextThatADatabaseWouldCutOrRefuse) {
  add(linkOf("link-1", 'a'));
  for (const auto& bad : badTexts()) {
    SetupLink link = linkOf("link-2", 'b');
    link.createdBy = bad;
    EXPECT_EQ(codeOf([&] { add(link); }), ErrorCode::kInvalidRequest) << testing::PrintToString(bad);
    EXPECT_EQ(codeOf([&] { links().findSetupLink(bad, kMadeAt); }), ErrorCode::kInvalidRequest);
    EXPECT_EQ(codeOf([&] { links().setupLinksOf(bad, kMadeAt); }), ErrorCode::kInvalidRequest);
    EXPECT_EQ(codeOf([&] { remove("tenant-1", bad); }), ErrorCode::kInvalidRequest);
  }
}

}  // namespace
}  // namespace sso::conformance
