// SPDX-License-Identifier: Apache-2.0
// JIT.md, the rows that change data: the mapper over real databases and the reference application's own tables.
#include "jit_fixture.h"

namespace sso::detail {
namespace {

INSTANTIATE_TEST_SUITE_P(, JitRows, testing::Values(Engine::kPostgres, Engine::kSqlite),
                         [](const auto& suite) { return suite.param == Engine::kPostgres ? "Postgres" : "Sqlite"; });

TEST_P(JitRows, Row01And12KnownIdentityKeepsItsAccountAndTakesAnAddress) {
  const auto first = login(person("ada"));
  auto moved = person("ada");
  moved.email = "ada@acme.test";
  const auto again = login(moved);
  EXPECT_EQ(again.accountId, first.accountId);
  EXPECT_EQ(again.decision.row, 12);
  EXPECT_EQ(number("SELECT count(*) FROM app_accounts WHERE email = 'ada@acme.test'"), 1);
}
TEST_P(JitRows, Row02And20CreatesWithTheDefaultRoleOrNot) {
  EXPECT_EQ(roleOf(login(person("ada")).accountId), "member/sso");
  acme_.policy.defaultRole = "owner";
  EXPECT_EQ(login(person("bob")).decision.code, DenyCode::kNoDefaultRole);
  EXPECT_EQ(number("SELECT count(*) FROM app_accounts"), 1);
}
TEST_P(JitRows, Row02WaitsUntilSomebodyHasAgreed) {
  acme_.policy.approvalRequired = true;
  saveAcme();
  const AccessRequests queue(other_.storage, clock_);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(loginAt(i == 0 ? one_ : other_, person("ada")).decision.code, DenyCode::kApprovalRequired);
  }
  EXPECT_EQ(number("SELECT count(*) FROM app_accounts"), 0);
  auto waiting = queue.list("acme");
  ASSERT_EQ(waiting.size(), 1U) << "asking again is no second request";
  EXPECT_EQ(waiting[0].email, "ada@acme.example");
  EXPECT_FALSE(queue.approve("globex", waiting[0].id, {})) << "another tenant's administrator";
  EXPECT_TRUE(queue.decline("acme", waiting[0].id, {"acc_boss", "", ""}));
  EXPECT_EQ(login(person("ada")).decision.code, DenyCode::kApprovalDeclined);
  EXPECT_TRUE(queue.approve("acme", waiting[0].id, {"acc_boss", "", ""}));
  EXPECT_TRUE(queue.list("acme").empty());
  auto elsewhere = person("ada");
  elsewhere.email = "root@acme.example";
  EXPECT_EQ(login(elsewhere).decision.code, DenyCode::kApprovalRequired) << "agreed to was another address";
  EXPECT_TRUE(queue.approve("acme", queue.list("acme").at(0).id, {"acc_boss", "", ""}));
  EXPECT_EQ(roleOf(login(elsewhere).accountId), "member/sso");
  EXPECT_EQ(number("SELECT count(*) FROM sso_access_requests"), 0) << "it has served";
  EXPECT_EQ(events(), (std::vector<std::string>{"sso.access.requested", "sso.access.declined", "sso.access.approved",
                                                "sso.access.requested", "sso.access.approved", "sso.account.created",
                                                "sso.identity.linked", "sso.login.completed"}));
}
TEST_P(JitRows, Row06LinksAfterTheProof) {
  const auto id = member("ada", "member");
  EXPECT_EQ(login(person("ada")).decision.code, DenyCode::kLinkProofRequired);
  EXPECT_EQ(number("SELECT count(*) FROM sso_identities"), 0);
  EXPECT_EQ(login(person("ada"), id).accountId, id);
  EXPECT_EQ(events(), (std::vector<std::string>{"sso.identity.linked", "sso.login.completed"}));
}
TEST_P(JitRows, Row14MovesTheIdentityAndSaysSo) {
  const auto id = member("ada", "member");
  auto old = person("ada");
  old.key = {"https://acme.scalekit.example", "conn_old", "conn_old;1"};
  login(old, id);
  acme_.policy.migrations = {{"conn_old", "conn_a", clock_->now() - hours(1), clock_->now() + hours(1), false}};
  EXPECT_EQ(login(person("ada")).decision.code, DenyCode::kLinkProofRequired);
  EXPECT_EQ(login(person("ada"), id).decision.row, 14);
  EXPECT_EQ(number("SELECT count(*) FROM sso_identities WHERE connection_id = 'conn_a'"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM sso_identities"), 1);
  const auto names = events();
  EXPECT_EQ(std::count(names.begin(), names.end(), "sso.identity.relinked"), 1);
  EXPECT_EQ(login(person("ada")).decision.row, 1);
}
TEST_P(JitRows, Row14MovesNobodyOutsideOfTheWindow) {
  const auto id = member("ada", "member");
  auto old = person("ada");
  old.key = {"https://acme.scalekit.example", "conn_old", "conn_old;1"};
  login(old, id);
  acme_.policy.migrations = {{"conn_old", "conn_a", clock_->now() - hours(2), clock_->now() - hours(1), true}};
  EXPECT_EQ(login(person("ada"), id).decision.code, DenyCode::kConnectionReplaced);
  EXPECT_EQ(number("SELECT count(*) FROM sso_identities WHERE connection_id = 'conn_old'"), 1);
}
TEST_P(JitRows, Row14OfTwoMovesAtOnceOneWins) {
  const auto id = member("ada", "member");
  auto old = person("ada");
  old.key = {"https://acme.scalekit.example", "conn_old", "conn_old;1"};
  login(old, id);
  acme_.policy.migrations = {{"conn_old", "conn_a", clock_->now() - hours(1), clock_->now() + hours(1), true}};
  std::latch together(2);
  const auto move = [&](Instance& at) {
    together.arrive_and_wait();
    return loginAt(at, person("ada")).decision;
  };
  auto first = std::async(std::launch::async, [&] { return move(one_); });
  auto second = std::async(std::launch::async, [&] { return move(other_); });
  EXPECT_TRUE(first.get().signsIn() && second.get().signsIn());
  const auto names = events();
  EXPECT_EQ(std::count(names.begin(), names.end(), "sso.identity.relinked"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM sso_identities"), 1);
}

TEST_P(JitRows, Row18WhatALoginTakesOverBringsNoLockedAccountBack) {
  const auto ada = login(person("ada")).accountId;
  std::optional<hostapp::accounts::Account> read;
  one_.database->withSession([&](db::Session& session) { read = hostapp::accounts::findById(session, ada); });
  ASSERT_TRUE(read);
  other_.database->withSession(
      [&](db::Session& session) { session << "UPDATE app_accounts SET state = 'suspended' WHERE id = '" + ada + "'"; });
  read->displayName = "Another name";  // the login was decided before, and writes now
  one_.database->withSession(
      [&](db::Session& session) { EXPECT_FALSE(hostapp::accounts::updateProfile(session, *read)); });
  EXPECT_EQ(number("SELECT count(*) FROM app_accounts WHERE state = 'suspended' AND display_name <> 'Another name'"),
            1);
}

TEST_P(JitRows, Row19CountsSeatsAndRemovesNobody) {
  member("grace", "owner");
  member("gone", "member");
  acme_.policy.seatLimit = 3;
  EXPECT_TRUE(login(person("ada")).decision.notices.has(Notice::kLastSeat));
  EXPECT_EQ(login(person("bob")).decision.code, DenyCode::kSeatLimit);
  EXPECT_EQ(number("SELECT count(*) FROM app_memberships"), 3);
  const auto work = one_.storage->begin();
  db::sessionOf(*work) << "UPDATE app_accounts SET state = 'deprovisioned' WHERE id = 'acc_gone'";
  work->commit();
  EXPECT_TRUE(login(person("bob")).decision.signsIn()) << "who was deprovisioned takes no seat";
}
TEST_P(JitRows, Row19GivesTheLastSeatToOneOfTwoInstances) {
  for (int round = 0; round < 10; ++round) {
    acme_.policy.seatLimit = static_cast<std::uint32_t>(round + 1);
    std::latch together(2);
    const auto join = [&](Instance& at, const std::string& name) {
      together.arrive_and_wait();
      auto identity = person(name + std::to_string(round));
      identity.key.connectionId = "conn_" + name;  // the limit of creations has locks of its own, one a connection
      return loginAt(at, identity).decision.code;
    };
    auto first = std::async(std::launch::async, [&] { return join(one_, "ada"); });
    auto second = std::async(std::launch::async, [&] { return join(other_, "bob"); });
    const auto codes = std::multiset<DenyCode>{first.get(), second.get()};
    ASSERT_EQ(codes, (std::multiset<DenyCode>{DenyCode::kNone, DenyCode::kSeatLimit}));
    ASSERT_EQ(number("SELECT count(*) FROM app_memberships"), round + 1);
  }
}
TEST_P(JitRows, Row19WaitsForAMemberWhomAPersonIsAdding) {
  if (GetParam() == Engine::kSqlite) return;  // one writer at a time, as the cases above show
  acme_.policy.seatLimit = 1;
  const auto adding = other_.storage->begin();
  auto& session = db::sessionOf(*adding);
  hostapp::accounts::Account account;
  account.id = "acc_grace";
  account.email = "grace@acme.example";
  ASSERT_TRUE(hostapp::accounts::insert(session, account, 1));
  hostapp::memberships::save(session, account.id, {"acme", "", "member", "signup", false}, 1);
  auto joining = std::async(std::launch::async, [&] { return login(person("ada")).decision.code; });
  const auto waits = [&] {
    return number(
               "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity "
               "WHERE datname = current_database())") > 0;
  };
  while (!waits() && joining.wait_for(seconds(0)) != std::future_status::ready) {
  }
  adding->commit();
  EXPECT_EQ(joining.get(), DenyCode::kSeatLimit);
}

TEST_P(JitRows, Row21And23ChangeNoRole) {
  const auto id = login(person("ada", Groups{{"bosses"}})).accountId;
  EXPECT_EQ(roleOf(id), "admin/sso");
  login(person("ada"));
  EXPECT_EQ(roleOf(id), "admin/sso");
  auto truncated = person("ada", Groups{{"staff"}});
  truncated.groupsTruncated = true;
  login(truncated);
  EXPECT_EQ(roleOf(id), "admin/sso");
}
TEST_P(JitRows, Row22RevokesWhatGroupsGranted) {
  const auto id = login(person("ada", Groups{{"bosses", "staff"}})).accountId;
  EXPECT_EQ(roleOf(id), "admin/sso") << "the highest of both";
  login(person("ada", Groups{{"staff", "bosses"}}));
  const auto names = events();
  EXPECT_EQ(std::count(names.begin(), names.end(), "sso.account.roles_changed"), 0);
  login(person("ada", Groups{std::vector<std::string>{}}));
  EXPECT_EQ(roleOf(id), "member/sso");
}
TEST_P(JitRows, Row22LeavesWhatAPersonGranted) {
  const auto id = login(person("ada", Groups{{"bosses"}})).accountId;
  setRole(id, "admin", "signup");
  login(person("ada", Groups{std::vector<std::string>{}}));
  EXPECT_EQ(roleOf(id), "admin/signup");
}
TEST_P(JitRows, Row24GrantsNothingAboveTheCeiling) {
  acme_.policy.roleCeiling = RoleCeiling::kOrdinary;
  const auto mapped = login(person("ada", Groups{{"founders", "bosses"}}));
  EXPECT_EQ(roleOf(mapped.accountId), "member/sso");
  EXPECT_TRUE(mapped.decision.notices.has(Notice::kGroupAboveCeiling));
  acme_.policy.roleCeiling = RoleCeiling::kAdmin;
  login(person("ada", Groups{{"founders", "bosses"}}));
  EXPECT_EQ(roleOf(mapped.accountId), "admin/sso");
}
TEST_P(JitRows, Row25KeepsTheLastOwner) {
  const auto id = login(person("ada")).accountId;
  setRole(id, "owner", "sso");  // what no login does: a row that somebody edited
  EXPECT_TRUE(login(person("ada", Groups{{"staff"}})).decision.notices.has(Notice::kLastOwner));
  EXPECT_EQ(roleOf(id), "owner/sso");
  member("grace", "owner");
  login(person("ada", Groups{{"staff"}}));
  EXPECT_EQ(roleOf(id), "member/sso");
}
TEST_P(JitRows, Row29TwoFirstLoginsMakeOneAccount) {
  std::latch together(2);
  const auto join = [&](Instance& at) {
    together.arrive_and_wait();
    return loginAt(at, person("ada", Groups{{"bosses"}})).accountId;
  };
  auto first = std::async(std::launch::async, [&] { return join(one_); });
  auto second = std::async(std::launch::async, [&] { return join(other_); });
  EXPECT_EQ(first.get(), second.get());
  EXPECT_EQ(number("SELECT count(*) FROM app_accounts"), 1);
}

}  // namespace
}  // namespace sso::detail
