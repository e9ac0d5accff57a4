// SPDX-License-Identifier: Apache-2.0
// host-app --replay, --dry-run and --check-policy: what they print and return. docs/POLICY.md shows the same output.
#include "review_commands.h"

#include <fstream>
#include <set>
#include <sstream>

#include "application_fixture.h"
#include "command_line.h"
#include "identity/decision_record.h"
#include "identity/jit_policy.h"
#include "support/fake_transport.h"
#include "unit/identity/policy_facts.h"

namespace hostapp {
namespace {

using sso::detail::Facts;

std::string readSource(const std::string& path) {
  std::ifstream in(std::string(MODULAR_SSO_SOURCE_DIR) + "/" + path);
  std::ostringstream text;
  text << in.rdbuf();
  EXPECT_FALSE(text.str().empty()) << path;
  return text.str();
}

/// The document shows exactly this.
void expectShown(const std::string& output) {
  EXPECT_NE(readSource("docs/POLICY.md").find("```\n" + output), std::string::npos) << output;
}

/// The application with the real module; Scalekit is away.
struct ReviewCommands : ApplicationTest {
  std::shared_ptr<sso::test::FakeTransport> scalekit = std::make_shared<sso::test::FakeTransport>();
  std::ostringstream out, err;

  void prepare(AppConfig& config, Application::Overrides& overrides) override {
    config.sso.environmentUrl = "https://acme.scalekit.example";
    config.sso.clientId = "skc_123456789";
    config.sso.clientSecret = sso::Secret("a-client-secret-0123456789");
    scalekit->failWith("https://");
    overrides.transport = scalekit;
    overrides.makeModule = nullptr;
  }
  const sso::DecisionReview& review() const { return app->parts().sso->decisionReview(); }
  void record(const Facts& facts, const std::string& decision, const std::string& version = "1") {
    sso::AuditEvent event;
    event.name = "sso.login.failed";
    event.reference = "7K2M9QXD01";
    event.organizationId = "org_1234567";
    event.connectionId = "conn_1";
    event.details = {{"policy_version", version}};
    event.at = clock->now();
    event.decision = decision.empty() ? sso::detail::decisionRecord(facts, sso::detail::decide(facts)) : decision;
    app->parts().storage->audit().record(event);
  }
  static Facts stranger() {
    auto facts = sso::detail::test::firstLogin();
    facts.emailDomain = sso::detail::DomainOwner::kNotThisOrganization;
    return facts;
  }
  int replay(const std::string& reference = "7K2M9QXD01") { return replayDecision(review(), reference, out, err); }
  int tryOut(const std::string& claims, const std::string& organization = "org_1234567",
             const std::string& connection = "conn_1") {
    return dryRun(review(), app->parts().storage->organizations(), organization, connection, claims, out, err);
  }
};

TEST_F(ReviewCommands, ReplayTellsADecisionAndDecidesItAgain) {
  record(stranger(), "");
  EXPECT_EQ(replay(), 0);
  EXPECT_EQ(err.str(), "");
  const std::string told = out.str(), facts = "  from these facts:\n";
  const auto end = told.find(facts);
  ASSERT_NE(end, std::string::npos) << told;
  expectShown("$ host-app --replay 7K2M9QXD01\n" + told.substr(0, end + facts.size()));
  EXPECT_NE(told.find("    email_domain                 not_this_organization\n"), std::string::npos) << told;
  EXPECT_NE(told.find("    now                          2023-11-14T22:13:20Z\n"), std::string::npos) << told;
  EXPECT_NE(told.find("    clock_skew                   60 s\n"), std::string::npos) << told;
}

TEST_F(ReviewCommands, ReplayReturnsOneWhereTheDecisionIsAnotherNow) {
  const auto facts = stranger();
  record(facts, sso::detail::decisionRecord(facts, sso::detail::decide(sso::detail::test::firstLogin())));
  EXPECT_EQ(replay(), 1);
  EXPECT_NE(out.str().find("decided then                   create, none, row 2"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("decided now                    deny, domain_not_owned, row 3"), std::string::npos);
  EXPECT_NE(out.str().find("the same                       no"), std::string::npos);
}

TEST_F(ReviewCommands, ReplayReturnsTwoForWhatIsNotKnown) {
  EXPECT_EQ(replay(), 2);
  EXPECT_NE(err.str().find("no decision is known"), std::string::npos);
  record(stranger(), R"({"format":1,"omitted":"too_large"})", "77");
  EXPECT_EQ(replay(), 2);
  EXPECT_NE(out.str().find("the facts were not kept"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("version 77, not kept any more"), std::string::npos);
}

TEST_F(ReviewCommands, ReplayPrintsNoControlCharacters) {
  auto facts = stranger();
  facts.defaultRoleName = "a\x1B[2Jb";
  record(facts, "");
  EXPECT_EQ(replay(), 0);
  EXPECT_EQ(out.str().find('\x1B'), std::string::npos);
}

TEST_F(ReviewCommands, DryRunTellsEachLineAndNothingOfIt) {
  const std::string claims = R"({"email": "eve@acme.example", "email_verified": true})"
                             "\n"
                             R"({"email": "zoe@elsewhere.example", "email_verified": true})"
                             "\n";
  EXPECT_EQ(tryOut(claims), 0);
  expectShown("$ host-app --dry-run claims.jsonl --organization org_1234567 --connection conn_1\n" + out.str());
  for (const auto* personal : {"eve@", "zoe", "acme.example", "elsewhere"}) {
    EXPECT_EQ(out.str().find(personal), std::string::npos) << out.str();
    EXPECT_EQ(log->text().find(personal), std::string::npos);
  }
}

TEST_F(ReviewCommands, DryRunReturnsTwoForWhatCannotBeTried) {
  EXPECT_EQ(tryOut("{}", "org_none"), 2);
  EXPECT_NE(err.str().find("no such organization is stored"), std::string::npos);
  EXPECT_EQ(tryOut("{}\n{\"email\":7}\nMARKER\n"), 2);
  EXPECT_NE(err.str().find("  line 2: email is no string\n  line 3: not one JSON object"), std::string::npos)
      << err.str();
  EXPECT_EQ(err.str().find("MARKER"), std::string::npos);
  EXPECT_EQ(tryOut("{}", "org_1234567", "no connection"), 2);
  EXPECT_EQ(out.str(), "");
}

// ---- vectors ------------------------------------------------------------------------------------------------------

TEST(CheckPolicy, FindsTheTableOfThePolicyAsItIs) {
  std::ostringstream out, err;
  EXPECT_EQ(checkPolicy(readSource("tests/vectors/jit.json"), out, err), 0) << out.str() << err.str();
  EXPECT_EQ(out.str(), "71 of 71 vectors come to what they expect\n");
}

TEST(CheckPolicy, HasAVectorForEachRow) {
  std::set<int> rows;
  const auto file = nlohmann::json::parse(readSource("tests/vectors/jit.json"));
  for (const auto& vector : file["vectors"]) rows.insert(vector["jit_row"].get<int>());
  EXPECT_EQ(rows.size(), 32U);
}

TEST(CheckPolicy, TellsWhatDiffers) {
  const std::string vectors = R"({"format": 1,
  "policies": {"ours": {"default_role": "member", "approval_required": true}},
  "vectors": [
    {"name": "new people wait for an administrator", "jit_row": 2, "policy": "ours",
     "expect": {"outcome": "request_approval", "code": "approval_required", "row": 2}},
    {"name": "guests need no invitation", "jit_row": 28, "policy": "ours",
     "facts": {"email_domain": "not_this_organization"},
     "expect": {"outcome": "create", "code": "none", "row": 2}}]}
)";
  std::ostringstream out, err;
  EXPECT_EQ(checkPolicy(vectors, out, err), 1);
  EXPECT_NE(readSource("docs/POLICY.md").find("```json\n" + vectors), std::string::npos) << "the example of the page";
  expectShown("$ host-app --check-policy vectors.json\n" + out.str());
}

TEST(CheckPolicy, ReturnsTwoForAFileThatIsNotSound) {
  const auto problemOf = [](const std::string& vectors) {
    std::ostringstream out, err;
    EXPECT_EQ(checkPolicy(vectors, out, err), 2);
    EXPECT_EQ(out.str(), "");
    return err.str();
  };
  EXPECT_NE(problemOf("{").find("file: not one JSON object"), std::string::npos);
  EXPECT_NE(problemOf(R"({"format":1,"policies":{"x":{"mood":"off"}},"vectors":[]})").find("mood: unknown member"),
            std::string::npos);
  EXPECT_NE(problemOf(R"({"format":1,"policies":{"x":{"connections":{"no id":{}}}},"vectors":[]})").find("policy."),
            std::string::npos);
}

// ---- the command line ---------------------------------------------------------------------------------------------

CommandLine parsed(std::vector<const char*> words) {
  words.insert(words.begin(), "host-app");
  testing::internal::CaptureStderr();
  auto command = parseCommandLine(static_cast<int>(words.size()), words.data());
  testing::internal::GetCapturedStderr();
  return command;
}

TEST(ReviewOptions, AreOneQuestionAtATime) {
  EXPECT_EQ(parsed({"--replay", "7K2M9QXD01"}).replayReference, "7K2M9QXD01");
  const auto tried = parsed({"--dry-run", "claims.jsonl", "--organization", "org_1", "--connection", "conn_1"});
  EXPECT_FALSE(tried.done);
  EXPECT_EQ(tried.claimsFile, "claims.jsonl");
  EXPECT_EQ(tried.organizationId, "org_1");
  EXPECT_EQ(tried.connectionId, "conn_1");
  EXPECT_EQ(parsed({"--check-policy", "vectors.json"}).vectorsFile, "vectors.json");
  for (const auto& wrong : std::vector<std::vector<const char*>>{{"--dry-run", "claims.jsonl"},
                                                                 {"--organization", "org_1"},
                                                                 {"--replay", "A", "--check-policy", "v.json"},
                                                                 {"--replay", "A", "--seed", "s.json"},
                                                                 {"--replay"}}) {
    const auto command = parsed(wrong);
    EXPECT_TRUE(command.done) << wrong[0];
    EXPECT_EQ(command.exitCode, 2) << wrong[0];
  }
}

TEST(ReadNamedFile, ReadsNoFurtherThanOneByteBeyondTheBound) {
  const std::string path = std::string(MODULAR_SSO_SOURCE_DIR) + "/tests/vectors/jit.json";
  EXPECT_EQ(readNamedFile(path, 10).size(), 11U);
  EXPECT_EQ(readNamedFile(path, 1 << 20), readSource("tests/vectors/jit.json"));
  EXPECT_THROW(readNamedFile(path + ".none", 10), sso::Error);
}

}  // namespace
}  // namespace hostapp
