// SPDX-License-Identifier: Apache-2.0
#include "tenants/tenant_organizations.h"

#include <thread>

#include "support/memory_storage.h"
#include "unit/scalekit/client_fixture.h"

namespace sso::test {
namespace {

const Tenant kAcme{.id = "tenant-7", .displayName = "Acme"};

std::string organizationJson(const std::string& id, const std::string& externalId) {
  return R"({"organization":{"id":")" + id + R"(","external_id":")" + externalId + "\"}}";
}

/// A Scalekit whose organizations a test lists by external id.
class TenantOrganizationsTest : public ClientTest {
 protected:
  TenantOrganizationsTest() {
    transport->on("/api/v1/organizations", [this](const HttpRequest& request) { return answerFor(request); });
  }
  HttpResponse answerFor(const HttpRequest& request) {
    const std::lock_guard lock(mutex);
    if (request.method == "POST") {
      const std::string externalId = Json::parse(request.body).at("external_id");
      if (createAnswer) return *createAnswer;
      existing[externalId] = organizationJson("org_new", externalId);
      return json(existing[externalId], 201);
    }
    const auto slash = request.url.rfind('/');
    const auto found = existing.find(request.url.substr(slash + 1));
    return found == existing.end() ? json("{}", 404) : json(found->second);
  }
  std::size_t created() const {
    std::size_t count = 0;
    for (const auto& request : calls()) count += request.method == "POST" ? 1 : 0;
    return count;
  }
  std::optional<Organization> stored() { return storage->organizations().findByTenant("tenant-7"); }
  void store(const std::string& id, const std::string& tenantId) {
    Organization organization;
    organization.id = id;
    organization.tenantId = tenantId;
    organization.displayName = "Stored";
    const auto work = storage->begin();
    storage->organizations().saveOrganization(*work, organization);
    work->commit();
  }

  std::mutex mutex;
  std::map<std::string, std::string> existing;  ///< external id -> answer
  std::optional<HttpResponse> createAnswer;
  std::shared_ptr<MemoryStorage> storage = std::make_shared<MemoryStorage>();
  detail::TenantOrganizations tenants{std::make_shared<const scalekit::Client>(api, kEnvironment), storage, clock};
};

TEST_F(TenantOrganizationsTest, AKnownPairIsReadAndScalekitIsNotAsked) {
  store("org_1", "tenant-7");
  EXPECT_EQ(tenants.organizationOf(kAcme, "acc_1").id, "org_1");
  EXPECT_TRUE(calls().empty());
}

TEST_F(TenantOrganizationsTest, OnFirstNeedOneIsCreatedAndTiedWithSingleSignOnOff) {
  const auto organization = tenants.organizationOf(kAcme, "acc_1");
  EXPECT_EQ(organization.id, "org_new");
  EXPECT_EQ(organization.tenantId, "tenant-7");
  EXPECT_EQ(organization.policy.mode, SsoMode::kOff);
  EXPECT_TRUE(organization.domains.empty());
  ASSERT_EQ(created(), 1u);
  for (const auto& request : calls()) {
    if (request.method == "POST") {
      EXPECT_EQ(Json::parse(request.body), (Json{{"display_name", "Acme"}, {"external_id", "tenant-7"}}));
    }
  }
  EXPECT_EQ(stored().value().id, "org_new");
  const auto events = storage->audit().recent("org_new", 10);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].name, "sso.organization.tied");
  EXPECT_EQ(events[0].accountId, "acc_1");
}

TEST_F(TenantOrganizationsTest, OneThatScalekitKnowsIsFoundAgain) {
  existing["tenant-7"] = organizationJson("org_old", "tenant-7");
  EXPECT_EQ(tenants.organizationOf(kAcme, "").id, "org_old");
  EXPECT_EQ(created(), 0u);
}

TEST_F(TenantOrganizationsTest, OneThatAppearsMeanwhileIsTaken) {
  transport->on("/api/v1/organizations", [this](const HttpRequest& request) {
    if (request.method != "POST") return answerFor(request);
    existing["tenant-7"] = organizationJson("org_theirs", "tenant-7");
    return json("{}", 409);
  });
  EXPECT_EQ(tenants.organizationOf(kAcme, "").id, "org_theirs");
}

TEST_F(TenantOrganizationsTest, ARefusalOfTheCreationIsPassedOnAndNothingIsKept) {
  createAnswer = json("{}", 403);
  EXPECT_EQ(thrownBy([&] { tenants.organizationOf(kAcme, ""); }).refusal(), scalekit::Refusal::kForbidden);
  EXPECT_EQ(stored(), std::nullopt);
}

// SEC-MG-06
TEST_F(TenantOrganizationsTest, AnAnswerAboutAnotherOrganizationIsRejected) {
  existing["tenant-7"] = organizationJson("org_2", "tenant-8");
  EXPECT_EQ(thrownBy<Error>([&] { tenants.organizationOf(kAcme, ""); }).code(), ErrorCode::kUpstreamRejected);
  EXPECT_EQ(stored(), std::nullopt);
}

TEST_F(TenantOrganizationsTest, AnOrganizationIsNeverTiedToASecondTenant) {
  store("org_1", "tenant-8");
  existing["tenant-7"] = organizationJson("org_1", "tenant-7");
  EXPECT_EQ(thrownBy<Error>([&] { tenants.organizationOf(kAcme, ""); }).code(), ErrorCode::kConflict);
  EXPECT_EQ(storage->organizations().findOrganization("org_1").value().tenantId, "tenant-8");
  EXPECT_EQ(stored(), std::nullopt);
}

TEST_F(TenantOrganizationsTest, WhileAnotherInstanceMakesItNobodyElseDoes) {
  storage->replays().useOnce("tenant.organization:tenant-7", clock->now() + seconds(15));
  EXPECT_EQ(thrownBy<Error>([&] { tenants.organizationOf(kAcme, ""); }).code(), ErrorCode::kUpstreamUnavailable);
  EXPECT_TRUE(calls().empty());
  clock->advance(seconds(16));  // it died, or gave up
  storage->replays().pruneExpired(clock->now());
  EXPECT_EQ(tenants.organizationOf(kAcme, "").id, "org_new");
}

TEST_F(TenantOrganizationsTest, AFailureCanBeRepaired) {
  createAnswer = json("{}", 503);
  EXPECT_THROW(tenants.organizationOf(kAcme, ""), scalekit::ApiError);
  createAnswer.reset();
  clock->advance(seconds(16));
  storage->replays().pruneExpired(clock->now());
  EXPECT_EQ(tenants.organizationOf(kAcme, "").id, "org_new");
}

TEST_F(TenantOrganizationsTest, ManyAtOnceMakeOne) {
  std::atomic<int> got{0}, busy{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&] {
      try {
        got += tenants.organizationOf(kAcme, "").id == "org_new" ? 1 : 0;
      } catch (const Error& error) {
        busy += error.code() == ErrorCode::kUpstreamUnavailable ? 1 : 0;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(got + busy, 16);
  EXPECT_GE(got, 1);
  EXPECT_EQ(created(), 1u);
  EXPECT_EQ(storage->audit().recent("org_new", 10).size(), 1u);
}

TEST_F(TenantOrganizationsTest, ATenantWithoutIdOrNameIsRefused) {
  for (const Tenant& tenant : {Tenant{"", "Acme"}, Tenant{"tenant-7", ""}, Tenant{std::string(256, 'a'), "Acme"},
                               Tenant{"\xff", "Acme"}, Tenant{"tenant-7", "\xff"}, Tenant{"tenant-7", "A\ncme"}}) {
    EXPECT_EQ(thrownBy<Error>([&] { tenants.organizationOf(tenant, ""); }).code(), ErrorCode::kInvalidRequest);
  }
  EXPECT_TRUE(calls().empty());
}

TEST_F(TenantOrganizationsTest, ALongNameIsCutBetweenCharacters) {
  std::string wide, mixed;
  for (int i = 0; i < 250; ++i) wide += "ä";
  for (int i = 0; i < 120; ++i) mixed += "aä";
  const std::pair<std::string, std::string> names[] = {{std::string(250, 'a'), std::string(200, 'a')},
                                                       {wide, wide.substr(0, 256)},
                                                       {"b" + wide, ("b" + wide).substr(0, 255)},
                                                       {mixed, mixed.substr(0, 256)}};
  int number = 0;
  for (const auto& [given, kept] : names) {
    const Tenant tenant{.id = "tenant-" + std::to_string(++number), .displayName = given};
    existing.clear();
    createAnswer = json(organizationJson("org_" + tenant.id, tenant.id), 201);
    EXPECT_EQ(tenants.organizationOf(tenant, "").displayName, kept);
    EXPECT_EQ(Json::parse(calls().back().body).at("display_name"), kept);
  }
}

}  // namespace
}  // namespace sso::test
