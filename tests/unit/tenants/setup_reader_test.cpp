// SPDX-License-Identifier: Apache-2.0
#include "unit/tenants/tenants_fixture.h"

namespace sso::test {
namespace {

class SetupReaderTest : public TenantsTest {
 protected:
  SetupReaderTest() { store("org_1", "tenant-7", {"old.example"}); }
  SsoSetup refresh() { return tenants.refresh(kAcme, kAda); }
};

TEST_F(SetupReaderTest, TakesOverTheVerifiedDomainsAndNoOthers) {
  domains = {domainJson("acme.example"), domainJson("pending.example", "PENDING"),
             domainJson("failed.example", "FAILED"), domainJson("auto.example", "AUTO_VERIFIED"),
             domainJson("new.example", "SOMETHING_NEW")};
  const auto setup = refresh();
  EXPECT_EQ(setup.organization.domains, (std::vector<std::string>{"acme.example", "auto.example"}));
  EXPECT_EQ(stored()->domains, setup.organization.domains);
  EXPECT_EQ(stored()->version, setup.organization.version);
  EXPECT_EQ(setup.domains.size(), 5u);
  EXPECT_TRUE(setup.refusedDomains.empty());
  ASSERT_EQ(events("org_1").size(), 1u);
  EXPECT_EQ(events("org_1")[0].name, "sso.organization.domains_changed");
  EXPECT_EQ(events("org_1")[0].details,
            (std::map<std::string, std::string>{{"added", "2"}, {"removed", "1"}, {"domains", "2"}}));
}

TEST_F(SetupReaderTest, WritesNothingWhereNothingChanged) {
  domains = {domainJson("OLD.example")};
  refresh();
  EXPECT_EQ(storage->commits(), 0);
  EXPECT_TRUE(events("org_1").empty());
}

TEST_F(SetupReaderTest, ADomainThatIsNoLongerVerifiedIsGivenUp) {
  domains = {domainJson("old.example", "FAILED")};
  EXPECT_TRUE(refresh().organization.domains.empty());
  EXPECT_EQ(storage->organizations().findByDomain("old.example"), std::nullopt);
}

// SEC-MG-06, and JIT.md below the table: whatever Scalekit answers, nobody gets a domain that cannot be theirs.
TEST_F(SetupReaderTest, RefusesDomainsOfOthersAndPublicOnes) {
  store("org_2", "tenant-8", {"beta.example"});
  auto allowedEmail = domainJson("guests.example");
  allowedEmail["domain_type"] = "ALLOWED_EMAIL_DOMAIN";
  domains = {domainJson("beta.example"),
             domainJson("gmail.com"),
             domainJson("not a domain"),
             allowedEmail,
             domainJson("theirs.example", "VERIFIED", "org_2"),
             domainJson("acme.example")};
  const auto setup = refresh();
  EXPECT_EQ(setup.organization.domains, std::vector<std::string>{"acme.example"});
  EXPECT_EQ(setup.refusedDomains, (std::vector<std::string>{"beta.example", "gmail.com", "not a domain"}));
  EXPECT_EQ(storage->organizations().findByDomain("beta.example")->id, "org_2");
  EXPECT_EQ(setup.domains.size(), 4u) << "of another organization, or of another kind";
}

TEST_F(SetupReaderTest, AListOfTheOperatorsStaysAsItIs) {
  storage->edit(
      [](MemoryTables& tables) { tables.organizations["org_1"].policy.domainAuthority = DomainAuthority::kOperator; });
  domains = {domainJson("acme.example")};
  EXPECT_EQ(refresh().organization.domains, std::vector<std::string>{"old.example"});
  EXPECT_EQ(storage->commits(), 0);
}

TEST_F(SetupReaderTest, KeepsWhatSomebodyElseChangedMeanwhile) {
  domains = {domainJson("acme.example"), domainJson("gmail.com")};
  storage->beforeCommit([&] {
    storage->edit([](MemoryTables& tables) {
      auto& row = tables.organizations["org_1"];
      row.policy.mode = SsoMode::kRequired;
      ++row.version;
    });
  });
  const auto setup = refresh();
  EXPECT_EQ(setup.organization.policy.mode, SsoMode::kRequired);
  EXPECT_EQ(setup.organization.domains, std::vector<std::string>{"acme.example"});
  EXPECT_EQ(setup.refusedDomains, std::vector<std::string>{"gmail.com"}) << "of two looks, told once";
}

TEST_F(SetupReaderTest, AListThatTheOperatorTakesOverMeanwhileStaysAsItIs) {
  domains = {domainJson("acme.example")};
  storage->beforeCommit([&] {
    storage->edit([](MemoryTables& tables) {
      auto& row = tables.organizations["org_1"];
      row.policy.domainAuthority = DomainAuthority::kOperator;
      ++row.version;
    });
  });
  EXPECT_EQ(refresh().organization.domains, std::vector<std::string>{"old.example"});
  EXPECT_EQ(stored()->domains, std::vector<std::string>{"old.example"});
}

TEST_F(SetupReaderTest, GivesUpWhereSomebodyElseIsFasterEachTime) {
  domains = {domainJson("acme.example")};
  storage->conflictNextCommits(3);
  EXPECT_EQ(thrownBy<Error>([&] { refresh(); }).code(), ErrorCode::kConflict);
  EXPECT_EQ(stored()->domains, std::vector<std::string>{"old.example"});
  storage->conflictNextCommits(2);
  EXPECT_EQ(refresh().organization.domains, std::vector<std::string>{"acme.example"});
}

TEST_F(SetupReaderTest, ADomainThatIsListedTwiceIsTakenOnce) {
  domains = {domainJson("acme.example"), domainJson("ACME.example")};
  const auto setup = refresh();
  EXPECT_EQ(setup.organization.domains, std::vector<std::string>{"acme.example"});
  EXPECT_TRUE(setup.refusedDomains.empty());
}

TEST_F(SetupReaderTest, NoMoreDomainsThanAnOrganizationMayHave) {
  for (int i = 0; i < 120; ++i) domains.push_back(domainJson("d" + std::to_string(i) + ".example"));
  const auto setup = refresh();
  EXPECT_EQ(setup.organization.domains.size(), 100u);
  EXPECT_EQ(setup.refusedDomains.size(), 20u);
}

TEST_F(SetupReaderTest, ReadsNoMoreDomainsThanAPersonScrollsThrough) {
  for (int i = 0; i < 1'150; ++i) domains.push_back(domainJson("d" + std::to_string(i) + ".example", "PENDING"));
  EXPECT_EQ(refresh().domains.size(), 1'000u);
  EXPECT_NE(calls().back().url.find("page_number=9"), std::string::npos) << "and asks for no further page";
}

TEST_F(SetupReaderTest, ShowsConnectionsOfThisOrganizationOnly) {
  connections = {connectionJson("conn_1"), connectionJson("conn_2", "org_2"),
                 connectionJson("conn_3", "org_1", "DRAFT")};
  const auto setup = refresh();
  ASSERT_EQ(setup.connections.size(), 2u);
  EXPECT_TRUE(setup.hasActiveConnection());
  connections = {connectionJson("conn_1", "org_1", "COMPLETED", false), connectionJson("conn_3", "org_1", "DRAFT")};
  EXPECT_FALSE(refresh().hasActiveConnection());
}

TEST_F(SetupReaderTest, ThisInstanceRoutesByWhatIsNewAtOnce) {
  EXPECT_EQ(caches.organizations->byDomain("acme.example"), nullptr);
  EXPECT_NE(caches.organizations->byDomain("old.example"), nullptr);
  EXPECT_NE(caches.organizations->byId("org_1"), nullptr);
  EXPECT_EQ(caches.connections->ofOrganization("org_1", ""), detail::ConnectionDirectory::Answer::kInactive);
  domains = {domainJson("acme.example")};
  connections = {connectionJson("conn_1")};
  refresh();
  ASSERT_NE(caches.organizations->byDomain("acme.example"), nullptr);
  EXPECT_EQ(caches.organizations->byId("org_1")->domains, std::vector<std::string>{"acme.example"});
  EXPECT_EQ(caches.organizations->byDomain("old.example"), nullptr);
  EXPECT_EQ(caches.connections->ofOrganization("org_1", ""), detail::ConnectionDirectory::Answer::kActive);
}

TEST_F(SetupReaderTest, AScalekitThatIsAwayChangesNothing) {
  away = true;
  EXPECT_THROW(refresh(), Error);
  EXPECT_EQ(stored()->domains, std::vector<std::string>{"old.example"});
}

}  // namespace
}  // namespace sso::test
