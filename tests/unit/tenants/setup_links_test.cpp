// SPDX-License-Identifier: Apache-2.0
#include "sso/setup_links.h"

#include <gmock/gmock.h>

#include <set>

#include "base/base64url.h"
#include "sso/digest.h"
#include "support/fake_random.h"
#include "unit/tenants/tenants_fixture.h"

namespace sso::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class SetupLinksTest : public TenantsTest {
 protected:
  SetupLinksTest() { store("org_1", "tenant-7"); }
  NewSetupLink make(seconds lifetime = hours(24)) { return links.create(kAcme, lifetime, kAda).value(); }
  std::optional<SharedSetup> open(const NewSetupLink& link) { return links.open(link.token.reveal(), kVisitor); }
  void change(const std::function<void(Organization&)>& how, const std::string& id = "org_1") {
    storage->edit([&](MemoryTables& tables) { how(tables.organizations.at(id)); });
  }
  SetupLink stored(const NewSetupLink& link) { return storage->tables().setupLinks.at(link.id); }
  std::vector<AuditEvent> trail(const std::string& name) {
    auto found = events("org_1");
    std::erase_if(found, [&](const auto& event) { return event.name != name; });
    return found;
  }

  const Actor kVisitor{.remoteAddress = "198.51.100.7", .reference = "ref-2"};
  std::shared_ptr<FakeRandom> random = std::make_shared<FakeRandom>();
  SetupLinks links{tie, storage, clock, random};
};

TEST_F(SetupLinksTest, ATokenIs256RandomBitsAndTheIdNoPartOfIt) {
  std::set<std::string> seen;
  for (int i = 0; i < 5; ++i) {
    const auto link = make();
    const std::string& token = link.token.reveal();
    EXPECT_EQ(token.size(), 43u);
    EXPECT_EQ(detail::decodeBase64Url(token).value().size(), 32u);
    EXPECT_EQ(token.find(link.id), std::string::npos);
    EXPECT_FALSE(links.find(link.id)) << "the id opens nothing";
    seen.insert(token);
  }
  EXPECT_EQ(seen.size(), 5u);
}

TEST_F(SetupLinksTest, OnlyTheDigestOfATokenIsKeptAndItIsSaidNowhere) {
  const auto link = make();
  open(link);
  links.revoke("tenant-7", link.id, kAda);
  const auto again = make();
  EXPECT_EQ(stored(again).tokenHash, sha256Hex(again.token.reveal()));
  for (const auto& event : events("org_1")) {
    for (const auto* token : {&link.token, &again.token}) {
      for (const auto& secret : {token->reveal(), sha256Hex(token->reveal())}) {
        for (const auto& [name, value] : event.details) EXPECT_EQ(value.find(secret), std::string::npos) << name;
        EXPECT_EQ(event.reference.find(secret), std::string::npos);
      }
    }
  }
  EXPECT_THAT(log->text(), testing::Not(testing::HasSubstr(link.token.reveal())));
}

TEST_F(SetupLinksTest, ALinkLeadsToTheTenantsOrganizationUntilItExpires) {
  const auto link = make(hours(1));
  EXPECT_EQ(link.expiresAt, clock->now() + hours(1));
  auto setup = open(link);
  ASSERT_TRUE(setup);
  EXPECT_EQ(setup->organization.id, "org_1");
  EXPECT_EQ(setup->organization.tenantId, "tenant-7");
  EXPECT_EQ(setup->linkId, link.id);
  EXPECT_EQ(toEpochSeconds(setup->expiresAt), toEpochSeconds(link.expiresAt));
  clock->advance(hours(1) - seconds(1));
  EXPECT_TRUE(links.find(link.token.reveal()));
  EXPECT_TRUE(open(link));
  clock->advance(seconds(1));
  EXPECT_FALSE(links.find(link.token.reveal()));
  EXPECT_FALSE(open(link));
  EXPECT_TRUE(links.list("tenant-7").empty());
}

TEST_F(SetupLinksTest, OpeningIsCountedAndLookingIsNot) {
  const auto link = make();
  links.find(link.token.reveal());
  EXPECT_EQ(links.list("tenant-7")[0].timesOpened, 0);
  EXPECT_TRUE(trail("sso.setup_link.opened").empty());
  open(link);
  clock->advance(minutes(5));
  open(link);
  const auto listed = links.list("tenant-7");
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(listed[0].timesOpened, 2);
  EXPECT_EQ(toEpochSeconds(listed[0].lastOpenedAt.value()), toEpochSeconds(clock->now()));
  EXPECT_EQ(listed[0].createdBy, "acc_ada");
}

TEST_F(SetupLinksTest, EveryStepIsInTheTrail) {
  const auto link = make(minutes(90));
  open(link);
  links.revoke("tenant-7", link.id, kAda);
  const auto created = trail("sso.setup_link.created").at(0), opened = trail("sso.setup_link.opened").at(0),
             revoked = trail("sso.setup_link.revoked").at(0);
  EXPECT_EQ(created.accountId, "acc_ada");
  EXPECT_EQ(created.remoteAddress, "192.0.2.1");
  EXPECT_EQ(created.reference, "ref-1");
  EXPECT_EQ(created.details, (std::map<std::string, std::string>{{"setup_link", link.id}, {"lifetime", "90 min"}}));
  EXPECT_EQ(opened.accountId, "");
  EXPECT_EQ(opened.remoteAddress, "198.51.100.7");
  EXPECT_EQ(opened.details, (std::map<std::string, std::string>{{"setup_link", link.id}, {"times", "1"}}));
  EXPECT_EQ(revoked.accountId, "acc_ada");
  EXPECT_EQ(revoked.details, (std::map<std::string, std::string>{{"setup_link", link.id}}));
  EXPECT_EQ(make(hours(24)).id.size(), 16u);
  EXPECT_EQ(trail("sso.setup_link.created").at(0).details.at("lifetime"), "24 h");
}

TEST_F(SetupLinksTest, WhatCannotBeAuditedDoesNotHappen) {
  storage->setAuditDown(true);
  EXPECT_THROW(make(), Error);
  EXPECT_TRUE(links.list("tenant-7").empty());
  storage->setAuditDown(false);
  const auto link = make();
  storage->setAuditDown(true);
  EXPECT_THROW(open(link), Error);
  EXPECT_EQ(links.list("tenant-7")[0].timesOpened, 0);
  EXPECT_THROW(links.revoke("tenant-7", link.id, kAda), Error);
  EXPECT_EQ(links.list("tenant-7").size(), 1u);
}

TEST_F(SetupLinksTest, ARevokedLinkOpensNothing) {
  const auto link = make(), kept = make();
  EXPECT_TRUE(links.revoke("tenant-7", link.id, kAda));
  EXPECT_FALSE(links.find(link.token.reveal()));
  EXPECT_FALSE(open(link));
  EXPECT_TRUE(open(kept));
  EXPECT_FALSE(links.revoke("tenant-7", link.id, kAda)) << "once";
  EXPECT_EQ(trail("sso.setup_link.revoked").size(), 1u);
}

TEST_F(SetupLinksTest, ALinkRevokedAtTheLastMomentIsNotOpenedAnyMore) {
  const auto link = make();
  storage->beforeCommit([&] { storage->edit([](MemoryTables& tables) { tables.setupLinks.clear(); }); });
  EXPECT_FALSE(open(link));
  EXPECT_TRUE(trail("sso.setup_link.opened").empty());
}

TEST_F(SetupLinksTest, NobodyRevokesAnotherTenantsLink) {
  store("org_2", "tenant-8");
  const auto link = make();
  EXPECT_FALSE(links.revoke("tenant-8", link.id, kAda));
  EXPECT_TRUE(open(link));
  EXPECT_TRUE(links.list("tenant-8").empty());
}

TEST_F(SetupLinksTest, NothingButAWholeTokenIsLookedUp) {
  const std::string token = make().token.reveal();
  storage->setDown(true);  // whatever is looked up throws
  for (const std::string& other : {std::string(), token.substr(1), token + "A", token.substr(0, 42) + "=",
                                   token.substr(0, 42) + " ", std::string(43, '\0'), std::string(1 << 20, 'A')}) {
    EXPECT_FALSE(links.find(other));
    EXPECT_FALSE(links.open(other, kVisitor));
  }
  EXPECT_THROW(links.find(token), Error) << "the control";
  storage->setDown(false);
  EXPECT_FALSE(links.find(std::string(43, 'A'))) << "of the right form, and nobody's";
}

TEST_F(SetupLinksTest, ASuspendedOrganizationGetsNoneAndItsLinksRest) {
  const auto link = make();
  change([](Organization& organization) { organization.status = OrganizationStatus::kSuspended; });
  EXPECT_FALSE(links.find(link.token.reveal()));
  EXPECT_FALSE(open(link));
  try {
    make();
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kForbidden);
  }
  EXPECT_TRUE(links.revoke("tenant-7", link.id, kAda));
}

TEST_F(SetupLinksTest, ALinkDiesWhenItsTenantIsUntied) {
  const auto link = make(), other = make();
  change([](Organization& organization) { organization.tenantId = "tenant-9"; });
  EXPECT_FALSE(links.find(link.token.reveal()));
  EXPECT_FALSE(open(link));
  storage->edit([](MemoryTables& tables) { tables.organizations.clear(); });
  EXPECT_FALSE(links.find(other.token.reveal()));
  EXPECT_FALSE(open(other));
}

TEST_F(SetupLinksTest, LifetimesAreBounded) {
  for (const seconds lifetime : {seconds(0), seconds(-1), seconds(299), seconds(7 * 24 * 3600 + 1), seconds::max()}) {
    try {
      make(lifetime);
      ADD_FAILURE() << lifetime.count();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidRequest);
    }
  }
  EXPECT_TRUE(open(make(SetupLinks::kShortest)));
  EXPECT_TRUE(open(make(SetupLinks::kLongest)));
}

TEST_F(SetupLinksTest, AnOrganizationHasFiveAtMost) {
  std::vector<NewSetupLink> made;
  for (std::size_t i = 0; i < SetupLinks::kMostLive; ++i) made.push_back(make(hours(1)));
  EXPECT_FALSE(links.create(kAcme, hours(1), kAda));
  EXPECT_EQ(trail("sso.setup_link.created").size(), SetupLinks::kMostLive);
  links.revoke("tenant-7", made[2].id, kAda);
  EXPECT_TRUE(links.create(kAcme, hours(2), kAda));
  EXPECT_FALSE(links.create(kAcme, hours(1), kAda));
  clock->advance(hours(1));
  EXPECT_TRUE(links.create(kAcme, hours(1), kAda)) << "the others have expired";
}

TEST_F(SetupLinksTest, OneIsMadeByAnAccountOnlyAndNothingIsTiedForNobody) {
  try {
    links.create({.id = "tenant-10", .displayName = "Fresh", .defaultRole = "member"}, hours(1), {});
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidRequest);
  }
  EXPECT_TRUE(calls().empty());
  EXPECT_FALSE(tenants.find("tenant-10"));
}

TEST_F(SetupLinksTest, ATenantThatIsNotTiedYetIsTiedForItsFirstLink) {
  const Tenant fresh{.id = "tenant-10", .displayName = "Fresh", .defaultRole = "member"};
  const auto link = links.create(fresh, hours(1), kAda).value();
  EXPECT_EQ(links.find(link.token.reveal())->organization.tenantId, "tenant-10");
}

TEST_F(SetupLinksTest, WhatIsChangedThroughALinkNamesItInTheTrail) {
  domains = {domainJson("acme.example")};
  Actor actor;
  actor.setupLinkId = "0123456789abcdef";
  tenants.refresh(kAcme, actor);
  EXPECT_EQ(trail("sso.organization.domains_changed").at(0).details.at("setup_link"), "0123456789abcdef");
}

}  // namespace
}  // namespace sso::test
