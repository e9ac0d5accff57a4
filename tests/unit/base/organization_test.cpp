// SPDX-License-Identifier: Apache-2.0
#include "sso/organization.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sso {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Organization acme() {
  Organization organization;
  organization.id = "org_12345678901234567";
  organization.tenantId = "tenant-1";
  organization.displayName = "Acme M\xC3\xBCller";
  organization.domains = {"acme.example", "xn--mller-kva.example"};
  organization.policy.defaultRole = "member";
  organization.policy.trustedConnections = {"conn_1", "conn_2"};
  return organization;
}

template <typename Change>
std::vector<std::string> problemsAfter(Change change) {
  Organization organization = acme();
  change(organization);
  return problemsOf(organization);
}

TEST(ProblemsOfOrganization, FindsNoneInASoundOne) {
  EXPECT_THAT(problemsOf(acme()), IsEmpty());
  EXPECT_THAT(problemsAfter([](auto& o) { o.domains.clear(), o.policy = {}; }), IsEmpty());
}

TEST(ProblemsOfOrganization, ChecksIds) {
  for (const char* id : {"", "org_", "acme", "conn_1", "org_1/..", "org_1?x", "org_a b", "org_\xC3\xA9", "ORG_1"}) {
    EXPECT_THAT(problemsAfter([&](auto& o) { o.id = id; }), ElementsAre(HasSubstr("id:"))) << id;
  }
  EXPECT_THAT(problemsAfter([](auto& o) { o.id = "org_" + std::string(61, '1'); }), ElementsAre(HasSubstr("id:")));
  for (const std::string& id : {std::string(), std::string("a\0b", 3), std::string(256, 'x'), std::string("\xFF")}) {
    EXPECT_THAT(problemsAfter([&](auto& o) { o.tenantId = id; }), ElementsAre(HasSubstr("tenantId:")));
  }
  EXPECT_THAT(problemsAfter([](auto& o) { o.displayName = "Ac\nme"; }), ElementsAre(HasSubstr("displayName:")));
  EXPECT_THAT(problemsAfter([](auto& o) { o.displayName.clear(); }), ElementsAre(HasSubstr("displayName:")));
  EXPECT_THAT(problemsAfter([](auto& o) { o.version = -1; }), ElementsAre(HasSubstr("version:")));
}

// JIT.md: public mail domains can never be owned; domains are exact and canonical
TEST(ProblemsOfOrganization, ChecksDomains) {
  for (const char* domain : {"Acme.example", "acme", "", "acme.example.", "*.acme.example", "@acme.example",
                             "m\xC3\xBCller.example", "10.0.0.1", "acme.example "}) {
    EXPECT_THAT(problemsAfter([&](auto& o) { o.domains = {domain}; }),
                ElementsAre(HasSubstr("domains[0]: not a domain")))
        << domain;
  }
  EXPECT_THAT(problemsAfter([](auto& o) {
                o.domains = {"a.example", "gmail.com"};
              }),
              ElementsAre(HasSubstr("domains[1]: a public mail domain")));
  EXPECT_THAT(problemsAfter([](auto& o) {
                o.domains = {"a.example", "a.example"};
              }),
              ElementsAre(HasSubstr("domains[1]: listed twice")));
  EXPECT_THAT(problemsAfter([](auto& o) {
                o.domains.clear();
                for (int i = 0; i < 101; ++i) o.domains.push_back("a" + std::to_string(i) + ".example");
              }),
              ElementsAre("domains: more than 100"));
}

TEST(ProblemsOfOrganization, ChecksThePolicy) {
  EXPECT_THAT(problemsAfter([](auto& o) { o.policy.trustedConnections = {"org_1"}; }),
              ElementsAre(HasSubstr("trustedConnections[0]: not a connection id")));
  EXPECT_THAT(problemsAfter([](auto& o) {
                o.policy.trustedConnections = {"conn_1", "conn_1"};
              }),
              ElementsAre(HasSubstr("trustedConnections[1]: listed twice")));
  EXPECT_THAT(problemsAfter([](auto& o) { o.policy.trustedConnections.assign(101, "conn_1"); }).front(),
              HasSubstr("more than 100"));
  EXPECT_THAT(problemsAfter([](auto& o) { o.policy.defaultRole = "a\tb"; }), ElementsAre(HasSubstr("defaultRole")));
  for (const std::uint32_t limit : {0U, 100'001U}) {
    EXPECT_THAT(problemsAfter([=](auto& o) { o.policy.creationsPerHour = limit; }),
                ElementsAre(HasSubstr("creationsPerHour")));
  }
  EXPECT_THAT(problemsAfter([](auto& o) { o.policy.mode = static_cast<SsoMode>(7); }), ElementsAre(HasSubstr("mode")));
  EXPECT_THAT(problemsAfter([](auto& o) { o.policy.linkExisting = static_cast<LinkRule>(7); }),
              ElementsAre(HasSubstr("linkExisting")));
  EXPECT_THAT(problemsAfter([](auto& o) { o.status = static_cast<OrganizationStatus>(7); }),
              ElementsAre(HasSubstr("status")));
}

TEST(ProblemsOfOrganization, ListsAllAtOnce) { EXPECT_EQ(problemsOf(Organization{}).size(), 3u); }

}  // namespace
}  // namespace sso
