// SPDX-License-Identifier: Apache-2.0
#include "portal_fixture.h"

namespace simulator_test {
namespace {

class PortalDomains : public PortalTest {
 protected:
  void SetUp() override { enter(); }
  HttpResponse add(const std::string& name) { return submit("/portal/domains", "domain=" + percentEncode(name)); }
  Domain domain() { return environment().organizations.back().domains.at(0); }
  std::string at(const std::string& action) { return "/portal/domains/" + domain().id + "/" + action; }
  std::string routed() { return parameter(get(authorizeUrl("domain=fresh.example")).header("Location"), "error"); }
};

TEST_F(PortalDomains, WaitForTheirRecord) {
  ASSERT_EQ(303, add(" Kay@Fresh.Example ").status);
  EXPECT_EQ("fresh.example", domain().domain);
  EXPECT_EQ("PENDING", domain().verificationStatus);
  const Json shown = ok("GET", under(kFreshOrganization, "/domains/" + domain().id))["domain"];
  EXPECT_EQ("DNS", shown["verification_method"]);
  EXPECT_EQ("local-scalekit-verify-" + domain().id, shown["txt_record_key"]);
  EXPECT_EQ(36U, shown["txt_record_secret"].get<std::string>().size());
  const auto page = show("/portal/domains");
  EXPECT_TRUE(
      says(page, shown["txt_record_key"].get<std::string>() + "=" + shown["txt_record_secret"].get<std::string>()));
  EXPECT_EQ("domain_not_found", routed());
}

TEST_F(PortalDomains, AreVerifiedByTheRecordAlone) {
  add("fresh.example");
  submit(at("verify"));
  EXPECT_EQ("PENDING", domain().verificationStatus);
  post("/simulator/dns", R"({"domain":"fresh.example","txt":"something else"})", "application/json");
  submit(at("verify"));
  EXPECT_EQ("PENDING", domain().verificationStatus);
  EXPECT_EQ(false, ok("PATCH", under(kFreshOrganization, "/domains/" + domain().id + ":verify"))["verified"]);
  post("/simulator/dns", R"({"domain":"fresh.example"})", "application/json");
  submit(at("verify"));
  EXPECT_EQ("VERIFIED", domain().verificationStatus);
  EXPECT_EQ("no_configured_connections", routed());
}

TEST_F(PortalDomains, AreVerifiedThroughTheApiAsWell) {
  add("fresh.example");
  submit(at("publish"));
  EXPECT_EQ(true, ok("PATCH", under(kFreshOrganization, "/domains/" + domain().id + ":verify"))["verified"]);
  EXPECT_EQ("VERIFIED", domain().verificationStatus);
  post("/simulator/dns/clear", "{}", "application/json");
  EXPECT_TRUE(environment().txtRecords.empty());
}

TEST_F(PortalDomains, FailAfterTwoDays) {
  add("fresh.example");
  submit(at("publish"));
  now_ += std::chrono::hours(48);
  token_.clear();  // It lived for one.
  enter();
  EXPECT_TRUE(says(show("/portal/domains"), "not published within two days"));
  submit(at("verify"));
  EXPECT_EQ("PENDING", domain().verificationStatus);
  EXPECT_EQ("FAILED", ok("GET", under(kFreshOrganization, "/domains/" + domain().id))["domain"]["verification_status"]);
  expectError(call("PATCH", under(kFreshOrganization, "/domains/" + domain().id + ":verify")), 400, 9,
              "FAILED_PRECONDITION");
  const std::string record = domain().txtSecret;
  submit(at("delete"));
  add("fresh.example");
  EXPECT_NE(record, domain().txtSecret);
}

TEST_F(PortalDomains, AreRefusedWhenBadPublicOrTaken) {
  for (const char* name : {"", "localhost", "a b.example", "-a.example", "fresh.example/path", "<script>", "gmail.com",
                           "https://outlook.com/", "example.com", "ACME.example"}) {
    const auto refused = add(name);
    EXPECT_EQ(400, refused.status) << name;
    EXPECT_TRUE(says(refused, "aria-invalid")) << name;
    EXPECT_FALSE(says(refused, "<script>"));
  }
  EXPECT_TRUE(environment().organizations.back().domains.empty());
  EXPECT_EQ(303, add("fresh.example").status);
  EXPECT_TRUE(says(add("fresh.example"), "in use already"));
}

TEST_F(PortalDomains, OfOtherOrganizationsAreOutOfReach) {
  for (const char* action : {"verify", "publish", "delete"}) {
    EXPECT_EQ(404, submit("/portal/domains/dom_59615193906282637/" + std::string(action)).status);
  }
  EXPECT_EQ(2U, environment().organizations[0].domains.size());
}

TEST_F(PortalDomains, AreNotPublishedByAButtonInProduction) {
  add("fresh.example");
  EXPECT_TRUE(says(show("/portal/domains"), "DNS stub"));
  change([](StateData& data) { data.environment.kind = EnvironmentKind::kProduction; });
  EXPECT_FALSE(says(show("/portal/domains"), "Publish this record"));
  EXPECT_EQ(404, submit(at("publish")).status);
  EXPECT_TRUE(environment().txtRecords.empty());
}

TEST_F(PortalDomains, AreSteeredWithCare) {
  const auto dns = [&](const std::string& body) { return post("/simulator/dns", body, "application/json").status; };
  EXPECT_EQ(400, dns(R"({"domain":"nobody.example"})"));
  EXPECT_EQ(400, dns(R"({"domain":"not a name","txt":"x"})"));
  EXPECT_EQ(400, dns(R"({"domain":"a.example","txt":")" + std::string(256, 'x') + "\"}"));
  EXPECT_EQ(200, dns(R"({"domain":"a.example","txt":"x"})"));
}

}  // namespace
}  // namespace simulator_test
