// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "api_fixture.h"

namespace simulator_test {
namespace {

class PortalLinks : public ApiTest {
 protected:
  Json generate(const std::string& query = {}) { return ok("PUT", path_ + query)["link"]; }
  const PortalLink* find(const Json& link) {
    const std::string location = link["location"];
    return context_->state.with([&](StateData& data) -> const PortalLink* {
      return data.portalLinks.find(sha256(location.substr(location.rfind('/') + 1)), context_->now());
    });
  }
  const std::string path_ = under(kTestOrganization, "/portal_links");
};

TEST_F(PortalLinks, LastAMinuteAndCannotBeGuessed) {
  const Json link = generate();
  EXPECT_TRUE(link["id"].get<std::string>().starts_with("lnk_"));
  EXPECT_EQ("2026-09-21T14:14:20Z", link["expire_time"]);
  std::set<std::string> locations;
  for (int i = 0; i < 20; ++i) locations.insert(generate()["location"]);
  EXPECT_EQ(20U, locations.size());
  for (const auto& location : locations) {
    EXPECT_TRUE(location.starts_with("http://127.0.0.1:8090/magicLink/"));
    EXPECT_EQ(32U + 36U, location.size());
  }
  ASSERT_NE(nullptr, find(link));
  now_ += std::chrono::seconds(60);
  EXPECT_EQ(nullptr, find(link));
}

TEST_F(PortalLinks, RememberOrganizationAndFeatures) {
  const PortalLink* both = find(generate("?features=sso&features=dir_sync&features=sso"));
  ASSERT_NE(nullptr, both);
  EXPECT_EQ(kTestOrganization, both->organizationId);
  EXPECT_EQ((std::vector<std::string>{"dir_sync", "sso"}), both->features);
  EXPECT_FALSE(both->shareable);
  EXPECT_TRUE(find(generate())->features.empty());
}

TEST_F(PortalLinks, KnowTwoFeatures) {
  for (const char* feature : {"domain_verification", "scim", "SSO"}) {
    EXPECT_EQ("enum.defined_only", violated(call("PUT", path_ + "?features=" + feature), "features"));
  }
  expectNotFound(call("PUT", "/organizations/org_1/portal_links"));
  // One SDK puts the features into a body, which the route does not read.
  EXPECT_TRUE(find(ok("PUT", path_, {{"features", {"sso"}}})["link"])->features.empty());
}

TEST_F(PortalLinks, AreDeletedOneByOne) {
  const Json link = generate();
  const Json other = generate();
  const std::string one = path_ + "/" + link["id"].get<std::string>();
  expectNotFound(call("DELETE", "/organizations/org_70000000000000001/portal_links/" + link["id"].get<std::string>()));
  EXPECT_EQ(Json::object(), ok("DELETE", one));
  expectNotFound(call("DELETE", one));
  EXPECT_EQ(nullptr, find(link));
  EXPECT_NE(nullptr, find(other));
  now_ += std::chrono::seconds(60);
  expectNotFound(call("DELETE", path_ + "/" + other["id"].get<std::string>()));
}

TEST_F(PortalLinks, AreListedForTheDashboardOnly) {
  expectError(call("GET", path_), 403, 7, "PERMISSION_DENIED");
  expectError(call("DELETE", path_), 403, 7, "PERMISSION_DENIED");
}

}  // namespace
}  // namespace simulator_test
