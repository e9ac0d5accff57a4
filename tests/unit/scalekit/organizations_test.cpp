// SPDX-License-Identifier: Apache-2.0
#include "unit/scalekit/client_fixture.h"

namespace sso::test {
namespace {

using namespace scalekit;
using std::chrono::minutes;

const std::string kAcme = R"({"id":"org_1","create_time":"2024-10-03T13:35:50.563013Z",
  "update_time":"0001-01-01T00:00:00Z","display_name":"Acme","region_code":"US","external_id":"tenant-7",
  "metadata":{"plan":"pro"},"slug":"acme","logo_url":"https://acme.com/logo.png",
  "settings":{"features":[{"name":"sso","enabled":true},{"name":"dir_sync","enabled":false}]},"unknown":[1]})";
const std::string kAcmeAnswer = "{\"organization\":" + kAcme + "}";

class OrganizationCalls : public ClientTest {};

TEST_F(OrganizationCalls, GetReadsEveryMember) {
  answers(kAcmeAnswer);
  const auto acme = client.organizations().get("org_1");
  EXPECT_EQ(call(), "GET /api/v1/organizations/org_1");
  EXPECT_EQ(acme.id, "org_1");
  EXPECT_EQ(acme.displayName, "Acme");
  EXPECT_EQ(acme.externalId, "tenant-7");
  EXPECT_EQ(acme.slug, "acme");
  EXPECT_EQ(acme.logoUrl, "https://acme.com/logo.png");
  EXPECT_EQ(acme.regionCode, "US");
  EXPECT_EQ(acme.metadata, (Metadata{{"plan", "pro"}}));
  EXPECT_TRUE(acme.has(feature::kSso));
  EXPECT_FALSE(acme.has(feature::kDirectorySync));
  EXPECT_FALSE(acme.has(feature::kDomainVerification));
  EXPECT_TRUE(acme.createTime.has_value());
  EXPECT_FALSE(acme.updateTime.has_value());
}

TEST_F(OrganizationCalls, RejectAnAnswerWithoutTheOrganizationOrItsId) {
  for (const std::string body : {"{}", "{\"organization\":null}", "{\"organization\":{\"display_name\":\"Acme\"}}",
                                 "{\"organization\":{\"id\":7}}"}) {
    answers(body);
    EXPECT_EQ(thrownBy<Error>([&] { client.organizations().get("org_1"); }).code(), ErrorCode::kUpstreamRejected);
  }
}

TEST_F(OrganizationCalls, CreateSendsOnlyWhatIsSet) {
  answers(kAcmeAnswer, 201);
  client.organizations().create({.displayName = "Acme", .externalId = "tenant-7", .metadata = {{"plan", "pro"}}});
  EXPECT_EQ(call(), "POST /api/v1/organizations");
  EXPECT_EQ(sentBody(), (Json{{"display_name", "Acme"}, {"external_id", "tenant-7"}, {"metadata", {{"plan", "pro"}}}}));
}

TEST_F(OrganizationCalls, UpdateSendsOnlyWhatChangesAndClearsASlug) {
  answers(kAcmeAnswer);
  client.organizations().update("org_1", {.displayName = "Acme Ltd", .slug = ""});
  EXPECT_EQ(call(), "PATCH /api/v1/organizations/org_1");
  EXPECT_EQ(sentBody(), (Json{{"display_name", "Acme Ltd"}, {"slug", ""}}));
}

TEST_F(OrganizationCalls, ByExternalIdTellsAbsenceFromFailure) {
  answers(kAcmeAnswer);
  EXPECT_EQ(client.organizations().byExternalId("tenant-7").value().id, "org_1");
  EXPECT_EQ(call(), "GET /api/v1/organizations:external/tenant-7");
  answers(R"({"code":5,"message":"no such object"})", 404);
  EXPECT_EQ(client.organizations().byExternalId("tenant-8"), std::nullopt);
  answers("{}", 404);
  EXPECT_EQ(thrownBy([&] { client.organizations().byExternalId("tenant-8"); }).refusal(), Refusal::kNotFound)
      << "not Scalekit's own word";
  answers("{}", 403);
  EXPECT_EQ(thrownBy([&] { client.organizations().byExternalId("tenant-8"); }).refusal(), Refusal::kForbidden);
}

TEST_F(OrganizationCalls, AnExternalIdThatNoPathHoldsIsLookedForInTheList) {
  answers(R"({"organizations":[{"id":"org_0","external_id":"a"},{"id":"org_1","external_id":"a/b"}]})");
  EXPECT_EQ(client.organizations().byExternalId("a/b").value().id, "org_1");
  EXPECT_EQ(call(), "GET /api/v1/organizations?page_size=100&external_id=a%2Fb");
  EXPECT_EQ(client.organizations().byExternalId("a/c"), std::nullopt);
}

TEST_F(OrganizationCalls, ListWalksOverPages) {
  transport->on("/api/v1/organizations", [this](const HttpRequest& request) {
    const bool first = request.url.find("page_token") == std::string::npos;
    return json("{\"organizations\":[" + kAcme + "],\"next_page_token\":\"" + (first ? "a+b/c" : "") +
                "\",\"total_size\":\"2\"}");
  });
  std::size_t seen = 0;
  for (const auto& organization : client.organizations().list({.externalId = "tenant-7", .pageSize = 10})) {
    EXPECT_EQ(organization.id, "org_1");
    ++seen;
  }
  EXPECT_EQ(seen, 2u);
  ASSERT_EQ(calls().size(), 2u);
  EXPECT_EQ(calls()[0].url, kEnvironment + "/api/v1/organizations?page_size=10&external_id=tenant-7");
  EXPECT_EQ(calls()[1].url,
            kEnvironment + "/api/v1/organizations?page_size=10&page_token=a%2Bb%2Fc&external_id=tenant-7");
  EXPECT_EQ(client.organizations().list().page().totalSize, 2u);
}

TEST_F(OrganizationCalls, SearchAsksWithTheWords) {
  answers("{\"organizations\":[]}");
  EXPECT_EQ(client.organizations().search("ac me").page().items.size(), 0u);
  EXPECT_EQ(call(), "GET /api/v1/organizations:search?page_size=30&query=ac%20me");
}

TEST_F(OrganizationCalls, RemoveAndFeatures) {
  answers("{}");
  client.organizations().remove("org_1");
  EXPECT_EQ(call(), "DELETE /api/v1/organizations/org_1");
}

TEST_F(OrganizationCalls, SetFeaturesNamesThem) {
  answers(kAcmeAnswer);
  EXPECT_TRUE(client.organizations().setFeatures("org_1", {{"sso", true}, {"dir_sync", false}}).has("sso"));
  EXPECT_EQ(call(), "PATCH /api/v1/organizations/org_1/settings");
  EXPECT_EQ(sentBody(),
            Json::parse(R"({"features":[{"name":"sso","enabled":true},{"name":"dir_sync","enabled":false}]})"));
}

TEST_F(OrganizationCalls, SessionPolicyIsReadInMinutes) {
  answers(R"({"policy":{"policy_source":"CUSTOM","absolute_session_timeout":2,"absolute_session_timeout_unit":"DAYS",
    "idle_session_timeout_enabled":true,"idle_session_timeout":3,"idle_session_timeout_unit":"HOURS"}})");
  EXPECT_EQ(client.organizations().sessionPolicy("org_0").idleTimeout, minutes(180));
  for (const std::string unit : {R"(,"absolute_session_timeout_unit":"minutes")", ""}) {
    answers(R"({"policy":{"policy_source":"CUSTOM","absolute_session_timeout":90)" + unit + "}}");
    EXPECT_EQ(client.organizations().sessionPolicy("org_0").absoluteTimeout, minutes(90));
  }
  answers(R"({"policy":{"policy_source":"CUSTOM","absolute_session_timeout":2,"absolute_session_timeout_unit":"DAYS",
    "idle_session_timeout_enabled":true,"idle_session_timeout":3,"idle_session_timeout_unit":"HOURS"}})");
  const auto policy = client.organizations().sessionPolicy("org_1");
  EXPECT_EQ(calls().back().url, kEnvironment + "/api/v1/organizations/org_1/session-policy");
  EXPECT_TRUE(policy.custom);
  EXPECT_EQ(policy.absoluteTimeout, minutes(2880));
  EXPECT_EQ(policy.idleTimeout, minutes(180));
  answers(R"({"policy":{"policy_source":"MOON"}})");
  EXPECT_THROW(client.organizations().sessionPolicy("org_1"), Error);
  answers(R"({"policy":{"policy_source":"APPLICATION"}})");
  EXPECT_FALSE(client.organizations().sessionPolicy("org_1").custom);
  answers(
      R"({"policy":{"policy_source":"CUSTOM","absolute_session_timeout":2,"absolute_session_timeout_unit":"MOONS"}})");
  EXPECT_THROW(client.organizations().sessionPolicy("org_1"), Error);
  answers(R"({"policy":{"policy_source":"CUSTOM","absolute_session_timeout":"9000000000000000000",
    "absolute_session_timeout_unit":"DAYS"}})");
  EXPECT_THROW(client.organizations().sessionPolicy("org_1"), Error);
}

TEST_F(OrganizationCalls, SetSessionPolicySendsMinutes) {
  answers(R"({"policy":{"policy_source":"CUSTOM"}})");
  client.organizations().setSessionPolicy("org_1", {.custom = true, .absoluteTimeout = minutes(90)});
  EXPECT_EQ(call(), "PATCH /api/v1/organizations/org_1/session-policy");
  EXPECT_EQ(sentBody(), Json::parse(R"({"policy_source":"CUSTOM","absolute_session_timeout":90,
    "absolute_session_timeout_unit":"MINUTES","idle_session_timeout_enabled":false})"));
}

TEST_F(OrganizationCalls, GoingBackToTheApplicationsPolicySendsNoTimes) {
  answers(R"({"policy":{"policy_source":"APPLICATION"}})");
  client.organizations().setSessionPolicy("org_1", {.custom = false, .absoluteTimeout = minutes(90)});
  EXPECT_EQ(sentBody(), (Json{{"policy_source", "APPLICATION"}}));
}

TEST_F(OrganizationCalls, SetMaxAllowedUsersReturnsWhatHolds) {
  answers(R"({"settings":{"max_allowed_users":25}})");
  EXPECT_EQ(client.organizations().setMaxAllowedUsers("org_1", 30), 25u);
  EXPECT_EQ(call(), "PATCH /api/v1/organizations/org_1/settings/usermanagement");
  EXPECT_EQ(sentBody(), Json::parse(R"({"settings":{"max_allowed_users":30}})"));
  answers(R"({"settings":{"max_allowed_users":null}})");
  EXPECT_EQ(client.organizations().setMaxAllowedUsers("org_1", 0), 0u);
  answers(R"({"settings":{"max_allowed_users":"4294967296"}})");
  EXPECT_THROW(client.organizations().setMaxAllowedUsers("org_1", 0), Error);
}

}  // namespace
}  // namespace sso::test
