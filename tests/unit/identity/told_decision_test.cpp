// SPDX-License-Identifier: Apache-2.0
#include "identity/told_decision.h"

#include "policy_facts.h"

namespace sso::detail::test {
namespace {

TEST(ToldDecisionOf, HasTheWordsOfTheTable) {
  Facts facts = firstLogin();
  facts.emailDomain = DomainOwner::kNotThisOrganization;
  const auto refused = told(decide(facts));
  EXPECT_EQ(refused.outcome, "deny");
  EXPECT_EQ(refused.code, "domain_not_owned");
  EXPECT_EQ(refused.row, 3);
  EXPECT_EQ(refused.situation, "the domain is not the organization's");
  EXPECT_EQ(refused.explanation, describe(DenyCode::kDomainNotOwned).adminText);
  facts = firstLogin();
  facts.seats = Seats::kLast;
  const auto created = told(decide(facts));
  EXPECT_EQ(created.code, "none");
  EXPECT_EQ(created.explanation, "");
  EXPECT_EQ(created.roles, std::vector<std::string>{"member"});
  EXPECT_EQ(created.notices, std::vector<std::string>{"last_seat"});
  for (int row = 1; row <= 32; ++row) EXPECT_FALSE(situationOf(row).empty()) << row;
  EXPECT_TRUE(situationOf(0).empty() && situationOf(33).empty());
}

}  // namespace
}  // namespace sso::detail::test
