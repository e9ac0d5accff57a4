// SPDX-License-Identifier: Apache-2.0
// JIT.md part 7 on real databases: a dry run says what the login that follows comes to, and writes nothing.
#include <soci/soci.h>

#include "jit_fixture.h"
#include "tenants/decision_reviewer.h"

namespace sso::detail {
namespace {

class DryRunRows : public JitRows {
 protected:
  DryRunRows() { acme_.policy.groupRoles.clear(); }

  DecisionReview review() {
    const auto host = std::make_shared<GuardedHost>(
        std::make_shared<hostapp::AppHostAdapter>(clock_, systemRandom(), nullptr, nullptr, nullptr));
    return DecisionReview(std::make_shared<const DecisionReviewer>(DecisionReviewer::Parts{
        one_.storage,
        std::make_shared<const FactsGatherer>(one_.storage, host, clock_, seconds(60), seconds(600)),
        clock_,
        [this](auto, auto) { return connection_; },
        {"https://acme.scalekit.example"}}));
  }
  std::vector<DryRunLogin> dryRun(const std::string& claims, const std::string& connection = "") {
    return review().dryRun(acme_, connection, claims);
  }
  static std::string claimsOf(const std::string& name) {
    return R"({"sub":"conn_a;)" + name + R"(","email":")" + name + R"(@acme.example","email_verified":true,"name":")" +
           name + "\"}\n";
  }
  /// Every row of every table.
  std::vector<std::string> fingerprint() {
    std::vector<std::string> rows;
    other_.database->withSession([&](db::Session& session) {
      rows.clear();
      std::vector<std::string> tables;
      const soci::rowset<std::string> names =
          (session.prepare << (GetParam() == Engine::kPostgres
                                   ? "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = 'public'"
                                   : "SELECT name FROM sqlite_master WHERE type = 'table'"));
      for (const auto& name : names) tables.push_back(name);
      for (const auto& table : tables) {
        const soci::rowset<soci::row> found = (session.prepare << "SELECT * FROM " + table);
        for (const auto& row : found) rows.push_back(table + textOf(row));
      }
    });
    std::sort(rows.begin(), rows.end());
    return rows;
  }
  static std::string textOf(const soci::row& row) {
    std::string text;
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += "|";
      if (row.get_indicator(i) == soci::i_null) continue;
      switch (row.get_properties(i).get_data_type()) {
        case soci::dt_string:
          text += row.get<std::string>(i);
          break;
        case soci::dt_integer:
          text += std::to_string(row.get<int>(i));
          break;
        case soci::dt_long_long:
          text += std::to_string(row.get<long long>(i));
          break;
        case soci::dt_double:
          text += std::to_string(row.get<double>(i));
          break;
        default:
          text += "?";
      }
    }
    return text;
  }

  ConnectionStanding connection_ = ConnectionStanding::kActive;
};

INSTANTIATE_TEST_SUITE_P(Engines, DryRunRows, testing::Values(Engine::kPostgres, Engine::kSqlite),
                         [](const auto& suite) { return suite.param == Engine::kPostgres ? "PostgreSQL" : "SQLite"; });

TEST_P(DryRunRows, WritesNothing) {
  saveAcme();
  acme_.policy.seatLimit = 5;
  member("eve", "member");
  login(person("known"));
  const auto before = fingerprint();
  ASSERT_GT(before.size(), 10U);
  acme_.policy.approvalRequired = true;  // a login would file a request
  dryRun(claimsOf("asks"));
  acme_.policy.approvalRequired = false;
  dryRun(claimsOf("known") + claimsOf("eve") + claimsOf("new") + claimsOf("newer"));
  EXPECT_EQ(fingerprint(), before);
  login(person("new"));
  EXPECT_NE(fingerprint(), before) << "a login does, and is seen";
}

TEST_P(DryRunRows, SaysWhatTheLoginThatFollowsComesTo) {
  member("eve", "member");
  login(person("known"));
  const auto foretold = dryRun(claimsOf("known") + claimsOf("eve") + claimsOf("new"));
  ASSERT_EQ(foretold.size(), 3U);
  const char* names[] = {"known", "eve", "new"};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(foretold[i].line, i + 1);
    const auto decision = login(person(names[i])).decision;
    EXPECT_EQ(foretold[i].decision.outcome, nameOf(decision.outcome)) << names[i];
    EXPECT_EQ(foretold[i].decision.row, decision.row) << names[i];
  }
  EXPECT_EQ(foretold[0].decision.outcome, "login");
  EXPECT_EQ(foretold[1].decision.code, "link_proof_required");
  EXPECT_EQ(foretold[2].decision.outcome, "create");
}

TEST_P(DryRunRows, JudgesAsALoginOfThisOrganizationAndConnection) {
  EXPECT_EQ(dryRun(claimsOf("ada"), "conn_b").at(0).decision.code, "tenant_mismatch");
  EXPECT_EQ(dryRun(R"({"sub":"conn_a;ada","oid":"org_beta"})").at(0).decision.code, "tenant_mismatch");
  EXPECT_EQ(dryRun(R"({"email":"ada@elsewhere.example"})", "conn_a").at(0).decision.code, "domain_not_owned");
  EXPECT_EQ(dryRun(R"({"email":"ada@acme.example","email_verified":true})", "conn_a").at(0).decision.outcome, "create");
  connection_ = ConnectionStanding::kInactive;
  EXPECT_EQ(dryRun(claimsOf("ada")).at(0).decision.code, "connection_disabled");
  EXPECT_THROW(dryRun(claimsOf("ada"), "conn_a'; --"), Error);
}

TEST_P(DryRunRows, DecidesAgainWhatItRecorded) {
  acme_.version = 3;
  login(person("ada"));
  const auto found = review().replay("REF");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].problem, "");
  EXPECT_TRUE(found[0].same);
  EXPECT_EQ(found[0].then.outcome, "create");
  EXPECT_EQ(found[0].policyVersion, 3);
  EXPECT_FALSE(found[0].policy) << "this version was never stored";
}

}  // namespace
}  // namespace sso::detail
