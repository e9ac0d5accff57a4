// SPDX-License-Identifier: Apache-2.0
// JIT.md part 7: each event that says how a login was decided holds what it was decided from, and can be decided again.
#include "sso/decision_review.h"

#include "identity/decision_record.h"
#include "support/login_fixture.h"

namespace sso::test {
namespace {

class RecordedDecisions : public LoginFixture {
 protected:
  /// The one decision under the reference of the latest event of this name.
  ReplayedDecision replayOf(const std::string& name) {
    const auto events = audit(name);
    EXPECT_FALSE(events.empty()) << name;
    const auto found = module->decisionReview().replay(events.back().reference);
    EXPECT_EQ(found.size(), 1U);
    return found.at(0);
  }
  static std::string valueOf(const ReplayedDecision& decision, const std::string& name) {
    for (const auto& fact : decision.facts) {
      if (fact.name == name) return fact.value;
    }
    return "no such fact";
  }
  Browser browser{*module};
};

TEST_F(RecordedDecisions, OfALoginThatWorked) {
  login(browser);
  const auto decision = replayOf("sso.login.completed");
  EXPECT_EQ(decision.problem, "");
  EXPECT_EQ(decision.event, "sso.login.completed");
  EXPECT_EQ(decision.organizationId, "org_acme");
  EXPECT_EQ(decision.connectionId, "conn_acme1");
  EXPECT_EQ(decision.accountId, signedIn(browser));
  EXPECT_EQ(decision.policyVersion, 1);
  EXPECT_EQ(decision.then.outcome, "create");
  EXPECT_EQ(decision.then.row, 2);
  EXPECT_TRUE(decision.same);
  EXPECT_EQ(decision.now.outcome, "create");
  EXPECT_EQ(valueOf(decision, "email"), "valid");
  EXPECT_EQ(valueOf(decision, "state_returned"), "yes");
  EXPECT_EQ(valueOf(decision, "holder"), "none");
}

TEST_F(RecordedDecisions, OfARefusedLogin) {
  Person stranger;
  stranger.email = "ada@elsewhere.example";
  login(browser, stranger);
  const auto decision = replayOf("sso.login.failed");
  EXPECT_EQ(decision.then.code, "domain_not_owned");
  EXPECT_EQ(decision.then.row, 3);
  EXPECT_EQ(decision.policyVersion, 1);
  EXPECT_TRUE(decision.same);
  EXPECT_EQ(valueOf(decision, "email_domain"), "not_this_organization");
}

TEST_F(RecordedDecisions, OfALoginThatWaitsAndOfItsEnd) {
  const auto account = host->addAccount("ada@acme.example", "tenant_acme");
  login(browser);
  const auto waits = replayOf("sso.link.requested");
  EXPECT_EQ(waits.then.outcome, "link_after_proof");
  EXPECT_EQ(waits.then.code, "link_proof_required");
  EXPECT_TRUE(waits.same);
  auto linked = module->completeLink(browser.request("/login/link", "POST"), account);
  const auto ended = replayOf("sso.login.completed");
  EXPECT_EQ(ended.then.code, "none");
  EXPECT_TRUE(ended.same);
  EXPECT_TRUE(valueOf(ended, "proof").starts_with("of the holder at "));
}

TEST_F(RecordedDecisions, NoneWhereNothingWasDecided) {
  browser.get("/sso/callback?code=abc&state=unknown");
  ASSERT_EQ(audit("sso.login.failed").size(), 1U);
  EXPECT_TRUE(module->decisionReview().replay(audit("sso.login.failed")[0].reference).empty());
  EXPECT_TRUE(module->decisionReview().replay("0000000000").empty());
  EXPECT_TRUE(module->decisionReview().replay("").empty());
}

TEST_F(RecordedDecisions, OfTheEventThatSaysHowItEndedAlone) {
  login(browser);
  for (const auto& event : storage->tables().audit) {
    EXPECT_EQ(event.decision.empty(), event.name != "sso.login.completed") << event.name;
  }
}

TEST_F(RecordedDecisions, HoldNothingOfThePerson) {
  login(browser);
  Person stranger;
  stranger.email = "ada@elsewhere.example";
  Browser other(*module);
  login(other, stranger);
  host->addAccount("bob@acme.example", "tenant_acme");
  Person bob;
  bob.user = "bob";
  bob.email = "bob@acme.example";
  bob.name = "Bob";
  Browser bobs(*module);
  login(bobs, bob);
  std::size_t seen = 0;
  for (const auto& event : storage->tables().audit) {
    if (event.decision.empty()) continue;
    ++seen;
    for (const auto* personal :
         {"ada", "Ada", "bob", "Bob", "acme.example", "elsewhere.example", "acc_", "conn_", "192.0.2"}) {
      EXPECT_EQ(event.decision.find(personal), std::string::npos) << personal << " in " << event.decision;
    }
  }
  EXPECT_EQ(seen, 3U);
}

TEST_F(RecordedDecisions, TellWhenThisBuildDecidesOtherwise) {
  login(browser);
  std::string reference;
  storage->edit([&](MemoryTables& tables) {
    for (auto& event : tables.audit) {
      if (event.decision.empty()) continue;
      reference = event.reference;
      const std::string was = "\"seats\":\"free\"";
      event.decision.replace(event.decision.find(was), was.size(), "\"seats\":\"full\"");
    }
  });
  const auto decision = module->decisionReview().replay(reference).at(0);
  EXPECT_FALSE(decision.same);
  EXPECT_EQ(decision.then.code, "none");
  EXPECT_EQ(decision.now.code, "seat_limit");
}

TEST_F(RecordedDecisions, SayWhatCannotBeRead) {
  login(browser);
  const auto reference = audit("sso.login.completed")[0].reference;
  storage->edit([&](MemoryTables& tables) {
    for (auto& event : tables.audit) {
      if (!event.decision.empty()) event.decision = R"({"format":99})";
    }
  });
  const auto decision = module->decisionReview().replay(reference).at(0);
  EXPECT_EQ(decision.problem, "record.format: not a format that this release knows");
  EXPECT_FALSE(decision.same);
  EXPECT_TRUE(decision.facts.empty());
  EXPECT_EQ(decision.policyVersion, 1);
}

TEST_F(RecordedDecisions, NameTheRulesOfThenAndWhatChangedSince) {
  auto acme = storage->tables().organizations.at("org_acme");
  const auto save = [&] {
    const auto work = storage->begin();
    storage->organizations().saveOrganization(*work, acme, {"acc_ada", clock->now()});
    work->commit();
    ++acme.version;
  };
  acme.policy.seatLimit = 5;
  save();
  login(browser);
  acme.policy.seatLimit = 7;
  save();
  const auto decision = replayOf("sso.login.completed");
  EXPECT_EQ(decision.policyVersion, 2);
  ASSERT_TRUE(decision.policy);
  EXPECT_EQ(decision.policy->policy.seatLimit, 5U);
  EXPECT_EQ(decision.policy->written.accountId, "acc_ada");
  ASSERT_EQ(decision.changedSince.size(), 1U);
  EXPECT_EQ(decision.changedSince[0].rule, "seat_limit");
  EXPECT_EQ(decision.changedSince[0].to, "7");
}

TEST_F(RecordedDecisions, CountWholeSecondsAndDecideFromThem) {
  clock->advance(std::chrono::milliseconds(1500));
  login(browser);
  EXPECT_TRUE(replayOf("sso.login.completed").same);
}

}  // namespace
}  // namespace sso::test
