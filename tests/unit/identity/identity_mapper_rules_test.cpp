// SPDX-License-Identifier: Apache-2.0
// What the organization's rules about roles, seats, connections and migrations do to accounts and identities.
#include <barrier>
#include <thread>

#include "mapper_fixture.h"

namespace sso::detail::test {
namespace {

using Roles = std::vector<std::string>;

class IdentityMapperTestRules : public IdentityMapperTest {
 protected:
  static VerifiedIdentity inGroups(std::optional<Roles> groups) {
    auto identity = person();
    identity.groups = std::move(groups);
    return identity;
  }
  Roles rolesOf(const std::string& accountId) const {
    return storage_->tables().accounts.at(accountId).memberships.at("tenant_acme");
  }
  int countEvents(const std::string& name) const {
    const auto names = auditNames();
    return static_cast<int>(std::count(names.begin(), names.end(), name));
  }
  void mapGroups() { acme_.policy.groupRoles = {{"staff", "editor"}, {"bosses", "admin"}, {"founders", "owner"}}; }
  /// A member whom the retired connection knows.
  std::string memberOf(const std::string& connection, const std::string& organization = "org_acme") {
    const auto account = host_->addAccount("ada@acme.example", "tenant_acme");
    auto key = person("old;ada").key;
    key.connectionId = connection;
    storage_->edit([&](MemoryTables& tables) {
      tables.identities[key] = {key, organization, account, "ada@acme.example", clock_->now(), clock_->now()};
    });
    return account;
  }
  void migrate(bool automatic, std::chrono::hours from, std::chrono::hours to) {
    acme_.policy.migrations = {{"conn_old", "conn_a", clock_->now() + from, clock_->now() + to, automatic}};
  }
};

// ---- rows 21 to 25 --------------------------------------------------------------------------------------------------

TEST_F(IdentityMapperTestRules, NewAccountHasTheRolesOfItsGroups) {
  mapGroups();
  const auto mapped = login(inGroups(Roles{"staff", "unheard of"}));
  EXPECT_EQ(rolesOf(mapped.accountId), Roles{"editor"});
  EXPECT_EQ(storage_->tables().audit.front().details.at("roles"), "editor");
}
TEST_F(IdentityMapperTestRules, NewAccountWithoutAMappedGroupHasTheDefaultRole) {
  mapGroups();
  EXPECT_EQ(rolesOf(login(inGroups(std::nullopt)).accountId), Roles{"member"});
}
TEST_F(IdentityMapperTestRules, GroupNamesAreBytes) {
  mapGroups();
  EXPECT_EQ(rolesOf(login(inGroups(Roles{"Staff", "staff "})).accountId), Roles{"member"});
}
TEST_F(IdentityMapperTestRules, RolesFollowTheGroupsAtLaterLogins) {
  mapGroups();
  const auto id = login(inGroups(Roles{})).accountId;
  login(inGroups(Roles{"staff"}));
  EXPECT_EQ(rolesOf(id), Roles{"editor"});
  EXPECT_EQ(countEvents("sso.account.roles_changed"), 1);
  login(inGroups(std::nullopt));
  EXPECT_EQ(rolesOf(id), Roles{"editor"}) << "row 21";
  auto truncated = inGroups(Roles{});
  truncated.groupsTruncated = true;
  login(truncated);
  EXPECT_EQ(rolesOf(id), Roles{"editor"}) << "row 23";
  login(inGroups(Roles{}));
  EXPECT_EQ(rolesOf(id), Roles{"member"}) << "row 22";
  EXPECT_EQ(countEvents("sso.account.roles_changed"), 2);
}
TEST_F(IdentityMapperTestRules, UnchangedRolesCostOneReadAndNoWrite) {
  mapGroups();
  login(inGroups(Roles{"staff"}));
  const int queries = host_->queries();
  login(inGroups(Roles{"staff"}));
  EXPECT_EQ(host_->queries() - queries, 2) << "the account, and its roles";
  EXPECT_EQ(host_->updates(), 0);
  EXPECT_EQ(countEvents("sso.account.roles_changed"), 0);
  login(inGroups(std::nullopt));
  EXPECT_EQ(host_->queries() - queries, 3) << "silent groups: the account alone";
}
TEST_F(IdentityMapperTestRules, RolesThatAPersonGrantedStay) {
  mapGroups();
  const auto id = login(inGroups(Roles{"staff"})).accountId;
  storage_->edit([&](MemoryTables& tables) { tables.accounts.at(id).memberships["tenant_acme"].push_back("admin"); });
  login(inGroups(Roles{}));
  EXPECT_EQ(rolesOf(id), (Roles{"admin", "member"}));
}
TEST_F(IdentityMapperTestRules, GrantsAboveTheCeilingAreIgnoredAndAudited) {  // row 24
  mapGroups();
  const auto id = login(inGroups(Roles{"staff", "bosses", "founders"})).accountId;
  EXPECT_EQ(rolesOf(id), Roles{"editor"});
  EXPECT_EQ(storage_->tables().audit.back().details.at("notices"), "group_above_ceiling");
  acme_.policy.roleCeiling = RoleCeiling::kAdmin;
  login(inGroups(Roles{"staff", "bosses", "founders"}));
  EXPECT_EQ(rolesOf(id), (Roles{"admin", "editor"}));
}
TEST_F(IdentityMapperTestRules, AnOwnerIsNoDefaultRole) {  // row 24
  acme_.policy.defaultRole = "owner";
  EXPECT_EQ(login(person()).decision.code, DenyCode::kNoDefaultRole);
}
TEST_F(IdentityMapperTestRules, TheLastOwnerKeepsTheRole) {  // row 25
  mapGroups();
  const auto id = login(inGroups(Roles{"staff"})).accountId;
  storage_->edit([&](MemoryTables& tables) {
    auto& account = tables.accounts.at(id);
    account.memberships["tenant_acme"] = account.fromSso["tenant_acme"] = {"owner"};
  });
  EXPECT_TRUE(login(inGroups(Roles{})).decision.notices.has(Notice::kLastOwner));
  EXPECT_EQ(rolesOf(id), Roles{"owner"});
  host_->addAccount("grace@acme.example", "tenant_acme",
                    [](HostAccount& account) { account.memberships["tenant_acme"] = {"owner"}; });
  login(inGroups(Roles{}));
  EXPECT_EQ(rolesOf(id), Roles{"member"});
}
/// An adapter that was written before there were mappings.
class PlainHost : public FakeHost {
 public:
  using FakeHost::FakeHost;
  RoleKind kindOfRole(UnitOfWork& work, std::string_view tenant, std::string_view role) override {
    return HostAdapter::kindOfRole(work, tenant, role);
  }
  std::optional<SsoRoles> rolesFromSso(UnitOfWork& work, std::string_view account, std::string_view tenant) override {
    return HostAdapter::rolesFromSso(work, account, tenant);
  }
  std::optional<std::size_t> countMembers(UnitOfWork& work, std::string_view tenant) override {
    return HostAdapter::countMembers(work, tenant);
  }
};
TEST_F(IdentityMapperTestRules, AHostThatSaysNothingGrantsNothingAndHasNoSeats) {
  mapGroups();
  const auto plain = std::make_shared<PlainHost>(storage_);
  const IdentityMapper mapper(storage_, plain, clock_, seconds(60), seconds(600));
  const auto run = [&] {
    MappedLogin mapped;
    runUnitOfWork(*storage_, [&](UnitOfWork& work) {
      mapped = mapper.map(work, &acme_, attemptOf(inGroups(Roles{"staff"})));
      if (mapped.decision.signsIn()) work.commit();
    });
    return mapped;
  };
  acme_.policy.seatLimit = 100;
  EXPECT_EQ(run().decision.code, DenyCode::kSeatLimit);
  acme_.policy.seatLimit = 0;
  const auto id = run().accountId;
  EXPECT_EQ(rolesOf(id), Roles{"member"});
  EXPECT_TRUE(run().decision.signsIn());
  EXPECT_EQ(rolesOf(id), Roles{"member"});
}

// ---- row 19 ---------------------------------------------------------------------------------------------------------

TEST_F(IdentityMapperTestRules, NoSeatMeansNoAccount) {
  acme_.policy.seatLimit = 2;
  EXPECT_FALSE(login(person()).decision.notices.has(Notice::kLastSeat));
  EXPECT_TRUE(login(person("conn_a;bob", "bob@acme.example")).decision.notices.has(Notice::kLastSeat));
  const auto refused = login(person("conn_a;eve", "eve@acme.example"));
  EXPECT_EQ(refused.decision.code, DenyCode::kSeatLimit);
  EXPECT_EQ(storage_->tables().accounts.size(), 2U) << "and nobody is removed";
  acme_.policy.seatLimit = 1;
  const int counts = host_->counts();
  EXPECT_TRUE(login(person()).decision.signsIn()) << "who has an account is not concerned";
  EXPECT_EQ(host_->counts(), counts);
}
TEST_F(IdentityMapperTestRules, SeatsAreCountedOnlyWhereAnAccountMayComeOutOfIt) {
  login(person("conn_a;bob", "bob@acme.example"));
  EXPECT_EQ(host_->counts(), 0) << "no limit";
  acme_.policy.seatLimit = 5;
  acme_.policy.jitProvisioning = false;
  login(person());
  acme_.policy.jitProvisioning = true;
  acme_.policy.directoryActive = true;
  login(person());
  acme_.policy.directoryActive = false;
  acme_.policy.defaultRole = "";
  login(person());
  EXPECT_EQ(host_->counts(), 0);
}
TEST_F(IdentityMapperTestRules, TheLastSeatIsTakenOnceInARace) {
  acme_.policy.seatLimit = 3;
  std::barrier together(8);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        const std::string name = "person" + std::to_string(i);
        together.arrive_and_wait();
        for (bool done = false; !done;) {
          try {
            login(person("conn_a;" + name, name + "@acme.example"));
            done = true;
          } catch (const Error&) {  // more rivals than the plan of retries is made for
          }
        }
      });
    }
  }
  EXPECT_EQ(storage_->tables().accounts.size(), 3U);
}

// ---- row 14 ---------------------------------------------------------------------------------------------------------

using std::chrono::hours;

TEST_F(IdentityMapperTestRules, MovesAnIdentityWithinTheWindow) {
  const auto account = memberOf("conn_old");
  migrate(true, hours(-1), hours(1));
  const auto mapped = login(person());
  EXPECT_EQ(mapped.decision.row, 14);
  EXPECT_EQ(mapped.accountId, account);
  const auto tables = storage_->tables();
  ASSERT_EQ(tables.identities.size(), 1U);
  EXPECT_EQ(tables.identities.begin()->first, person().key);
  EXPECT_EQ(auditNames(), (std::vector<std::string>{"sso.identity.relinked", "sso.login.completed"}));
  EXPECT_EQ(tables.audit.front().details.at("retired_connection"), "conn_old");
  EXPECT_EQ(login(person()).decision.row, 1);
}
TEST_F(IdentityMapperTestRules, MovesAnIdentityAfterTheProofOnly) {
  const auto account = memberOf("conn_old");
  migrate(false, hours(-1), hours(1));
  EXPECT_EQ(login(person()).decision.outcome, Outcome::kLinkAfterProof);
  EXPECT_EQ(storage_->tables().identities.begin()->first.connectionId, "conn_old");
  auto attempt = attemptOf(person());
  attempt.proof = LinkProof{account, clock_->now()};
  EXPECT_TRUE(login(attempt).decision.signsIn());
  EXPECT_EQ(storage_->tables().identities.size(), 1U);
  EXPECT_EQ(storage_->tables().identities.begin()->first.connectionId, "conn_a");
}
TEST_F(IdentityMapperTestRules, TheWindowHasTwoEnds) {
  memberOf("conn_old");
  migrate(true, hours(1), hours(2));
  EXPECT_EQ(login(person()).decision.code, DenyCode::kConnectionReplaced);
  migrate(true, hours(-2), hours(0));
  EXPECT_EQ(login(person()).decision.code, DenyCode::kConnectionReplaced);
  migrate(true, hours(0), hours(1));
  EXPECT_TRUE(login(person()).decision.signsIn());
}
TEST_F(IdentityMapperTestRules, NothingMovesAcrossOrganizations) {
  memberOf("conn_old", "org_other");
  migrate(true, hours(-1), hours(1));
  const auto mapped = login(person());
  EXPECT_EQ(mapped.decision.row, 11);
  EXPECT_FALSE(mapped.decision.signsIn());
}
TEST_F(IdentityMapperTestRules, NothingMovesToAnotherConnectionThanTheReplacement) {
  memberOf("conn_old");
  migrate(true, hours(-1), hours(1));
  auto elsewhere = person();
  elsewhere.key.connectionId = "conn_b";
  EXPECT_EQ(login(elsewhere).decision.row, 11);
  acme_.policy.migrations.front().retired = "conn_older";
  EXPECT_EQ(login(person()).decision.row, 11);
}
TEST_F(IdentityMapperTestRules, AnAccountWithAnotherIdentityBesidesIsAsked) {
  const auto account = memberOf("conn_old");
  storage_->edit([&](MemoryTables& tables) {
    auto key = person("third").key;
    key.connectionId = "conn_third";
    tables.identities[key] = {key, "org_acme", account, "", clock_->now(), clock_->now()};
  });
  migrate(true, hours(-1), hours(1));
  EXPECT_EQ(login(person()).decision.outcome, Outcome::kLinkAfterProof);
  EXPECT_EQ(storage_->tables().identities.size(), 2U);
}

// ---- policy by connection -------------------------------------------------------------------------------------------

TEST_F(IdentityMapperTestRules, AConnectionsOwnRulesAreItsOwn) {
  acme_.policy.connections["conn_b"].jitProvisioning = false;
  auto onB = person("conn_b;bob", "bob@acme.example");
  onB.key.connectionId = "conn_b";
  EXPECT_EQ(login(onB).decision.code, DenyCode::kJitOff);
  EXPECT_EQ(login(person()).decision.outcome, Outcome::kCreate);
  acme_.policy.connections["conn_b"] = {.defaultRole = "editor", .approvalRequired = true};
  EXPECT_EQ(login(onB).decision.outcome, Outcome::kRequestApproval);
  acme_.policy.connections["conn_b"].approvalRequired.reset();
  EXPECT_EQ(rolesOf(login(onB).accountId), Roles{"editor"});
}

TEST_F(IdentityMapperTestRules, AConnectionsOwnCeilingIsItsOwn) {
  mapGroups();
  acme_.policy.connections["conn_b"].roleCeiling = RoleCeiling::kAdmin;
  auto boss = inGroups(Roles{"bosses"});
  EXPECT_EQ(rolesOf(login(boss).accountId), Roles{"member"});
  boss.key = person("conn_b;bob").key;
  boss.key.connectionId = "conn_b";
  boss.email = "bob@acme.example";
  EXPECT_EQ(rolesOf(login(boss).accountId), Roles{"admin"});
}

// ---- row 2, approval
// -------------------------------------------------------------------------------------------------

TEST_F(IdentityMapperTestRules, FilesARequestOnceWhereApprovalIsAskedFor) {
  acme_.policy.approvalRequired = true;
  EXPECT_TRUE(login(person()).filed);
  EXPECT_FALSE(login(person()).filed);
  const auto tables = storage_->tables();
  ASSERT_EQ(tables.accessRequests.size(), 1U);
  const auto& request = tables.accessRequests.begin()->second;
  EXPECT_EQ(request.key, person().key);
  EXPECT_EQ(request.organizationId, "org_acme");
  EXPECT_EQ(request.email, "ada@acme.example");
  EXPECT_TRUE(tables.accounts.empty());
  EXPECT_EQ(auditNames(), std::vector<std::string>{"sso.access.requested"});
  EXPECT_EQ(storage_->tables().audit.front().details.count("email"), 0U);
}

TEST_F(IdentityMapperTestRules, FilesNobodyAboveTheBound) {
  acme_.policy.approvalRequired = true;
  storage_->edit([&](MemoryTables& tables) {
    for (int i = 0; i < 500; ++i) {
      AccessRequest request;
      request.id = "req_" + std::to_string(i);
      request.key = person("conn_a;" + std::to_string(i)).key;
      request.organizationId = "org_acme";
      tables.accessRequests[request.key] = request;
    }
  });
  const auto mapped = login(person());
  EXPECT_EQ(mapped.decision.code, DenyCode::kApprovalRequired);
  EXPECT_FALSE(mapped.filed);
  EXPECT_TRUE(storage_->tables().audit.empty());
}

TEST_F(IdentityMapperTestRules, AnApprovalOfAnotherOrganizationIsNone) {
  acme_.policy.approvalRequired = true;
  login(person());
  storage_->edit([](MemoryTables& tables) {
    auto& request = tables.accessRequests.begin()->second;
    request.state = AccessRequestState::kApproved;
    request.organizationId = "org_beta";
  });
  EXPECT_EQ(login(person()).decision.code, DenyCode::kApprovalRequired);
}

TEST_F(IdentityMapperTestRules, ARequestUnderAnotherAddressIsAnotherOne) {
  acme_.policy.approvalRequired = true;
  login(person());
  const auto first = storage_->tables().accessRequests.begin()->second.id;
  EXPECT_TRUE(login(person("conn_a;ada", "root@acme.example")).filed);
  const auto tables = storage_->tables();
  ASSERT_EQ(tables.accessRequests.size(), 1U);
  EXPECT_NE(tables.accessRequests.begin()->second.id, first) << "who agrees to the first does not agree to this one";
}

TEST_F(IdentityMapperTestRules, AnApprovalMakesTheAccountAndIsGone) {
  acme_.policy.approvalRequired = true;
  login(person());
  storage_->edit(
      [](MemoryTables& tables) { tables.accessRequests.begin()->second.state = AccessRequestState::kApproved; });
  EXPECT_EQ(login(person()).decision.outcome, Outcome::kCreate);
  EXPECT_TRUE(storage_->tables().accessRequests.empty());
}

}  // namespace
}  // namespace sso::detail::test
