// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "application_fixture.h"

namespace hostapp {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using testing::Not;

/// Seeds of many customers, each with a domain and an owner: four rows each.
struct SeedOfMany : ApplicationTest {
  static std::string name(int i) { return "customer-" + std::to_string(i); }
  static Json customer(int i) {
    return {{"tenant_id", name(i)},
            {"name", name(i)},
            {"organization_id", "org_of-" + name(i)},
            {"domains", {name(i) + ".example"}},
            {"members", {{{"email", "owner@" + name(i) + ".example"}, {"name", "Owner"}, {"role", "owner"}}}}};
  }
  static Json customers(int count) {
    Json seed{{"organizations", Json::array()}};
    for (int i = 0; i < count; ++i) seed["organizations"].push_back(customer(i));
    return seed;
  }
  std::optional<sso::Organization> stored(int i) { return app->parts().storage->organizations().findByTenant(name(i)); }
  /// What the refusal of this seed says.
  std::string refusal(const Json& seed) {
    try {
      app->seed(seed.dump());
    } catch (const sso::Error& error) {
      EXPECT_EQ(error.code(), sso::ErrorCode::kConfig);
      return error.what();
    }
    ADD_FAILURE() << "no error";
    return "";
  }
};

TEST_F(SeedOfMany, IsWrittenInSeveralTransactionsAndASecondTimeChangesNothing) {
  constexpr int kMany = 600;  // 2400 rows
  app->seed(customers(kMany).dump());
  for (const int i : {0, 249, 250, 251, 499, 500, kMany - 1}) {
    ASSERT_TRUE(stored(i)) << i;
    EXPECT_EQ(stored(i)->domains, std::vector<std::string>{name(i) + ".example"});
  }
  auto again = customers(kMany);
  again["organizations"][300]["name"] = "Another name";
  app->seed(again.dump());
  EXPECT_EQ(stored(299)->version, 1);
  EXPECT_EQ(stored(300)->version, 2);
  EXPECT_EQ(stored(300)->domains, std::vector<std::string>{name(300) + ".example"});
}

// JIT.md part 8: the rules change through an audited operation alone, the operator's, too
TEST_F(SeedOfMany, WhatAnOperatorChangesIsInTheTrailFromWhatToWhat) {
  const auto trail = [&] {
    auto events = app->parts().storage->audit().recent("org_of-customer-0", 50);
    std::erase_if(events, [](const auto& event) { return event.name != "app.organization.seeded"; });
    return events;
  };
  auto seed = customers(2);
  app->seed(seed.dump());
  ASSERT_EQ(trail().size(), 1U);
  EXPECT_EQ(trail()[0].details, (std::map<std::string, std::string>{{"version", "1"}}));
  app->seed(seed.dump());
  EXPECT_EQ(trail().size(), 1U) << "what is stored already is no change";
  seed["organizations"][0]["policy"] = {{"mode", "required"}, {"default_role", "member"}, {"seat_limit", 5}};
  seed["organizations"][0]["domains"] = {"customer-0.example", "more.example"};
  seed["organizations"][0]["status"] = "suspended";
  app->seed(seed.dump());
  ASSERT_EQ(trail().size(), 2U);
  const auto details = trail()[0].details;
  EXPECT_EQ(details.at("version"), "2");
  EXPECT_EQ(details.at("mode"), "optional -> required");
  EXPECT_EQ(details.at("seat_limit"), "0 -> 5");
  EXPECT_EQ(details.at("domains"), "2");
  EXPECT_EQ(details.at("status"), "changed");
}

TEST_F(SeedOfMany, AUsualFileIsWrittenAsAWholeOrNotAtAll) {
  auto seed = customers(200);
  seed["organizations"][199]["domains"] = {"acme.example"};  // Acme's
  EXPECT_THAT(refusal(seed), Not(HasSubstr("are written")));
  EXPECT_FALSE(stored(0));
  EXPECT_FALSE(stored(199));
}

TEST_F(SeedOfMany, OfALongerOneTheMessageSaysWhatIsWritten) {
  auto seed = customers(600);
  seed["organizations"][599]["domains"] = {"acme.example"};
  EXPECT_THAT(refusal(seed), HasSubstr("organizations[0] to [499] are written"));
  EXPECT_TRUE(stored(499));
  EXPECT_FALSE(stored(500)) << "a customer of the same transaction";
  EXPECT_FALSE(stored(599));
  EXPECT_EQ(app->parts().storage->organizations().findByDomain("acme.example")->tenantId, "acme");
  seed["organizations"][599]["domains"] = {"mine.example"};
  app->seed(seed.dump());
  EXPECT_TRUE(stored(599)) << "running it again goes on";
}

TEST_F(SeedOfMany, ACustomerIsNeverSplit) {
  auto seed = customers(2);
  for (int m = 0; m < 1100; ++m) {
    seed["organizations"][1]["members"].push_back(
        {{"email", "m" + std::to_string(m) + "@people.example"}, {"name", "M"}});
  }
  seed["organizations"][1]["domains"] = {"acme.example"};
  EXPECT_THAT(refusal(seed), HasSubstr("organizations[0] to [0] are written"));
  EXPECT_TRUE(stored(0));
  std::optional<accounts::Account> found;
  app->parts().database->withSession(
      [&](sso::db::Session& session) { found = accounts::findByEmail(session, "m0@people.example"); });
  EXPECT_FALSE(found) << "more rows than a transaction writes, and yet all or nothing";
}

}  // namespace
}  // namespace hostapp
