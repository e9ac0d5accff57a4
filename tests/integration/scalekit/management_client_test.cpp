// SPDX-License-Identifier: Apache-2.0
// What the two sides of the contract, written apart from each other, make of each call.
#include <algorithm>
#include <thread>

#include "integration/scalekit/scalekit_fixture.h"

namespace sso::test {
namespace {

using namespace scalekit;
using namespace std::chrono;

class ManagementClientLive : public LocalScalekit {};

TEST_F(ManagementClientLive, AnOrganizationFromItsBirthToItsEnd) {
  const auto acme = client->organizations().create(
      {.displayName = "Äcme & Söhne", .externalId = "tenant/7?x", .metadata = {{"plan", "pro"}}});
  EXPECT_TRUE(acme.id.starts_with("org_"));
  EXPECT_TRUE(acme.createTime.has_value());
  EXPECT_EQ(client->organizations().byExternalId("tenant/7?x").value().id, acme.id);
  EXPECT_EQ(client->organizations().get(acme.id).displayName, "Äcme & Söhne");

  const auto renamed =
      client->organizations().update(acme.id, {.displayName = "Acme", .metadata = Metadata{{"seats", "25"}}});
  EXPECT_EQ(renamed.displayName, "Acme");
  EXPECT_EQ(renamed.metadata, (Metadata{{"seats", "25"}})) << "metadata is replaced";
  EXPECT_EQ(renamed.externalId, "tenant/7?x") << "what is not named stays";

  EXPECT_TRUE(client->organizations().setFeatures(acme.id, {{"sso", true}}).has(feature::kSso));
  client->organizations().remove(acme.id);
  EXPECT_EQ(refusalOf([&] { client->organizations().get(acme.id); }).refusal(), Refusal::kNotFound);
  EXPECT_EQ(client->organizations().byExternalId("tenant/7?x"), std::nullopt);
}

TEST_F(ManagementClientLive, ASecondOrganizationWithOneExternalIdIsAConflict) {
  client->organizations().create({.displayName = "One", .externalId = "tenant-7"});
  const auto error =
      refusalOf([&] { client->organizations().create({.displayName = "Two", .externalId = "tenant-7"}); });
  EXPECT_EQ(error.refusal(), Refusal::kConflict);
  EXPECT_EQ(error.errorCode(), "ALREADY_EXISTS");
  EXPECT_FALSE(error.requestId().empty());
}

TEST_F(ManagementClientLive, ARefusalNamesTheField) {
  const auto error = refusalOf([&] { client->organizations().create({.displayName = std::string(201, 'x')}); });
  EXPECT_EQ(error.refusal(), Refusal::kInvalid);
  ASSERT_FALSE(error.violations().empty());
  EXPECT_NE(error.violations()[0].field.find("display_name"), std::string::npos);
  EXPECT_EQ(std::string(error.what()).find("xxx"), std::string::npos);
}

TEST_F(ManagementClientLive, AListingWalksOverManyPages) {
  for (int i = 0; i < 25; ++i) {
    client->organizations().create({.displayName = "Customer " + std::to_string(i)});
  }
  EXPECT_EQ(countOf(client->organizations().list({.pageSize = 10})), 28u) << "three of the seed, too";
  EXPECT_EQ(client->organizations().list({.pageSize = 10}).page().totalSize, 28u);
  EXPECT_EQ(refusalOf([&] { client->organizations().list().page("garbage"); }).refusal(), Refusal::kInvalid);
}

TEST_F(ManagementClientLive, SessionPolicyAndSeats) {
  auto& organizations = client->organizations();
  const auto set = organizations.setSessionPolicy(
      kTestOrganization, {.custom = true, .absoluteTimeout = minutes(600), .idleTimeout = minutes(30)});
  EXPECT_TRUE(set.custom);
  const auto read = organizations.sessionPolicy(kTestOrganization);
  EXPECT_EQ(read.absoluteTimeout, minutes(600));
  EXPECT_EQ(read.idleTimeout, minutes(30));
  EXPECT_FALSE(organizations.setSessionPolicy(kTestOrganization, {.custom = false}).custom);
  EXPECT_EQ(organizations.setMaxAllowedUsers(kTestOrganization, 5), 5u);
  EXPECT_EQ(organizations.setMaxAllowedUsers(kTestOrganization, 0), 0u);
}

TEST_F(ManagementClientLive, AConnectionIsFoundReadSwitchedAndDeleted) {
  const auto list = client->connections().list({.organizationId = kTestOrganization});
  ASSERT_EQ(list.size(), 1u);
  EXPECT_TRUE(list[0].active());
  EXPECT_EQ(client->connections().list({.domain = "example.org"}).at(0).id, kTestConnection);
  EXPECT_TRUE(client->connections().get(kTestOrganization, kTestConnection).oidc.has_value());

  EXPECT_FALSE(client->connections().disable(kTestOrganization, kTestConnection).enabled);
  EXPECT_TRUE(client->connections().list({.organizationId = kTestOrganization}).empty());
  EXPECT_EQ(client->connections().list({.organizationId = kTestOrganization, .includeInactive = true}).size(), 1u);
  EXPECT_TRUE(client->connections().enable(kTestOrganization, kTestConnection).enabled);

  EXPECT_EQ(refusalOf([&] { client->connections().get("org_70000000000000001", kTestConnection); }).refusal(),
            Refusal::kNotFound)
      << "another organization's";
  client->connections().remove(kTestOrganization, kTestConnection);
  EXPECT_TRUE(client->connections().list({.organizationId = kTestOrganization, .includeInactive = true}).empty());
}

TEST_F(ManagementClientLive, DomainsAreVerifiedAtOnceAndPublicOnesRefused) {
  auto& domains = client->domains();
  const auto created = domains.create(kTestOrganization, "new.example", domain_type::kOrganization);
  EXPECT_TRUE(created.routesLogins());
  EXPECT_EQ(domains.get(kTestOrganization, created.id).name, "new.example");
  EXPECT_EQ(countOf(domains.list(kTestOrganization, {.pageSize = 2})), 3u);
  EXPECT_EQ(refusalOf([&] { domains.create(kTestOrganization, "gmail.com", domain_type::kOrganization); }).refusal(),
            Refusal::kInvalid);
  EXPECT_EQ(
      refusalOf([&] { domains.create("org_70000000000000001", "example.com", domain_type::kOrganization); }).refusal(),
      Refusal::kInvalid)
      << "another organization's";
  domains.remove(kTestOrganization, created.id);
  EXPECT_EQ(countOf(domains.list(kTestOrganization)), 2u);
}

TEST_F(ManagementClientLive, EachPortalLinkIsFreshAndCanBeRevoked) {
  const auto one = client->portalLinks().create(kTestOrganization, {std::string(feature::kSso)});
  const auto two = client->portalLinks().create(kTestOrganization);
  EXPECT_NE(one.location.reveal(), two.location.reveal());
  EXPECT_TRUE(one.location.reveal().starts_with(simulator.baseUrl() + "/magicLink/"));
  ASSERT_TRUE(one.expireTime.has_value());
  EXPECT_LE(*one.expireTime, system_clock::now() + seconds(61));
  client->portalLinks().revoke(kTestOrganization, one.id);
  EXPECT_EQ(refusalOf([&] { client->portalLinks().revoke(kTestOrganization, one.id); }).refusal(), Refusal::kNotFound);
  EXPECT_EQ(refusalOf([&] { client->portalLinks().create(kTestOrganization, {"scim"}); }).refusal(), Refusal::kInvalid);
}

TEST_F(ManagementClientLive, UsersMembershipsAndRoles) {
  NewUser user{.email = "mia@example.com", .externalId = "user-mia", .membership = {.roles = {"member"}}};
  user.profile.givenName = "Mia";
  const auto mia = client->users().create(kTestOrganization, user);
  EXPECT_EQ(mia.profile.givenName, "Mia");
  ASSERT_EQ(mia.memberships.size(), 1u);
  EXPECT_EQ(client->users().byExternalId("user-mia").value().id, mia.id);
  EXPECT_EQ(countOf(client->users().listOf(kTestOrganization)), 3u);
  EXPECT_EQ(countOf(client->users().search("mia@")), 1u);
  EXPECT_EQ(client->users().roles(kTestOrganization, mia.id).at(0).name, "member");
  EXPECT_FALSE(client->users().permissions(kTestOrganization, mia.id).empty());

  EXPECT_EQ(client->memberships().add("org_70000000000000001", mia.id, {.roles = {"admin"}}).memberships.size(), 2u);
  client->memberships().update(kTestOrganization, mia.id, {.roles = {"admin"}});
  EXPECT_EQ(client->users().roles(kTestOrganization, mia.id).at(0).name, "admin");
  client->memberships().remove("org_70000000000000001", mia.id);
  EXPECT_EQ(client->users().get(mia.id).memberships.size(), 1u);

  UserChange change;
  change.profile.familyName = "Lee";
  EXPECT_EQ(client->users().update(mia.id, change).profile.familyName, "Lee");
  client->users().remove(mia.id);
  EXPECT_EQ(refusalOf([&] { client->users().get(mia.id); }).refusal(), Refusal::kNotFound);
}

TEST_F(ManagementClientLive, RolesAndPermissions) {
  client->permissions().create("orders:write", "Write orders");
  const auto role = client->roles().create({.name = "dispatcher", .displayName = "Dispatcher"});
  EXPECT_EQ(role.name, "dispatcher");
  client->roles().addPermissions("dispatcher", {"orders:write"});
  EXPECT_EQ(client->roles().permissions("dispatcher").at(0).name, "orders:write");
  EXPECT_EQ(client->roles().update("dispatcher", {.description = "Sends crews"}).description, "Sends crews");
  client->roles().removePermission("dispatcher", "orders:write");
  EXPECT_TRUE(client->roles().permissions("dispatcher").empty());
  const auto own = client->roles().create({.name = "night_shift", .displayName = "Night shift"}, kTestOrganization);
  EXPECT_TRUE(own.ofOrganization);
  EXPECT_GE(client->roles().list(kTestOrganization).size(), 1u);
  client->roles().setDefaults("admin", "member");
  client->roles().remove("dispatcher");
  client->permissions().remove("orders:write");
  EXPECT_EQ(countOf(client->permissions().list()), 3u);
}

TEST_F(ManagementClientLive, DirectoriesWithUsersAndGroups) {
  const auto directory = client->directories().list(kTestOrganization).at(0);
  EXPECT_EQ(client->directories().get(kTestOrganization, directory.id).provider, "OKTA");
  EXPECT_EQ(countOf(client->directories().users(kTestOrganization, directory.id, {.pageSize = 2})), 3u);
  EXPECT_EQ(countOf(client->directories().groups(kTestOrganization, directory.id, {.pageSize = 1})), 3u);
  std::size_t inactive = 0;
  for (const auto& user : client->directories().users(kTestOrganization, directory.id))
    inactive += user.active == false ? 1 : 0;
  EXPECT_EQ(inactive, 1u);
  EXPECT_FALSE(client->directories().disable(kTestOrganization, directory.id).enabled);
  EXPECT_TRUE(client->directories().enable(kTestOrganization, directory.id).enabled);
}

TEST_F(ManagementClientLive, OrganizationClientsTellTheirSecretOnce) {
  auto& clients = client->organizationClients();
  const auto created = clients.create(
      kTestOrganization, {.name = "Robot", .customClaims = {{"tier", "gold"}}, .accessTokenLifetime = seconds(600)});
  EXPECT_FALSE(created.plainSecret.empty());
  const auto read = clients.get(kTestOrganization, created.client.id);
  EXPECT_EQ(read.customClaims, (Metadata{{"tier", "gold"}}));
  EXPECT_EQ(read.accessTokenLifetime, seconds(600));
  const auto second = clients.createSecret(kTestOrganization, read.id);
  EXPECT_NE(second.plainSecret.reveal(), created.plainSecret.reveal());
  clients.removeSecret(kTestOrganization, read.id, second.secret.id);
  EXPECT_EQ(clients.update(kTestOrganization, read.id, {.name = "Robot 2"}).customClaims, Metadata());
  EXPECT_EQ(countOf(clients.list(kTestOrganization)), 1u);
  clients.remove(kTestOrganization, read.id);
  EXPECT_EQ(countOf(clients.list(kTestOrganization)), 0u);
}

TEST_F(ManagementClientLive, SessionsAndAuthenticationLogsOfNobodyAreEmpty) {
  EXPECT_EQ(countOf(client->sessions().listOf("usr_59615193906282661")), 0u);
  EXPECT_TRUE(client->sessions().revokeAllOf("usr_59615193906282661").empty());
  EXPECT_EQ(refusalOf([&] { client->sessions().get("ses_1"); }).refusal(), Refusal::kNotFound);
  EXPECT_EQ(countOf(client->authenticationLogs().list({.statuses = {"SUCCESS"}})), 0u);
}

// SEC-MG-01, SEC-MG-07
TEST_F(ManagementClientLive, ATokenThatExpiredIsReplacedByOneRequestHoweverManyAsk) {
  client->organizations().get(kTestOrganization);
  const auto before = simulator.counters().tokenRequests;
  simulator.setClockOffset(hours(25));  // Scalekit's clock says that the token has expired; ours does not
  std::vector<std::thread> threads;
  std::atomic<int> answered{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back(
        [&] { answered += client->organizations().get(kTestOrganization).id == kTestOrganization ? 1 : 0; });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(answered, 8);
  EXPECT_EQ(simulator.counters().tokenRequests, before + 1);
}

// SEC-MG-02 to -04
TEST_F(ManagementClientLive, EveryFaultOfScalekitIsAnErrorInTime) {
  auto quick = options();
  quick.requestTimeout = milliseconds(1000);
  const auto hasty = Client::create(quick);
  hasty->organizations().get(kTestOrganization);  // token and metadata are at hand
  for (const auto* fault :
       {"slow", "drip", "hang", "status_500", "status_503_html", "redirect", "garbage_body", "empty_body", "truncated",
        "huge_body", "deep_json", "wrong_content_type", "duplicate_json_member"}) {
    simulator.clearFaults();
    simulator.addFault({.name = fault, .endpoint = scalekit_simulator::Endpoint::kApi});
    const auto begun = steady_clock::now();
    try {
      hasty->organizations().get(kTestOrganization);
      ADD_FAILURE() << fault << " was taken for an answer";
    } catch (const Error& error) {
      EXPECT_TRUE(error.code() == ErrorCode::kUpstreamUnavailable || error.code() == ErrorCode::kUpstreamRejected)
          << fault;
    }
    EXPECT_LT(steady_clock::now() - begun, seconds(3)) << fault;
  }
  simulator.clearFaults();
  EXPECT_EQ(hasty->organizations().get(kTestOrganization).id, kTestOrganization);
}

TEST_F(ManagementClientLive, WrongCredentialsAreAnErrorWithAHintAndNoSecret) {
  auto wrong = options();
  wrong.clientSecret = Secret("CANARY-not-the-secret");
  try {
    Client::create(wrong)->organizations().get(kTestOrganization);
    FAIL() << "it was let in";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kUpstreamRejected);
    EXPECT_EQ((std::string(error.what()) + error.hint()).find("CANARY"), std::string::npos);
    EXPECT_NE(error.hint().find("SCALEKIT_CLIENT_SECRET"), std::string::npos);
  }
}

TEST(ManagementClientOptions, NameEveryProblemOfTheConnectionAndNoOther) {
  SsoOptions options;
  options.environmentUrl = "http://example.com";
  try {
    Client::create(options);
    FAIL() << "it was created";
  } catch (const Error& error) {
    const std::string text = error.what();
    EXPECT_EQ(error.code(), ErrorCode::kConfig);
    for (const auto* name : {"SCALEKIT_ENVIRONMENT_URL", "SCALEKIT_CLIENT_ID", "SCALEKIT_CLIENT_SECRET"}) {
      EXPECT_NE(text.find(name), std::string::npos) << name;
    }
    EXPECT_EQ(text.find("APP_BASE_URL"), std::string::npos);
  }
}

}  // namespace
}  // namespace sso::test
