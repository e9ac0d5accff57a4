// SPDX-License-Identifier: Apache-2.0
// The mapper with real transactions: what is read, what is written, and that it is all or nothing.
#include <array>
#include <barrier>
#include <thread>

#include "mapper_fixture.h"

namespace sso::detail::test {
namespace {

TEST_F(IdentityMapperTest, CreatesAccountIdentityAndTrailTogether) {  // JIT.md row 2, SECURITY N2
  const auto mapped = login(person());
  EXPECT_EQ(mapped.decision.outcome, Outcome::kCreate);
  const auto tables = storage_->tables();
  ASSERT_EQ(tables.accounts.size(), 1U);
  const auto& account = tables.accounts.at(mapped.accountId);
  EXPECT_EQ(account.email, "ada@acme.example");
  EXPECT_EQ(account.displayName, "Ada");
  EXPECT_TRUE(account.emailVerified);
  EXPECT_EQ(account.memberships, (std::map<std::string, std::vector<std::string>>{{"tenant_acme", {"member"}}}));
  ASSERT_EQ(tables.identities.size(), 1U);
  EXPECT_EQ(tables.identities.begin()->second.accountId, mapped.accountId);
  EXPECT_EQ(tables.identities.begin()->second.organizationId, "org_acme");
  EXPECT_EQ(auditNames(),
            (std::vector<std::string>{"sso.account.created", "sso.identity.linked", "sso.login.completed"}));
  const auto& event = tables.audit.back();
  EXPECT_EQ(event.reference, "REF");
  EXPECT_EQ(event.details.at("outcome"), "create");
  EXPECT_EQ(event.details.at("row"), "2");
  EXPECT_EQ(event.details.at("policy_version"), "3");
}

TEST_F(IdentityMapperTest, CreatesNoMoreThanThePolicyAllowsInAnHour) {  // JIT.md part 9
  acme_.policy.creationsPerHour = 3;
  const auto newcomer = [&](int i) {
    const std::string name = "person" + std::to_string(i);
    return person("conn_a;" + name, name + "@acme.example");
  };
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(login(newcomer(i)).decision.outcome, Outcome::kCreate);
    clock_->advance(seconds(60));
  }
  const auto refused = login(newcomer(3));
  EXPECT_EQ(refused.decision.code, DenyCode::kCreationLimit);
  EXPECT_EQ(storage_->tables().accounts.size(), 3U);
  EXPECT_TRUE(login(newcomer(0)).decision.signsIn()) << "who has an account is not concerned";
  auto elsewhere = newcomer(4);
  elsewhere.key.connectionId = "conn_b";
  EXPECT_EQ(login(elsewhere).decision.outcome, Outcome::kCreate) << "nor is another connection";
  clock_->advance(std::chrono::minutes(57) + seconds(1));  // the first one is an hour old
  const auto later = [&](int i) {
    auto identity = newcomer(i);
    identity.issuedAt = identity.authenticatedAt = clock_->now();
    return login(identity).decision;
  };
  EXPECT_EQ(later(3).outcome, Outcome::kCreate);
  EXPECT_EQ(later(5).code, DenyCode::kCreationLimit);
}

TEST_F(IdentityMapperTest, CountsCreationsExactlyInARace) {  // two instances agree
  acme_.policy.creationsPerHour = 5;
  std::barrier together(12);
  std::vector<std::jthread> threads;
  for (int i = 0; i < 12; ++i) {
    threads.emplace_back([&, i] {
      const std::string name = "person" + std::to_string(i);
      together.arrive_and_wait();
      for (bool done = false; !done;) {  // more rivals than the plan of retries is made for
        try {
          login(person("conn_a;" + name, name + "@acme.example"));
          done = true;
        } catch (const Error&) {
        }
      }
    });
  }
  threads.clear();
  EXPECT_EQ(storage_->tables().accounts.size(), 5U);
}

TEST_F(IdentityMapperTest, RollsEverythingBackWithoutCommit) {
  {
    const auto work = storage_->begin();
    EXPECT_TRUE(mapper_.map(*work, &acme_, attemptOf(person())).decision.signsIn());
  }
  const auto tables = storage_->tables();
  EXPECT_TRUE(tables.accounts.empty());
  EXPECT_TRUE(tables.identities.empty());
  EXPECT_TRUE(tables.audit.empty());
}

TEST_F(IdentityMapperTest, FindsTheSameAccountTheSecondTime) {  // row 1
  const auto first = login(person());
  clock_->advance(seconds(30));
  const auto second = login(person());
  EXPECT_EQ(second.decision.outcome, Outcome::kLogin);
  EXPECT_EQ(second.accountId, first.accountId);
  EXPECT_EQ(storage_->tables().accounts.size(), 1U);
  EXPECT_EQ(storage_->tables().identities.begin()->second.lastLoginAt, clock_->now());
}

TEST_F(IdentityMapperTest, WritesNoAccountWhenNothingChangedAndReadsItOnce) {
  login(person());
  const int queries = host_->queries();
  login(person());
  EXPECT_EQ(host_->updates(), 0);
  EXPECT_EQ(host_->queries() - queries, 1);
}

TEST_F(IdentityMapperTest, UpdatesAChangedName) {
  const auto first = login(person());
  auto renamed = person();
  renamed.displayName = "Ada Lovelace";
  login(renamed);
  EXPECT_EQ(host_->updates(), 1);
  EXPECT_EQ(storage_->tables().accounts.at(first.accountId).displayName, "Ada Lovelace");
}

TEST_F(IdentityMapperTest, TakesAChangedAddressOfTheSameSubject) {  // row 12
  const auto first = login(person());
  login(person("conn_a;ada", "ada.king@acme.test"));
  EXPECT_EQ(storage_->tables().accounts.at(first.accountId).email, "ada.king@acme.test");
  EXPECT_EQ(storage_->tables().identities.begin()->second.email, "ada.king@acme.test");
  const auto names = auditNames();
  EXPECT_EQ(std::count(names.begin(), names.end(), "sso.account.email_changed"), 1);
  EXPECT_EQ(storage_->tables().audit.back().details.at("notices"), "email_changed");
}

TEST_F(IdentityMapperTest, KeepsTheAddressWhenTheNewOneIsTaken) {  // row 13
  const auto first = login(person());
  const auto other = host_->addAccount("grace@acme.example", "tenant_acme");
  const auto mapped = login(person("conn_a;ada", "grace@acme.example"));
  EXPECT_EQ(mapped.accountId, first.accountId);
  EXPECT_EQ(storage_->tables().accounts.at(first.accountId).email, "ada@acme.example");
  EXPECT_EQ(storage_->tables().accounts.at(other).email, "grace@acme.example");
  EXPECT_TRUE(mapped.decision.notices.has(Notice::kEmailCollision));
}

TEST_F(IdentityMapperTest, NeverMovesTheAddressOfAnAccountThatLivesElsewhere) {
  const auto guest = host_->addAccount("bob@partner.example", "tenant_acme");
  storage_->edit([&](MemoryTables& tables) {
    const auto identity = person("conn_a;bob", "bob@partner.example");
    tables.identities[identity.key] = {identity.key, "org_acme", guest, identity.email, clock_->now(), clock_->now()};
  });
  const auto mapped = login(person("conn_a;bob", "bob@acme.example"));
  EXPECT_EQ(mapped.accountId, guest);
  EXPECT_EQ(storage_->tables().accounts.at(guest).email, "bob@partner.example");
  EXPECT_TRUE(mapped.decision.notices.has(Notice::kEmailKept));
}

TEST_F(IdentityMapperTest, IgnoresGroupsWithoutAMapping) {  // SEC-MP-14
  auto admin = person();
  admin.groups = {{"owner", "admin"}};
  const auto mapped = login(admin);
  EXPECT_EQ(storage_->tables().accounts.at(mapped.accountId).memberships.at("tenant_acme"),
            std::vector<std::string>{"member"});
}

TEST_F(IdentityMapperTest, SubjectsAreOpaqueBytes) {  // SEC-MP-04
  const auto lower = login(person("conn_a;ada", "ada@acme.example"));
  for (const auto* subject : {"conn_a;Ada", "conn_a;ada "}) {
    const auto other = login(person(subject, "ada@acme.example"));
    EXPECT_EQ(other.decision.code, DenyCode::kSubjectConflict) << subject;
    EXPECT_NE(other.accountId, lower.accountId);
  }
}

TEST_F(IdentityMapperTest, SameSubjectOnAnotherConnectionIsAnotherIdentity) {  // row 10
  const auto first = login(person("shared", "ada@acme.example"));
  auto elsewhere = person("shared", "grace@acme.example");
  elsewhere.key.connectionId = "conn_b";
  const auto second = login(elsewhere);
  EXPECT_EQ(second.decision.outcome, Outcome::kCreate);
  EXPECT_NE(second.accountId, first.accountId);
}

TEST_F(IdentityMapperTest, AskingForProofWritesNothing) {  // row 6
  const auto account = host_->addAccount("ada@acme.example", "tenant_acme");
  const auto mapped = login(person());
  EXPECT_EQ(mapped.decision.outcome, Outcome::kLinkAfterProof);
  EXPECT_FALSE(mapped.decision.signsIn());
  EXPECT_EQ(mapped.accountId, account);
  EXPECT_TRUE(storage_->tables().identities.empty());
  EXPECT_TRUE(storage_->tables().audit.empty());
}

TEST_F(IdentityMapperTest, LinksWithTheOwnersProof) {
  const auto account = host_->addAccount("ada@acme.example", "tenant_acme");
  auto attempt = attemptOf(person());
  attempt.proof = LinkProof{account, clock_->now()};
  const auto mapped = login(attempt);
  EXPECT_TRUE(mapped.decision.signsIn());
  EXPECT_EQ(storage_->tables().identities.begin()->second.accountId, account);
  EXPECT_EQ(auditNames(), (std::vector<std::string>{"sso.identity.linked", "sso.login.completed"}));
  EXPECT_EQ(login(person()).decision.outcome, Outcome::kLogin);
}

TEST_F(IdentityMapperTest, SecondConnectionNeedsAProofEvenWhereLinkingIsAutomatic) {  // row 11
  acme_.policy.linkExisting = LinkRule::kAutomatic;
  host_->addAccount("ada@acme.example", "tenant_acme");
  EXPECT_EQ(login(person()).decision.outcome, Outcome::kLinkAutomatically);
  auto elsewhere = person();
  elsewhere.key.connectionId = "conn_b";
  const auto mapped = login(elsewhere);
  EXPECT_EQ(mapped.decision.row, 11);
  EXPECT_FALSE(mapped.decision.signsIn());
}

TEST_F(IdentityMapperTest, DoesNotLookAtAccountsOutsideTheOrganizationsDomains) {  // row 3
  host_->addAccount("eve@victim.example", "tenant_acme");
  const int queries = host_->queries();
  EXPECT_EQ(login(person("conn_a;eve", "eve@victim.example")).decision.code, DenyCode::kDomainNotOwned);
  EXPECT_EQ(host_->queries(), queries);
}

TEST_F(IdentityMapperTest, PublicMailDomainIsNeverOwnedEvenIfListed) {
  acme_.domains.push_back("gmail.com");
  EXPECT_EQ(login(person("conn_a;eve", "eve@gmail.com")).decision.code, DenyCode::kDomainNotOwned);
}

TEST_F(IdentityMapperTest, SubdomainsAreNotOwned) {  // SEC-MP-10
  EXPECT_EQ(login(person("conn_a;eve", "eve@sub.acme.example")).decision.code, DenyCode::kDomainNotOwned);
  EXPECT_EQ(login(person("conn_a;eve", "eve@notacme.example")).decision.code, DenyCode::kDomainNotOwned);
}

TEST_F(IdentityMapperTest, TrustIsPerConnection) {  // row 4
  acme_.policy.trustedConnections = {"conn_b"};
  auto unsure = person();
  unsure.emailVerified.reset();
  EXPECT_EQ(login(unsure).decision.code, DenyCode::kEmailProofRequired);
  unsure.key.connectionId = "conn_b";
  EXPECT_EQ(login(unsure).decision.outcome, Outcome::kCreate);
}

TEST_F(IdentityMapperTest, UnknownRoleCreatesNobody) {  // row 20
  acme_.policy.defaultRole = "emperor";
  EXPECT_EQ(login(person()).decision.code, DenyCode::kNoDefaultRole);
  acme_.policy.defaultRole = "";
  EXPECT_EQ(login(person()).decision.code, DenyCode::kNoDefaultRole);
  EXPECT_TRUE(storage_->tables().accounts.empty());
}

TEST_F(IdentityMapperTest, UnexpectedOrganizationOrConnectionIsAMismatch) {  // row 30
  auto attempt = attemptOf(person());
  attempt.expectedOrganizationId = "org_other";
  EXPECT_EQ(login(attempt).decision.code, DenyCode::kTenantMismatch);
  attempt.expectedOrganizationId = "org_acme";
  attempt.expectedConnectionId = "conn_b";
  EXPECT_EQ(login(attempt).decision.code, DenyCode::kTenantMismatch);
  attempt.expectedConnectionId = "conn_a";
  EXPECT_TRUE(login(attempt).decision.signsIn());
}

TEST_F(IdentityMapperTest, IdentityStoredUnderAnotherOrganizationIsAMismatch) {
  const auto account = host_->addAccount("ada@acme.example", "tenant_acme");
  storage_->edit([&](MemoryTables& tables) {
    const auto identity = person();
    tables.identities[identity.key] = {identity.key,   "org_other",   account,
                                       identity.email, clock_->now(), clock_->now()};
  });
  EXPECT_EQ(login(person()).decision.code, DenyCode::kTenantMismatch);
}

TEST_F(IdentityMapperTest, UnknownOrganizationIsDenied) {
  const auto work = storage_->begin();
  EXPECT_EQ(mapper_.map(*work, nullptr, attemptOf(person())).decision.code, DenyCode::kUnknownOrganization);
  auto foreign = person();
  foreign.organizationId = "org_other";  // and the caller hands over the wrong one
  EXPECT_EQ(mapper_.map(*work, &acme_, attemptOf(foreign)).decision.code, DenyCode::kUnknownOrganization);
}

TEST_F(IdentityMapperTest, StatusAndModeOfTheOrganizationAreAskedAgain) {  // row 17
  acme_.status = OrganizationStatus::kSuspended;
  EXPECT_EQ(login(person()).decision.code, DenyCode::kOrganizationSuspended);
  acme_.status = OrganizationStatus::kActive;
  acme_.policy.mode = SsoMode::kOff;
  EXPECT_EQ(login(person()).decision.code, DenyCode::kSsoOff);
}

TEST_F(IdentityMapperTest, StateOfTheAccountDecides) {  // rows 8, 18, 27; SEC-MP-17
  const auto first = login(person());
  const auto change = [&](const std::function<void(HostAccount&)>& edit) {
    storage_->edit([&](MemoryTables& tables) { edit(tables.accounts.at(first.accountId)); });
    return login(person()).decision.code;
  };
  EXPECT_EQ(change([](HostAccount& account) { account.state = AccountState::kSuspended; }),
            DenyCode::kAccountSuspended);
  EXPECT_EQ(change([](HostAccount& account) { account.state = AccountState::kDeprovisioned; }),
            DenyCode::kDeprovisioned);
  EXPECT_EQ(change([](HostAccount& account) {
              account.state = AccountState::kActive;
              account.breakGlass = true;
            }),
            DenyCode::kBreakGlass);
  EXPECT_EQ(change([](HostAccount& account) {
              account.breakGlass = false;
              account.memberships.clear();
            }),
            DenyCode::kNotAMember);
}

TEST_F(IdentityMapperTest, HostExceptionsLoseTheirText) {
  host_->throwIn("findByEmail");
  try {
    login(person());
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kHostFailure);
    EXPECT_EQ(std::string(error.what()).find("SECRET-HOST-TEXT"), std::string::npos);
  }
}

// JIT.md row 29: both units saw no account; the loser's commit conflicts, its second run finds the winner's identity.
TEST_F(IdentityMapperTest, RaceOfTwoFirstLoginsEndsWithOneAccount) {
  std::barrier together(2);
  std::array<MappedLogin, 2> results;
  const auto race = [&](MappedLogin& result) {
    bool first = true;
    runUnitOfWork(*storage_, [&](UnitOfWork& work) {
      result = mapper_.map(work, &acme_, attemptOf(person()));
      if (std::exchange(first, false)) together.arrive_and_wait();  // both have decided before either commits
      work.commit();
    });
  };
  {
    std::jthread a([&] { race(results[0]); });
    std::jthread b([&] { race(results[1]); });
  }
  const auto tables = storage_->tables();
  EXPECT_EQ(tables.accounts.size(), 1U);
  EXPECT_EQ(tables.identities.size(), 1U);
  EXPECT_EQ(results[0].accountId, results[1].accountId);
  EXPECT_NE(results[0].decision.outcome, results[1].decision.outcome);  // one created, the other signed in
  const auto names = auditNames();
  EXPECT_EQ(std::count(names.begin(), names.end(), "sso.account.created"), 1);
  EXPECT_EQ(std::count(names.begin(), names.end(), "sso.login.completed"), 2);
}

/// Under READ COMMITTED another login's commit can fall between two statements: the first of them sees nothing yet.
class LateStorage : public MemoryStorage {
 public:
  int blindLooks = 0;

 private:
  std::optional<Identity> findIdentity(UnitOfWork&, const IdentityKey& key) override {
    if (blindLooks-- > 0) return std::nullopt;
    const auto rows = tables().identities;
    const auto row = rows.find(key);
    return row == rows.end() ? std::nullopt : std::optional<Identity>(row->second);
  }
};

class LateIdentityMapperTest : public IdentityMapperTest {
 protected:
  LateIdentityMapperTest() : IdentityMapperTest(std::make_shared<LateStorage>()) {}
  LateStorage& late() { return dynamic_cast<LateStorage&>(*storage_); }
};

TEST_F(LateIdentityMapperTest, SignsInWhomTheOtherFirstLoginLinkedBetweenTwoStatements) {  // JIT.md row 29, R-07
  const auto first = login(person());
  late().blindLooks = 1;
  const auto second = login(person());
  EXPECT_EQ(second.decision.outcome, Outcome::kLogin);
  EXPECT_EQ(second.accountId, first.accountId);
  EXPECT_EQ(storage_->tables().identities.size(), 1U);
  EXPECT_EQ(login(person("conn_a;somebody-else")).decision.code, DenyCode::kSubjectConflict);  // JIT.md row 9 stays
}

}  // namespace
}  // namespace sso::detail::test
