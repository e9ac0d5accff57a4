// SPDX-License-Identifier: Apache-2.0
#include "sso/identity_links.h"

#include <gmock/gmock.h>

#include <set>

#include "unit/tenants/tenants_fixture.h"

namespace sso::test {
namespace {

class IdentityLinksTest : public TenantsTest {
 protected:
  IdentityLinksTest() {
    store("org_1", "tenant-7");
    store("org_2", "tenant-8");
    tie("org_1", "conn_1", "ada", "acc_1");
    tie("org_2", "conn_2", "ada", "acc_1");
  }
  void tie(const std::string& organization, const std::string& connection, const std::string& subject,
           const std::string& account) {
    Identity identity;
    identity.key = {kEnvironment, connection, subject};
    identity.organizationId = organization;
    identity.accountId = account;
    identity.email = subject + "@" + organization + ".example";
    identity.linkedAt = clock->now() - std::chrono::hours(5);
    identity.lastLoginAt = clock->now() - std::chrono::hours(1);
    storage->edit([&](MemoryTables& tables) { tables.identities[identity.key] = identity; });
  }
  std::string idOf(const std::string& tenant, const std::string& account) { return links.of(tenant, account).at(0).id; }
  std::optional<IdentityKey> unlink(const std::string& tenant, const std::string& account, const std::string& id) {
    const auto work = storage->begin();
    auto untied = links.unlink(*work, tenant, account, id, kAda);
    work->commit();
    return untied;
  }
  std::size_t left() { return storage->tables().identities.size(); }

  IdentityLinks links{storage, clock};
};

TEST_F(IdentityLinksTest, ShowsAnAccountsOfTheTenantsOrganizationAlone) {
  const auto found = links.of("tenant-7", "acc_1");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].accountId, "acc_1");
  EXPECT_EQ(found[0].connectionId, "conn_1");
  EXPECT_EQ(found[0].email, "ada@org_1.example");
  EXPECT_EQ(found[0].linkedAt, clock->now() - std::chrono::hours(5));
  EXPECT_EQ(found[0].lastLoginAt, clock->now() - std::chrono::hours(1));
  EXPECT_EQ(links.of("tenant-8", "acc_1").at(0).connectionId, "conn_2");
  EXPECT_TRUE(links.of("tenant-7", "acc_2").empty());
  EXPECT_TRUE(links.of("tenant-9", "acc_1").empty());
  EXPECT_TRUE(links.of("", "acc_1").empty());
}

TEST_F(IdentityLinksTest, ShowsAPageOfPeopleAtOnce) {
  tie("org_1", "conn_1", "bob", "acc_2");
  tie("org_1", "conn_3", "bob", "acc_2");
  std::vector<std::string> whose;
  for (const auto& link : links.ofAll("tenant-7", {"acc_2", "acc_1", "acc_3"})) whose.push_back(link.accountId);
  EXPECT_EQ(whose, (std::vector<std::string>{"acc_1", "acc_2", "acc_2"}));
  EXPECT_TRUE(links.ofAll("tenant-7", {}).empty());
}

TEST_F(IdentityLinksTest, AnIdIsADigestThatTellsTwoApart) {
  tie("org_1", "conn_1", "1", "acc_3");
  tie("org_1", "conn_11", "", "acc_4");
  tie("org_1", "conn_", "11", "acc_5");
  std::set<std::string> ids;
  for (const auto& link : links.ofAll("tenant-7", {"acc_1", "acc_3", "acc_4", "acc_5"})) {
    EXPECT_THAT(link.id, testing::MatchesRegex("[0-9a-f]+"));
    EXPECT_EQ(link.id.size(), 64U);
    ids.insert(link.id);
  }
  EXPECT_EQ(ids.size(), 4U);
  EXPECT_EQ(idOf("tenant-7", "acc_1"), idOf("tenant-7", "acc_1"));
}

TEST_F(IdentityLinksTest, UntiesOneOnceAndSaysWhichSessionsAreToEnd) {
  tie("org_1", "conn_3", "ada", "acc_1");
  const auto id = idOf("tenant-7", "acc_1");
  EXPECT_EQ(unlink("tenant-7", "acc_1", id), (IdentityKey{kEnvironment, "conn_1", "ada"}));
  EXPECT_EQ(left(), 2U);
  EXPECT_EQ(links.of("tenant-7", "acc_1").at(0).connectionId, "conn_3") << "the other one stays";
  EXPECT_FALSE(unlink("tenant-7", "acc_1", id));
  EXPECT_EQ(events("org_1").size(), 1U);
}

TEST_F(IdentityLinksTest, AuditsWhoUntiedWhat) {
  const auto id = idOf("tenant-7", "acc_1");
  unlink("tenant-7", "acc_1", id);
  const auto trail = events("org_1");
  ASSERT_EQ(trail.size(), 1U);
  EXPECT_EQ(trail[0].name, "sso.identity.unlinked");
  EXPECT_EQ(trail[0].accountId, "acc_ada");
  EXPECT_EQ(trail[0].remoteAddress, "192.0.2.1");
  EXPECT_EQ(trail[0].reference, "ref-1");
  EXPECT_EQ(trail[0].connectionId, "conn_1");
  EXPECT_EQ(trail[0].at, clock->now());
  EXPECT_EQ(trail[0].details, (std::map<std::string, std::string>{{"account", "acc_1"}, {"identity", id}}));
}

TEST_F(IdentityLinksTest, NeverReachesAnotherTenantsOrAnotherAccounts) {
  tie("org_1", "conn_1", "bob", "acc_2");
  const auto adas = idOf("tenant-7", "acc_1"), elsewhere = idOf("tenant-8", "acc_1");
  EXPECT_FALSE(unlink("tenant-8", "acc_1", adas));
  EXPECT_FALSE(unlink("tenant-7", "acc_1", elsewhere));
  EXPECT_FALSE(unlink("tenant-7", "acc_2", adas));
  EXPECT_FALSE(unlink("tenant-9", "acc_1", adas));
  for (const std::string& id :
       {std::string(), std::string("ada"), adas.substr(1), adas + "0", std::string(5000, 'x')}) {
    EXPECT_FALSE(unlink("tenant-7", "acc_1", id)) << id.size();
  }
  EXPECT_EQ(left(), 3U);
  EXPECT_TRUE(events("org_1").empty());
  EXPECT_TRUE(events("org_2").empty());
}

TEST_F(IdentityLinksTest, HappensWithTheHostsUnitOrNotAtAll) {
  {
    const auto work = storage->begin();
    EXPECT_TRUE(links.unlink(*work, "tenant-7", "acc_1", idOf("tenant-7", "acc_1"), kAda));
  }
  EXPECT_EQ(left(), 2U);
  EXPECT_TRUE(events("org_1").empty());
}

TEST_F(IdentityLinksTest, RefusesMoreAccountsThanOneQueryTakes) {
  const std::vector<std::string> many(IdentityStore::kMostAccounts + 1, "acc_1");
  try {
    links.ofAll("tenant-7", many);
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidRequest);
  }
}

}  // namespace
}  // namespace sso::test
