// SPDX-License-Identifier: Apache-2.0
#include "scalekit/connection_list.h"

#include <gtest/gtest.h>

#include "sso/error.h"

namespace sso::detail {
namespace {

std::string listing(const std::string& items) { return R"({"connections":[)" + items + "]}"; }

std::string item(const std::string& changes = "", const std::string& status = "COMPLETED") {
  return R"({"id":"conn_1","organization_id":"org_1","status":")" + status +
         R"(","provider":"A_NEW_ONE","type":"SMART_FHIR")" + changes + "}";
}

const char kEnabled[] = R"(,"enabled":true,"domains":["Acme.com"])";

bool active(const std::string& body, std::string_view organization = "org_1", std::string_view connection = {},
            std::string_view domain = {}) {
  return hasActive(readConnectionList(body), organization, connection, domain);
}

TEST(ConnectionList, FindsAnActiveConnection) {
  EXPECT_TRUE(active(listing(item(kEnabled))));
  EXPECT_TRUE(active(listing(item(kEnabled)), "org_1", "conn_1", "acme.com"));
}

// SEC-MG-06
TEST(ConnectionList, PassesOverWhatIsNotOurs) {
  EXPECT_FALSE(active(listing(item(kEnabled)), "org_2"));
  EXPECT_FALSE(active(listing(item(kEnabled)), ""));
  EXPECT_FALSE(active(listing(item(kEnabled)), "org_1", "conn_2"));
  EXPECT_FALSE(active(listing(item(kEnabled)), "org_1", "", "sub.acme.com"));
  EXPECT_FALSE(active(listing(item(kEnabled)), "org_1", "", "acme.com.evil.example"));
  EXPECT_FALSE(active(listing(R"({"id":"conn_1","status":"COMPLETED","enabled":true})"), ""));
}

// SEC-MG-06
TEST(ConnectionList, PassesOverDraftsAndDisabledOnes) {
  for (const char* status : {"DRAFT", "IN_PROGRESS", "SOMETHING_NEW", "completed", ""}) {
    EXPECT_FALSE(active(listing(item(kEnabled, status)))) << status;
  }
  EXPECT_FALSE(active(listing(item())));
  EXPECT_FALSE(active(listing(item(R"(,"enabled":false)"))));
  EXPECT_FALSE(active(listing(item(R"(,"enabled":"true")"))));
}

TEST(ConnectionList, LeavesUnlistedDomainsToScalekitsFilter) {
  EXPECT_TRUE(active(listing(item(R"(,"enabled":true)")), "org_1", "", "acme.com"));
  EXPECT_TRUE(active(listing(item(R"(,"enabled":true,"domains":[])")), "org_1", "", "acme.com"));
  EXPECT_FALSE(active(listing(item(R"(,"enabled":true,"domains":["not a domain"])")), "org_1", "", "acme.com"));
}

// Every scalar default may be left away (CONTRACT.md 4.1).
ListedConnection serving(std::string id, std::vector<std::string> domains, std::string organization = "org_1",
                         bool active = true) {
  return {std::move(id), std::move(organization), active, std::move(domains)};
}

TEST(ConnectionList, NamesTheOneThatServesADomain) {
  const ConnectionList two{serving("conn_1", {"a.example", "b.example"}), serving("conn_2", {"c.example"})};
  EXPECT_EQ(onlyServing(two, "org_1", "b.example"), "conn_1");
  EXPECT_EQ(onlyServing(two, "org_1", "c.example"), "conn_2");
  EXPECT_EQ(onlyServing(two, "org_1", "d.example"), "");
  EXPECT_EQ(onlyServing(two, "org_1", "sub.c.example"), "") << "exactly";
  EXPECT_EQ(onlyServing(two, "org_2", "c.example"), "");
  EXPECT_EQ(onlyServing(two, "org_1", ""), "");
  EXPECT_EQ(onlyServing({serving("conn_1", {"a.example"}, "")}, "", "a.example"), "") << "of the environment itself";
}

TEST(ConnectionList, NamesNoneWhereAnotherMightServeTheDomain) {
  EXPECT_EQ(onlyServing({serving("conn_1", {"a.example"}), serving("conn_2", {"a.example"})}, "org_1", "a.example"),
            "");
  EXPECT_EQ(onlyServing({serving("conn_1", {"a.example"}), serving("conn_2", {})}, "org_1", "a.example"), "");
  EXPECT_EQ(onlyServing({serving("conn_2", {}), serving("conn_1", {"a.example"})}, "org_1", "a.example"), "");
}

TEST(ConnectionList, ADraftOrAnothersConnectionServesNobody) {
  const ConnectionList list{serving("conn_1", {"a.example"}), serving("conn_2", {"a.example"}, "org_1", false),
                            serving("conn_3", {"a.example"}, "org_2"), serving("conn_4", {}, "org_2"),
                            serving("conn_5", {}, "org_1", false)};
  EXPECT_EQ(onlyServing(list, "org_1", "a.example"), "conn_1");
  EXPECT_EQ(onlyServing({serving("conn_2", {"a.example"}, "org_1", false)}, "org_1", "a.example"), "");
}

TEST(ConnectionList, TakesAnEmptyObjectForAnEmptyList) {
  EXPECT_TRUE(readConnectionList("{}").empty());
  EXPECT_TRUE(readConnectionList(listing("")).empty());
}

TEST(ConnectionList, RefusesOtherShapes) {
  for (const char* body :
       {"", "[]", "null", R"({"connections":{}})", R"({"connections":null})", R"({"connections":["x"]})",
        R"({"connections":[{}]})", R"({"connections":[],"connections":[]})", "{\"connections\":[]} x"}) {
    EXPECT_THROW(readConnectionList(body), Error) << body;
  }
}

}  // namespace
}  // namespace sso::detail
