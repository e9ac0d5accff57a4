// SPDX-License-Identifier: Apache-2.0
#include "api_fixture.h"
#include "simulator/src/management/limits.h"

namespace simulator_test {
namespace {

class Domains : public ApiTest {
 protected:
  HttpResponse create(const Json& body) { return call("POST", path_, body.dump()); }
  const std::string path_ = under(kTestOrganization, "/domains");
};

TEST_F(Domains, AreVerifiedAtOnceWhenCreated) {
  const Json made = ok("POST", path_, {{"domain", "Mail.Example"}, {"domain_type", "ORGANIZATION_DOMAIN"}})["domain"];
  EXPECT_EQ("mail.example", made["domain"]);
  EXPECT_EQ("VERIFIED", made["verification_status"]);
  EXPECT_EQ("ADMIN", made["verification_method"]);
  EXPECT_EQ(kTestOrganization, made["organization_id"]);
  EXPECT_TRUE(made["environment_id"].get<std::string>().starts_with("env_"));
  EXPECT_EQ(made, ok("GET", path_ + "/" + made["id"].get<std::string>())["domain"]);
  EXPECT_EQ(1U, ok("GET", "/connections?domain=mail.example")["connections"].size());
}

TEST_F(Domains, AreAllowedEmailDomainsUnlessSaidOtherwise) {
  const Json made = ok("POST", path_, {{"domain", "mail.example"}})["domain"];
  EXPECT_EQ("ALLOWED_EMAIL_DOMAIN", made["domain_type"]);
  EXPECT_EQ("NOT_APPLICABLE", made["verification_method"]);
  EXPECT_TRUE(ok("GET", "/connections?domain=mail.example")["connections"].empty());
}

TEST_F(Domains, AreRefusedWhenBadPublicOrTaken) {
  const std::string label(63, 'a');
  for (const auto& [body, constraint] : std::initializer_list<std::pair<Json, const char*>>{
           {Json::object(), "required"},
           {{{"domain", "a.b"}}, "string.min_len"},
           {{{"domain", label + "." + label + "." + label + "." + label + ".example"}}, "string.max_len"},
           {{{"domain", "localhost"}}, "string.pattern"},
           {{{"domain", "-a.example"}}, "string.pattern"},
           {{{"domain", "a b.example"}}, "string.pattern"},
           {{{"domain", "https://a.example"}}, "string.pattern"},
           {{{"domain", 4}}, "type.string"},
           {{{"domain", "gmail.com"}}, "domain.public"},
           {{{"domain", "Outlook.com"}}, "domain.public"},
           {{{"domain", "example.org"}}, "domain.unique"},
           {{{"domain", "ACME.example"}}, "domain.unique"}}) {
    EXPECT_EQ(constraint, violated(create(body), "domain.domain")) << body;
  }
  EXPECT_EQ("string.in", violated(create({{"domain", "a.example"}, {"domain_type", "X"}}), "domain.domain_type"));
  EXPECT_EQ("unknown", violated(create({{"domain", "a.example"}, {"id", "dom_1"}}), "domain.id"));
  expectNotFound(call("POST", "/organizations/org_1/domains", R"({"domain":"a.example"})"));
  EXPECT_EQ(2U, environment().organizations[0].domains.size());
}

TEST_F(Domains, ComeInNumberedPages) {
  ok("POST", path_, {{"domain", "mail.example"}});
  EXPECT_EQ(3U, ok("GET", path_)["domains"].size());
  const Json second = ok("GET", path_ + "?page_size=2&page_number=1");
  EXPECT_EQ(1U, second["domains"].size());
  EXPECT_EQ(2, second["page_size"]);
  EXPECT_EQ(1, second["page_number"]);
  EXPECT_TRUE(ok("GET", path_ + "?page_size=2&page_number=7")["domains"].empty());
  EXPECT_EQ(1U, ok("GET", path_ + "?domain_type=ALLOWED_EMAIL_DOMAIN")["domains"].size());
  EXPECT_EQ(2U, ok("GET", path_ + "?domain_type=ORGANIZATION_DOMAIN")["domains"].size());
  for (const char* query : {"?page_size=101", "?page_size=x", "?page_number=-1", "?domain_type=X"}) {
    expectInvalid(call("GET", path_ + query));
  }
}

TEST_F(Domains, RouteNoLoginsOnceDeleted) {
  EXPECT_EQ(Json::object(), ok("DELETE", path_ + "/dom_59615193906282637"));
  expectNotFound(call("GET", path_ + "/dom_59615193906282637"));
  expectNotFound(call("DELETE", path_ + "/dom_59615193906282637"));
  EXPECT_TRUE(ok("GET", "/connections?domain=example.com")["connections"].empty());
  expectNotFound(call("DELETE", path_ + "/dom_70000000000000003"));  // Of another organization.
  ok("POST", path_, {{"domain", "example.com"}});                    // The name is free again.
}

TEST_F(Domains, PendingOnesAreVerifiedOnRequest) {
  const std::string one = path_ + "/dom_59615193906282637";
  change([](StateData& data) { data.environment.organizations[0].domains[0].verificationStatus = "PENDING"; });
  EXPECT_TRUE(ok("PATCH", one + ":verify")["verified"].get<bool>());
  EXPECT_EQ("VERIFIED", ok("GET", one)["domain"]["verification_status"]);
  change([](StateData& data) { data.environment.organizations[0].domains[0].verificationStatus = "FAILED"; });
  expectError(call("PATCH", one + ":verify"), 400, 9, "FAILED_PRECONDITION");
}

TEST_F(Domains, AreBoundedInNumber) {
  change([](StateData& data) { data.environment.organizations[0].domains.resize(limits::kDomains); });
  expectExhausted(create({{"domain", "mail.example"}}));
}

}  // namespace
}  // namespace simulator_test
