// SPDX-License-Identifier: Apache-2.0
// What an administrator may do with the account of somebody in their team.
#include "pages/people_rules.h"

#include <gtest/gtest.h>

namespace hostapp {
namespace {

using people::Obstacle;
using sso::AccountState;

struct PeopleRules : testing::Test {
  people::Asking owner{"acc_me", "owner"}, admin{"acc_me", "admin"};
  people::Team team{2, 1, false};
  static members::Person person(const std::string& role, AccountState state = AccountState::kActive) {
    members::Person made;
    made.accountId = "acc_other";
    made.role = role;
    made.state = state;
    return made;
  }
};

TEST_F(PeopleRules, TheLastActiveOwnerStays) {
  EXPECT_EQ(people::toSuspend(owner, person("owner"), team), Obstacle::kNone);
  // Whoever asks was suspended by this very owner a moment ago.
  EXPECT_EQ(people::toSuspend(owner, person("owner"), {1, 1, false}), Obstacle::kLastOwner);
  EXPECT_EQ(people::toSuspend(owner, person("admin"), {1, 1, false}), Obstacle::kNone);
}

TEST_F(PeopleRules, TheMarkOfAnEmergencyOwnerIsEnoughToBeForOwnersAlone) {
  for (const char* role : {"owner", "admin", "member"}) {
    auto marked = person(role);
    marked.breakGlass = true;
    EXPECT_EQ(people::toSuspend(admin, marked, team), Obstacle::kOwnersOnly) << role;
    EXPECT_EQ(people::toDisconnect(admin, marked), Obstacle::kOwnersOnly) << role;
    EXPECT_EQ(people::toSuspend(owner, marked, team), Obstacle::kNone) << role;
    EXPECT_EQ(people::toSuspend(owner, marked, {2, 1, true}), Obstacle::kLastEmergencyOwner) << role;
    EXPECT_EQ(people::toSuspend(owner, marked, {2, 2, true}), Obstacle::kNone) << role;
    marked.state = AccountState::kSuspended;
    EXPECT_EQ(people::toRestore(admin, marked), Obstacle::kOwnersOnly) << role;
  }
}

TEST_F(PeopleRules, AdminsChangeEverybodyElse) {
  for (const char* role : {"admin", "member"}) {
    EXPECT_EQ(people::toSuspend(admin, person(role), team), Obstacle::kNone) << role;
    EXPECT_EQ(people::toDisconnect(admin, person(role)), Obstacle::kNone) << role;
    EXPECT_EQ(people::toRestore(admin, person(role, AccountState::kDeprovisioned)), Obstacle::kNone) << role;
  }
  EXPECT_EQ(people::toSuspend(admin, person("member", AccountState::kDeprovisioned), team), Obstacle::kNotNow);
  EXPECT_EQ(people::toRestore(admin, person("member")), Obstacle::kNotNow);
}

TEST_F(PeopleRules, OtherTeamsCountForTheAccountNotForASignIn) {
  auto elsewhere = person("member");
  elsewhere.elsewhere = true;
  EXPECT_EQ(people::toSuspend(owner, elsewhere, team), Obstacle::kElsewhere);
  EXPECT_EQ(people::toDisconnect(owner, elsewhere), Obstacle::kNone);
  elsewhere.state = AccountState::kSuspended;
  EXPECT_EQ(people::toRestore(owner, elsewhere), Obstacle::kElsewhere);
}

}  // namespace
}  // namespace hostapp
