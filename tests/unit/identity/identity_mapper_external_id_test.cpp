// SPDX-License-Identifier: Apache-2.0
// JIT.md row 14: an identity of a connection that was replaced is found by its external id before its address.
#include "unit/identity/mapper_fixture.h"

namespace sso::detail::test {
namespace {

using std::chrono::hours;

/// Ada, whom the retired connection knows; she comes back with another address, and the directory still calls her by
/// the same id.
class IdentityMapperTestExternalId : public IdentityMapperTest {
 protected:
  void migrate(bool automatic, hours from, hours to) {
    acme_.policy.migrations = {{"conn_old", "conn_a", clock_->now() + from, clock_->now() + to, automatic}};
  }
  std::string retiredAda(const std::string& externalId = "E-1", const std::string& organization = "org_acme") {
    const auto account = host_->addAccount("ada@acme.example", "tenant_acme");
    auto key = person("old;ada").key;
    key.connectionId = "conn_old";
    const auto now = clock_->now();
    storage_->edit([&](MemoryTables& tables) {
      tables.identities[key] = {key, organization, account, "ada@acme.example", now, now, externalId};
    });
    return account;
  }
  static VerifiedIdentity renamed(const std::string& externalId = "E-1",
                                  const std::string& email = "ada.m@acme.example") {
    auto identity = person("conn_a;new", email);
    identity.externalId = externalId;
    return identity;
  }
};

TEST_F(IdentityMapperTestExternalId, FindsTheAccountWhateverTheAddressIsNow) {
  const auto account = retiredAda();
  migrate(true, hours(-1), hours(1));
  const auto mapped = login(renamed());
  EXPECT_EQ(mapped.decision.row, 14);
  EXPECT_EQ(mapped.accountId, account);
  EXPECT_EQ(storage_->tables().accounts.size(), 1U);
  ASSERT_EQ(storage_->tables().identities.size(), 1U);
  EXPECT_EQ(storage_->tables().identities.begin()->second.externalId, "E-1");
  EXPECT_EQ(storage_->tables().audit.front().details.at("matched"), "external_id");
}
TEST_F(IdentityMapperTestExternalId, AsksForAProofOfTheAccountItself) {
  const auto account = retiredAda();
  migrate(false, hours(-1), hours(1));
  auto attempt = attemptOf(renamed());
  EXPECT_EQ(login(attempt).decision.code, DenyCode::kLinkProofRequired);
  attempt.emailProof = EmailProof{"ada.m@acme.example", clock_->now()};
  EXPECT_FALSE(login(attempt).decision.signsIn()) << "the asserted mailbox is not the account's";
  attempt.emailProof = EmailProof{"ada@acme.example", clock_->now()};
  EXPECT_EQ(login(attempt).accountId, account);
}
TEST_F(IdentityMapperTestExternalId, MatchesNobodyOutsideOfTheWindow) {
  retiredAda();
  migrate(true, hours(-2), hours(-1));
  EXPECT_EQ(login(renamed()).decision.code, DenyCode::kConnectionReplaced);
  acme_.policy.migrations.clear();
  EXPECT_EQ(login(renamed()).decision.outcome, Outcome::kCreate) << "it is no key";
}
TEST_F(IdentityMapperTestExternalId, MatchesNeverAcrossOrganizationsOrConnections) {
  retiredAda("E-1", "org_other");
  migrate(true, hours(-1), hours(1));
  EXPECT_EQ(login(renamed()).decision.outcome, Outcome::kCreate);
}
TEST_F(IdentityMapperTestExternalId, OfAnotherConnectionThanTheRetiredOneSaysNothing) {
  retiredAda();
  migrate(true, hours(-1), hours(1));
  acme_.policy.migrations.front().retired = "conn_older";
  EXPECT_EQ(login(renamed()).decision.outcome, Outcome::kCreate);
}
TEST_F(IdentityMapperTestExternalId, AtAnotherConnectionThanTheReplacementSaysNothing) {
  retiredAda();
  migrate(true, hours(-1), hours(1));
  auto elsewhere = renamed();
  elsewhere.key.connectionId = "conn_b";
  EXPECT_EQ(login(elsewhere).decision.outcome, Outcome::kCreate) << "that connection's word replaces nobody's";
}
TEST_F(IdentityMapperTestExternalId, OfTwoIsNobody) {
  retiredAda();
  const auto bob = host_->addAccount("bob@acme.example", "tenant_acme");
  storage_->edit([&](MemoryTables& tables) {
    auto key = person("old;bob").key;
    key.connectionId = "conn_old";
    tables.identities[key] = {key, "org_acme", bob, "", clock_->now(), clock_->now(), "E-1"};
  });
  migrate(true, hours(-1), hours(1));
  EXPECT_EQ(login(renamed("E-1", "ada@acme.example")).decision.outcome, Outcome::kLinkAfterProof)
      << "by the address, and not unasked";
  EXPECT_EQ(login(renamed()).decision.outcome, Outcome::kCreate);
}
TEST_F(IdentityMapperTestExternalId, OfTwoConnectionsThatWereReplacedByOneIsTheSamePerson) {
  const auto account = retiredAda();
  storage_->edit([&](MemoryTables& tables) {
    auto key = person("older;ada").key;
    key.connectionId = "conn_older";
    tables.identities[key] = {key, "org_acme", account, "", clock_->now(), clock_->now(), "E-1"};
  });
  migrate(false, hours(-1), hours(1));
  acme_.policy.migrations.push_back(acme_.policy.migrations.front());
  acme_.policy.migrations.back().retired = "conn_older";
  EXPECT_EQ(login(renamed()).decision.code, DenyCode::kLinkProofRequired) << "and no second account";
  auto attempt = attemptOf(renamed());
  attempt.emailProof = EmailProof{"ada@acme.example", clock_->now()};
  EXPECT_EQ(login(attempt).accountId, account);
}
TEST_F(IdentityMapperTestExternalId, AnAddressThatWasGivenToSomebodyElseMovesNothing) {
  retiredAda("E-1");
  migrate(true, hours(-1), hours(1));
  const auto recycled = login(renamed("E-2", "ada@acme.example")).decision;
  EXPECT_EQ(recycled.code, DenyCode::kSubjectConflict);
  EXPECT_EQ(recycled.row, 14);
  host_->addAccount("bob@acme.example", "tenant_acme");
  EXPECT_EQ(login(renamed("E-1", "bob@acme.example")).decision.code, DenyCode::kSubjectConflict)
      << "Bob's address, Ada's id";
  EXPECT_EQ(login(renamed("E-1", "ada@acme.example")).decision.outcome, Outcome::kLinkAutomatically);
}
TEST_F(IdentityMapperTestExternalId, LeftOutWhereThereWasOneLinksNobodyUnasked) {
  retiredAda("E-1");
  migrate(true, hours(-1), hours(1));
  auto nameless = renamed("", "ada@acme.example");
  nameless.externalId.reset();
  EXPECT_EQ(login(nameless).decision.code, DenyCode::kLinkProofRequired) << "the address may be somebody else's by now";
  EXPECT_EQ(login(renamed("E-1", "ada@acme.example")).decision.outcome, Outcome::kLinkAutomatically);
}
TEST_F(IdentityMapperTestExternalId, IsKeptWithEachLoginAndNotLostByOneWithout) {
  const auto externalId = [&] { return storage_->tables().identities.begin()->second.externalId; };
  auto ada = person();
  ada.externalId = "E-1";
  login(ada);
  EXPECT_EQ(externalId(), "E-1");
  ada.externalId = "E-9";
  login(ada);
  EXPECT_EQ(externalId(), "E-9");
  ada.externalId.reset();
  login(ada);
  EXPECT_EQ(externalId(), "E-9");
}

}  // namespace
}  // namespace sso::detail::test
