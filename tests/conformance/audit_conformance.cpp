// SPDX-License-Identifier: Apache-2.0
#include "storage_conformance.h"

namespace sso::conformance {
namespace {

class AuditLogConformance : public StorageConformance {
 protected:
  AuditLog& audit() { return storage().audit(); }
  std::vector<std::string> names(std::string_view organizationId, std::size_t limit) {
    std::vector<std::string> found;
    for (const auto& event : audit().recent(organizationId, limit)) found.push_back(event.name);
    return found;
  }
};

TEST_F(AuditLogConformance, KeepsEveryField) {
  AuditEvent event = eventOf("sso.login.failed", "org_1");
  event.reason = "nonce";
  event.reference = "7K2M-9QXD";
  event.accountId = "account-1";
  event.connectionId = "conn_1";
  event.remoteAddress = "2001:db8::1";
  event.details = {{"decision", "deny"}, {"quote", "\"'\\ \xC3\xA9 :name"}, {"empty", ""}};
  audit().record(event);
  const auto found = otherInstance().audit().recent("org_1", 10);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].name, event.name);
  EXPECT_EQ(found[0].reason, event.reason);
  EXPECT_EQ(found[0].reference, event.reference);
  EXPECT_EQ(found[0].organizationId, event.organizationId);
  EXPECT_EQ(found[0].accountId, event.accountId);
  EXPECT_EQ(found[0].connectionId, event.connectionId);
  EXPECT_EQ(found[0].remoteAddress, event.remoteAddress);
  EXPECT_EQ(found[0].details, event.details);
  EXPECT_EQ(found[0].at, event.at);
}

// JIT.md part 7
TEST_F(AuditLogConformance, FindsTheDecisionsOfAReference) {
  auto event = eventOf("sso.login.failed", "org_1");
  event.reference = "7K2M9QXD01";
  audit().record(event);
  event.decision = R"({"format":1,"quote":"\"' \u00e9"})";
  event.details = {{"row", "3"}};
  event.accountId = "account-1";
  audit().record(event);
  event.organizationId = "org_2";
  event.decision = "{}";
  {
    const auto work = storage().begin();
    audit().record(*work, event);
    work->commit();
  }
  event.reference = "7k2m9qxd01";
  audit().record(event);
  const auto found = otherInstance().audit().decisionsOf("7K2M9QXD01");
  ASSERT_EQ(found.size(), 2U) << "with a decision alone, the oldest first";
  EXPECT_EQ(found[0].decision, R"({"format":1,"quote":"\"' \u00e9"})");
  EXPECT_EQ(found[0].name, "sso.login.failed");
  EXPECT_EQ(found[0].details, (std::map<std::string, std::string>{{"row", "3"}}));
  EXPECT_EQ(found[0].organizationId, "org_1");
  EXPECT_EQ(found[0].accountId, "account-1");
  EXPECT_EQ(found[0].at, event.at);
  EXPECT_EQ(found[1].organizationId, "org_2");
  EXPECT_TRUE(audit().recent("org_2", 1).at(0).decision.empty()) << "lists show it to nobody";
  EXPECT_TRUE(audit().decisionsOf("none").empty());
}

TEST_F(AuditLogConformance, FindsNoDecisionWithoutAReferenceAndNoMoreThanItSays) {
  auto event = eventOf("sso.login.failed", "org_1");
  event.decision = "{}";
  audit().record(event);
  EXPECT_TRUE(audit().decisionsOf("").empty());
  event.reference = "REF";
  for (std::size_t i = 0; i < AuditLog::kMostDecisions + 2; ++i) audit().record(event);
  EXPECT_EQ(audit().decisionsOf("REF").size(), AuditLog::kMostDecisions);
  for (const auto& bad : badTexts()) {
    EXPECT_EQ(codeOf([&] { audit().decisionsOf(bad); }), ErrorCode::kInvalidRequest);
    auto wrong = event;
    wrong.decision = bad;
    EXPECT_EQ(codeOf([&] { audit().record(wrong); }), ErrorCode::kInvalidRequest);
  }
  event.decision = std::string(AuditEvent::kMostDecisionBytes, 'x');
  audit().record(event);
  event.decision += 'x';
  EXPECT_EQ(codeOf([&] { audit().record(event); }), ErrorCode::kInvalidRequest);
}

TEST_F(AuditLogConformance, AnswersTheNewestFirstAndNoMoreThanAsked) {
  for (const auto* name : {"one", "two", "three", "four"}) audit().record(eventOf(name, "org_1"));
  EXPECT_EQ(names("org_1", 10), (std::vector<std::string>{"four", "three", "two", "one"}));
  EXPECT_EQ(names("org_1", 2), (std::vector<std::string>{"four", "three"}));
  EXPECT_TRUE(names("org_1", 0).empty());
}

TEST_F(AuditLogConformance, KnowsTheLastLoginHoweverManyEventsCameSince) {
  EXPECT_FALSE(audit().lastLogin("org_1"));
  auto event = eventOf(std::string(kLoginCompleted), "org_1");
  const auto first = event.at;
  audit().record(event);
  event.at += std::chrono::seconds(60);
  audit().record(event);
  event.organizationId = "org_2";
  event.at += std::chrono::seconds(60);
  audit().record(event);
  for (int i = 0; i < 20; ++i) {
    auto refusal = eventOf("sso.login.failed", "org_1");
    refusal.at = event.at;
    audit().record(refusal);
  }
  EXPECT_EQ(otherInstance().audit().lastLogin("org_1"), first + std::chrono::seconds(60));
  EXPECT_FALSE(audit().lastLogin("ORG_1"));
  EXPECT_EQ(codeOf([&] { audit().lastLogin(std::string("org\0x", 5)); }), ErrorCode::kInvalidRequest);
}

// Promise 2 of the design: nothing of one organization is shown to another
TEST_F(AuditLogConformance, ShowsAnOrganizationItsOwnEventsOnly) {
  audit().record(eventOf("mine", "org_1"));
  audit().record(eventOf("theirs", "org_2"));
  audit().record(eventOf("nobody's", ""));
  EXPECT_EQ(names("org_1", 10), std::vector<std::string>{"mine"});
  EXPECT_TRUE(names("ORG_1", 10).empty());
}

// SECURITY N5: an event and what it reports are one
TEST_F(AuditLogConformance, SharesTheFateOfItsUnit) {
  {
    const auto work = storage().begin();
    audit().record(*work, eventOf("lost", "org_1"));
  }
  EXPECT_TRUE(names("org_1", 10).empty());
  runUnit(storage(), [&](UnitOfWork& work) { audit().record(work, eventOf("kept", "org_1")); });
  EXPECT_EQ(names("org_1", 10), std::vector<std::string>{"kept"});
}

// JIT.md part 9
TEST_F(AuditLogConformance, CountsTheAccountsThatAConnectionCreated) {
  const auto created = [](std::string connection, std::int64_t at) {
    AuditEvent event = eventOf(std::string(kAccountCreated), "org_1", at);
    event.connectionId = std::move(connection);
    return event;
  };
  runUnit(storage(), [&](UnitOfWork& work) {
    for (const std::int64_t at : {100, 200, 300}) audit().record(work, created("conn_1", at));
    audit().record(work, created("conn_2", 300));
    AuditEvent other = created("conn_1", 300);
    other.name = "sso.login.completed";
    audit().record(work, other);
  });
  const auto work = otherInstance().begin();
  auto& log = otherInstance().audit();
  EXPECT_EQ(log.accountsCreated(*work, "conn_1", fromEpochSeconds(0)), 3U);
  EXPECT_EQ(log.accountsCreated(*work, "conn_1", fromEpochSeconds(200)), 2U) << "at the time itself, too";
  EXPECT_EQ(log.accountsCreated(*work, "conn_1", fromEpochSeconds(301)), 0U);
  EXPECT_EQ(log.accountsCreated(*work, "conn_2", fromEpochSeconds(0)), 1U);
  EXPECT_EQ(log.accountsCreated(*work, "CONN_1", fromEpochSeconds(0)), 0U);
  log.record(*work, created("conn_1", 400));
  EXPECT_EQ(log.accountsCreated(*work, "conn_1", fromEpochSeconds(0)), 4U) << "the unit's own";
}

TEST_F(AuditLogConformance, LetsNobodyElseCreateBetweenTheCountAndTheCommit) {
  constexpr std::size_t kMost = 60;
  const auto createWhileAllowed = [&](Storage& at) {
    for (int i = 0; i < 50; ++i) {
      bool done = false;
      while (!done) {
        try {
          runUnit(at, [&](UnitOfWork& work) {
            if (at.audit().accountsCreated(work, "conn_1", fromEpochSeconds(0)) >= kMost) return;
            AuditEvent event = eventOf(std::string(kAccountCreated), "org_1");
            event.connectionId = "conn_1";
            at.audit().record(work, event);
          });
          done = true;
        } catch (const Error& error) {
          ASSERT_EQ(error.code(), ErrorCode::kConflict);
        }
      }
    }
  };
  race([&] { createWhileAllowed(storage()); }, [&] { createWhileAllowed(otherInstance()); });
  const auto work = storage().begin();
  EXPECT_EQ(storage().audit().accountsCreated(*work, "conn_1", fromEpochSeconds(0)), kMost);
}

// SEC-DB-10, SEC-LG
TEST_F(AuditLogConformance, RefusesTextThatADatabaseWouldCutOrRefuse) {
  for (const auto& bad : badTexts()) {
    AuditEvent event = eventOf("sso.login.failed", "org_1");
    event.details = {{"claim", bad}};
    EXPECT_EQ(codeOf([&] { audit().record(event); }), ErrorCode::kInvalidRequest) << testing::PrintToString(bad);
    event = eventOf("sso.login.failed", "org_1");
    event.accountId = bad;
    EXPECT_EQ(codeOf([&] { audit().record(event); }), ErrorCode::kInvalidRequest) << testing::PrintToString(bad);
  }
  EXPECT_TRUE(names("org_1", 10).empty());
}

}  // namespace
}  // namespace sso::conformance
