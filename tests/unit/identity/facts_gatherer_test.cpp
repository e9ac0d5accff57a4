// SPDX-License-Identifier: Apache-2.0
// The facts of a login that nobody makes: what the preview asks the policy about.
#include "identity/jit_policy.h"
#include "mapper_fixture.h"

namespace sso::detail::test {
namespace {

class FactsGathererTest : public IdentityMapperTest {
 protected:
  Decision preview(const std::string& email, const std::string& connection = "conn_a") {
    const auto work = storage_->begin();
    const HypotheticalLogin hypothetical{person().key.issuer, connection, email, ConnectionStanding::kActive};
    const auto decision = decide(gatherer_.gatherHypothetical(*work, acme_, hypothetical).facts);
    EXPECT_NO_THROW(work->commit());
    return decision;
  }
  FactsGatherer gatherer_{storage_, guarded_, clock_, seconds(60), seconds(600)};
};

TEST_F(FactsGathererTest, PreviewsWhatEachMemberWouldMeet) {
  const auto connected = login(person());
  host_->addAccount("bob@acme.example", "tenant_acme");
  host_->addAccount("guest@partner.example", "tenant_acme");
  host_->addAccount("eve@acme.example", "");
  host_->addAccount("key@acme.example", "tenant_acme", [](HostAccount& account) { account.breakGlass = true; });
  const auto before = storage_->tables();
  EXPECT_EQ(preview("ada@acme.example").outcome, Outcome::kLogin);
  EXPECT_EQ(preview("ada@acme.example", "conn_b").row, 11);
  EXPECT_EQ(preview("bob@acme.example").code, DenyCode::kLinkProofRequired);
  EXPECT_EQ(preview("guest@partner.example").code, DenyCode::kDomainNotOwned);
  EXPECT_EQ(preview("eve@acme.example").code, DenyCode::kNotAMember);
  EXPECT_EQ(preview("key@acme.example").code, DenyCode::kBreakGlass);
  EXPECT_EQ(preview("new@acme.example").outcome, Outcome::kCreate);
  acme_.policy.mode = SsoMode::kOff;
  EXPECT_EQ(preview("bob@acme.example").code, DenyCode::kSsoOff);
  const auto after = storage_->tables();
  EXPECT_EQ(before.accounts, after.accounts);
  EXPECT_EQ(before.identities.size(), after.identities.size());
  EXPECT_EQ(before.audit.size(), after.audit.size()) << "a preview writes nothing";
  EXPECT_EQ(host_->counts(), 0) << "and locks nothing";
}

// JIT.md row 4: a token without email_verified, of an organization that has proven its domains
TEST_F(FactsGathererTest, SilenceOfTheTokenIsJudgedByWhoVerifiedTheDomains) {
  auto silent = person();
  silent.emailVerified = std::nullopt;
  EXPECT_EQ(login(silent).decision.code, DenyCode::kEmailProofRequired);
  acme_.policy.domainAuthority = DomainAuthority::kScalekit;
  EXPECT_EQ(login(silent).decision.outcome, Outcome::kCreate);
  auto denied = person("conn_a;eve", "eve@acme.example");
  denied.emailVerified = false;
  EXPECT_EQ(login(denied).decision.code, DenyCode::kEmailProofRequired);
}

TEST_F(FactsGathererTest, PreviewAndLoginAgree) {
  host_->addAccount("bob@acme.example", "tenant_acme");
  for (const auto rule : {LinkRule::kAfterProof, LinkRule::kAutomatic}) {
    acme_.policy.linkExisting = rule;
    const auto foreseen = preview("bob@acme.example");
    const auto work = storage_->begin();
    EXPECT_EQ(mapper_.map(*work, &acme_, attemptOf(person("conn_a;bob", "bob@acme.example"))).decision, foreseen);
  }
}

}  // namespace
}  // namespace sso::detail::test
