// SPDX-License-Identifier: Apache-2.0
#include "api_fixture.h"
#include "simulator/src/management/limits.h"

namespace simulator_test {
namespace {

using Organizations = ApiTest;

TEST_F(Organizations, AreCreatedWithEverythingThatWasSent) {
  const Json sent = {{"display_name", "Mega söft"},           {"external_id", "mega"},
                     {"metadata", {{"tier", "gold"}}},        {"slug", "mega.example"},
                     {"logo_url", "https://a.example/x.png"}, {"region_code", "EU"}};
  const Json made = ok("POST", "/organizations", sent, 201)["organization"];
  for (const auto& [key, value] : sent.items()) EXPECT_EQ(value, made[key]) << key;
  EXPECT_TRUE(made["id"].get<std::string>().starts_with("org_"));
  EXPECT_EQ("2026-09-21T14:13:20Z", made["create_time"]);  // By the simulator's clock.
  EXPECT_EQ(made["create_time"], made["update_time"]);
  for (const auto& feature : made["settings"]["features"]) EXPECT_FALSE(feature["enabled"].get<bool>());
  EXPECT_EQ(made, ok("GET", "/organizations/" + made["id"].get<std::string>())["organization"]);
  EXPECT_EQ(made, ok("GET", "/organizations:external/mega")["organization"]);
  EXPECT_EQ(1, ok("GET", "/organizations?external_id=mega")["total_size"]);
}

TEST_F(Organizations, AreRefusedWithTheFieldThatIsWrong) {
  const std::string longSlug = std::string(63, 'a') + "." + std::string(63, 'b') + "." + std::string(63, 'c') + "." +
                               std::string(63, 'd');  // 255 characters of valid labels
  Json tooMany = Json::object();
  for (int i = 0; i < 11; ++i) tooMany["key" + std::to_string(i)] = "v";
  const std::vector<std::tuple<Json, const char*, const char*>> cases = {
      {{{"external_id", "x"}}, "display_name", "required"},
      {{{"display_name", ""}}, "display_name", "string.min_len"},
      {{{"display_name", std::string(201, 'x')}}, "display_name", "string.max_len"},
      {{{"display_name", 7}}, "display_name", "type.string"},
      {{{"display_name", "a\nb"}}, "display_name", "string.printable"},
      {{{"display_name", "a"}, {"colour", "red"}}, "colour", "unknown"},
      {{{"display_name", "a"}, {"external_id", std::string(257, 'x')}}, "external_id", "string.max_len"},
      {{{"display_name", "a"}, {"slug", ""}}, "slug", "string.min_len"},
      {{{"display_name", "a"}, {"slug", "-a"}}, "slug", "string.pattern"},
      {{{"display_name", "a"}, {"slug", "Acme"}}, "slug", "string.pattern"},
      {{{"display_name", "a"}, {"slug", longSlug}}, "slug", "string.max_len"},
      {{{"display_name", "a"}, {"logo_url", "http://a.example/x.png"}}, "logo_url", "string.pattern"},
      {{{"display_name", "a"}, {"logo_url", "https://a.example/" + std::string(1024, 'x')}},
       "logo_url",
       "string.max_len"},
      {{{"display_name", "a"}, {"region_code", "MARS"}}, "region_code", "string.in"},
      {{{"display_name", "a"}, {"metadata", "x"}}, "metadata", "type.object"},
      {{{"display_name", "a"}, {"metadata", tooMany}}, "metadata", "map.max_pairs"},
      {{{"display_name", "a"}, {"metadata", {{"ab", "v"}}}}, "metadata", "map.keys"},
      {{{"display_name", "a"}, {"metadata", {{std::string(26, 'k'), "v"}}}}, "metadata", "map.keys"},
      {{{"display_name", "a"}, {"metadata", {{"key", ""}}}}, "metadata[\"key\"]", "string.min_len"},
      {{{"display_name", "a"}, {"metadata", {{"key", std::string(257, 'v')}}}}, "metadata[\"key\"]", "string.max_len"},
      {{{"display_name", "a"}, {"metadata", {{"key", 1}}}}, "metadata[\"key\"]", "type.string"},
  };
  for (const auto& [body, field, constraint] : cases) {
    EXPECT_EQ(constraint, violated(call("POST", "/organizations", body.dump()), std::string("organization.") + field))
        << body.dump().substr(0, 100);
  }
  EXPECT_EQ(3U, environment().organizations.size());
}

TEST_F(Organizations, CountCharactersNotBytes) {
  std::string name;
  for (int i = 0; i < 200; ++i) name += "ö";
  ok("POST", "/organizations", {{"display_name", name}}, 201);
  EXPECT_EQ("string.max_len", violated(call("POST", "/organizations", Json{{"display_name", name + "x"}}.dump()),
                                       "organization.display_name"));
}

TEST_F(Organizations, HaveExternalIdsAndSlugsOfTheirOwn) {
  expectTaken(call("POST", "/organizations", R"({"display_name":"a","external_id":"acme"})"));
  expectTaken(call("POST", "/organizations", R"({"display_name":"a","slug":"acme"})"));
  expectTaken(call("PATCH", under(kTestOrganization), R"({"external_id":"acme"})"));
  ok("PATCH", under(kTestOrganization), {{"external_id", "test-organization"}, {"slug", "test-organization"}});
  // No id is no id: any number of organizations may have none.
  ok("POST", "/organizations", {{"display_name", "a"}, {"external_id", ""}}, 201);
  ok("POST", "/organizations", {{"display_name", "b"}, {"external_id", ""}}, 201);
}

TEST_F(Organizations, ChangeOnlyWhatWasSent) {
  now_ += std::chrono::hours(1);
  const Json before = ok("GET", under(kTestOrganization))["organization"];
  const Json after = ok("PATCH", under(kTestOrganization), {{"display_name", "New"}, {"slug", ""}})["organization"];
  EXPECT_EQ("New", after["display_name"]);
  EXPECT_FALSE(after.contains("slug"));
  EXPECT_EQ(before["external_id"], after["external_id"]);
  EXPECT_EQ(before["create_time"], after["create_time"]);
  EXPECT_NE(before["update_time"], after["update_time"]);
  ok("PATCH", under(kTestOrganization), {{"metadata", {{"one", "1"}}}});
  EXPECT_EQ(Json({{"two", "2"}}),
            ok("PATCH", under(kTestOrganization), {{"metadata", {{"two", "2"}}}})["organization"]["metadata"]);
  EXPECT_EQ("string.min_len",
            violated(call("PATCH", under(kTestOrganization), R"({"display_name":""})"), "organization.display_name"));
  EXPECT_EQ("unknown",
            violated(call("PATCH", under(kTestOrganization), R"({"region_code":"EU"})"), "organization.region_code"));
}

TEST_F(Organizations, TakeTheirThingsWithThem) {
  const std::string link = ok("PUT", under(kTestOrganization, "/portal_links"))["link"]["id"];
  EXPECT_EQ(1U, context_->state.with([](StateData& data) { return data.portalLinks.size(); }));
  EXPECT_EQ(Json::object(), ok("DELETE", under(kTestOrganization)));
  expectNotFound(call("GET", under(kTestOrganization)));
  expectNotFound(call("DELETE", under(kTestOrganization)));
  EXPECT_EQ(0U, context_->state.with([](StateData& data) { return data.portalLinks.size(); }));
  EXPECT_TRUE(ok("GET", "/connections?domain=example.com&include=all")["connections"].empty());
}

TEST_F(Organizations, EndTheLoginsOfTheirPeopleWhenDeleted) {
  const Json tokens = Json::parse(exchange(codeFor("alice@acme.example", "openid%20offline_access")).body);
  const auto refresh = [&] {
    return post("/oauth/token", "grant_type=refresh_token&refresh_token=" + tokens["refresh_token"].get<std::string>() +
                                    "&client_id=" + kClient + "&client_secret=" + kSecret)
        .status;
  };
  ok("DELETE", "/organizations/org_70000000000000001");
  EXPECT_EQ(400, refresh());
  EXPECT_EQ(401, get("/userinfo", "Bearer " + tokens["access_token"].get<std::string>()).status);
}

TEST_F(Organizations, ComeInPages) {
  EXPECT_EQ(3U, idsOfPages("/organizations", "organizations").size());
  EXPECT_EQ(3, ok("GET", "/organizations?page_size=2")["total_size"]);
  for (const char* size : {"101", "-1", "1000", "x", "1.5"}) {
    expectInvalid(call("GET", std::string("/organizations?page_size=") + size));
  }
}

TEST_F(Organizations, AreSearchedByTheirTexts) {
  EXPECT_EQ("acme", ok("GET", "/organizations:search?query=ACME")["organizations"][0]["slug"]);
  EXPECT_EQ(0, ok("GET", "/organizations:search?query=nobody")["total_size"]);
  EXPECT_EQ("string.min_len", violated(call("GET", "/organizations:search?query=ac"), "query"));
  EXPECT_EQ("string.max_len", violated(call("GET", "/organizations:search?query=" + std::string(101, 'a')), "query"));
  expectInvalid(call("GET", "/organizations:search?query=acme&page_size=31"));
}

TEST_F(Organizations, AreBoundedInNumber) {
  change([](StateData& data) { data.environment.organizations.resize(limits::kOrganizations); });
  expectExhausted(call("POST", "/organizations", R"({"display_name":"one too many"})"));
}

using OrganizationSettings = ApiTest;

TEST_F(OrganizationSettings, SwitchNamedFeaturesOnly) {
  const auto enabled = [](const Json& organization, const std::string& name) {
    for (const auto& feature : organization["settings"]["features"]) {
      if (feature["name"] == name) return feature["enabled"].get<bool>();
    }
    return false;
  };
  const Json features = {{{"name", "dir_sync"}, {"enabled", true}}, {{"name", "session_policy"}, {"enabled", true}}};
  const Json after = ok("PATCH", under(kTestOrganization, "/settings"), {{"features", features}})["organization"];
  EXPECT_TRUE(enabled(after, "sso"));
  EXPECT_TRUE(enabled(after, "dir_sync"));
  EXPECT_TRUE(enabled(after, "session_policy"));
  EXPECT_FALSE(enabled(after, "domain_verification"));
  ok("PATCH", under(kTestOrganization, "/settings"), {{"features", {{{"name", "sso"}, {"enabled", false}}}}});
  EXPECT_TRUE(ok("GET", "/connections?domain=example.com")["connections"].empty());
}

TEST_F(OrganizationSettings, RefuseOtherFeatures) {
  const std::string target = under(kTestOrganization, "/settings");
  EXPECT_EQ("string.in", violated(call("PATCH", target, R"({"features":[{"name":"scim","enabled":true}]})"),
                                  "settings.features[0].name"));
  EXPECT_EQ("required",
            violated(call("PATCH", target, R"({"features":[{"name":"sso"}]})"), "settings.features[0].enabled"));
  EXPECT_EQ("type.bool", violated(call("PATCH", target, R"({"features":[{"name":"sso","enabled":"yes"}]})"),
                                  "settings.features[0].enabled"));
  EXPECT_EQ(
      "repeated.unique",
      violated(call("PATCH", target, R"({"features":[{"name":"sso","enabled":true},{"name":"sso","enabled":false}]})"),
               "settings.features[1].name"));
  EXPECT_EQ("type.array", violated(call("PATCH", target, R"({"features":{}})"), "settings.features"));
  const Json many = {{"features", std::vector<Json>(11, {{"name", "sso"}, {"enabled", true}})}};
  EXPECT_EQ("repeated.max_items", violated(call("PATCH", target, many.dump()), "settings.features"));
  EXPECT_EQ("type.object", violated(call("PATCH", target, R"({"features":["sso"]})"), "settings.features[0]"));
  EXPECT_EQ("unknown", violated(call("PATCH", target, R"({"sso":true})"), "settings.sso"));
  expectNotFound(call("PATCH", "/organizations/org_1/settings", "{}"));
}

TEST_F(OrganizationSettings, KeepASessionPolicyInMinutes) {
  const std::string target = under(kTestOrganization, "/session-policy");
  EXPECT_EQ(Json({{"policy_source", "APPLICATION"}}), ok("GET", target)["policy"]);
  const Json custom = ok("PATCH", target,
                         {{"policy_source", "CUSTOM"},
                          {"absolute_session_timeout", 6},
                          {"absolute_session_timeout_unit", "HOURS"},
                          {"idle_session_timeout_enabled", true},
                          {"idle_session_timeout", 84}})["policy"];
  EXPECT_EQ(360, custom["absolute_session_timeout"]);
  EXPECT_EQ("MINUTES", custom["absolute_session_timeout_unit"]);
  EXPECT_EQ(84, custom["idle_session_timeout"]);
  EXPECT_EQ(custom, ok("GET", target)["policy"]);
  EXPECT_EQ(Json({{"policy_source", "APPLICATION"}}),
            ok("PATCH", target, {{"policy_source", "APPLICATION"}, {"absolute_session_timeout", 5}})["policy"]);
  EXPECT_TRUE(ok("GET", under(kTestOrganization,
                              "/application-session-policy"))["application_policy"]["absolute_session_timeout"]
                  .is_number());
}

TEST_F(OrganizationSettings, RefuseSenselessSessionPolicies) {
  const std::string target = under(kTestOrganization, "/session-policy");
  const auto constraint = [&](const Json& body, const char* field) {
    return violated(call("PATCH", target, body.dump()), std::string("policy.") + field);
  };
  EXPECT_EQ("required", constraint(Json::object(), "policy_source"));
  EXPECT_EQ("string.in", constraint({{"policy_source", "environment"}}, "policy_source"));
  EXPECT_EQ("required", constraint({{"policy_source", "CUSTOM"}}, "absolute_session_timeout"));
  EXPECT_EQ("integer.range",
            constraint({{"policy_source", "CUSTOM"}, {"absolute_session_timeout", 0}}, "absolute_session_timeout"));
  EXPECT_EQ("integer.range", constraint({{"policy_source", "CUSTOM"},
                                         {"absolute_session_timeout", 367},
                                         {"absolute_session_timeout_unit", "DAYS"}},
                                        "absolute_session_timeout"));
  EXPECT_EQ("type.integer",
            constraint({{"policy_source", "CUSTOM"}, {"absolute_session_timeout", 1.5}}, "absolute_session_timeout"));
  EXPECT_EQ("string.in", constraint({{"policy_source", "CUSTOM"}, {"absolute_session_timeout_unit", "WEEKS"}},
                                    "absolute_session_timeout_unit"));
  EXPECT_EQ(
      "required",
      constraint({{"policy_source", "CUSTOM"}, {"absolute_session_timeout", 5}, {"idle_session_timeout_enabled", true}},
                 "idle_session_timeout"));
}

TEST_F(OrganizationSettings, KeepAUserLimit) {
  const std::string target = under(kTestOrganization, "/settings/usermanagement");
  EXPECT_EQ(0, ok("GET", target)["settings"]["max_allowed_users"]);
  EXPECT_EQ(7, ok("PATCH", target, {{"settings", {{"max_allowed_users", 7}}}})["settings"]["max_allowed_users"]);
  EXPECT_EQ(7, ok("GET", target)["settings"]["max_allowed_users"]);
  EXPECT_EQ(0, ok("PATCH", target, {{"settings", {{"max_allowed_users", nullptr}}}})["settings"]["max_allowed_users"]);
  EXPECT_EQ("integer.range",
            violated(call("PATCH", target, R"({"settings":{"max_allowed_users":-1}})"), "settings.max_allowed_users"));
  EXPECT_EQ("required", violated(call("PATCH", target, "{}"), "settings"));
}

}  // namespace
}  // namespace simulator_test
