// SPDX-License-Identifier: Apache-2.0
#include "sso/invitations.h"

#include <gmock/gmock.h>

#include <set>

#include "sso/digest.h"
#include "support/fake_random.h"
#include "unit/tenants/tenants_fixture.h"

namespace sso::test {
namespace {

using std::chrono::hours;
using Obstacle = InvitationObstacle;

class InvitationsTest : public TenantsTest {
 protected:
  InvitationsTest() {
    store("org_1", "tenant-7");
    connections.push_back(connectionJson("conn_1"));
    change([](Organization& organization) { organization.policy.mode = SsoMode::kOptional; });
  }
  void change(const std::function<void(Organization&)>& how) {
    storage->edit([&](MemoryTables& tables) { how(tables.organizations.at("org_1")); });
  }
  static InvitationRequest requestFor(std::string email, std::string role = "editor") {
    InvitationRequest request;
    request.email = std::move(email);
    request.role = std::move(role);
    request.connectionId = "conn_1";
    return request;
  }
  InvitationOutcome invite(const InvitationRequest& request, const std::string& tenant = "tenant-7") {
    return invitations.invite(tenant, request, kAda);
  }
  NewInvitation invited(std::string email) { return invite(requestFor(std::move(email))).made.value(); }
  Obstacle obstacleOf(const std::function<void(InvitationRequest&)>& change) {
    auto request = requestFor("guest@elsewhere.example");
    change(request);
    const auto outcome = invite(request);
    EXPECT_EQ(outcome.made.has_value(), outcome.obstacle == Obstacle::kNone);
    return outcome.obstacle;
  }
  std::vector<AuditEvent> trail(const std::string& name) {
    auto found = events("org_1");
    std::erase_if(found, [&](const auto& event) { return event.name != name; });
    return found;
  }

  std::shared_ptr<FakeRandom> random = std::make_shared<FakeRandom>();
  std::shared_ptr<FakeHost> people = std::make_shared<FakeHost>(storage);
  Invitations invitations{storage, people, caches.connections, clock, random};
};

TEST_F(InvitationsTest, KeepsTheDigestOfATokenAlone) {
  std::set<std::string> seen;
  for (const char* name : {"a", "b", "c"}) {
    const auto made = invited(std::string(name) + "@elsewhere.example");
    const auto& token = made.token.reveal();
    EXPECT_EQ(token.size(), 43U);
    const auto stored = storage->tables().invitations.at(made.invitation.id);
    EXPECT_EQ(stored.tokenHash, sha256Hex(token));
    for (const auto& event : events("org_1")) {
      for (const auto& [key, value] : event.details) EXPECT_EQ(value.find(token), std::string::npos) << key;
      for (const auto& [key, value] : event.details) EXPECT_EQ(value.find(sha256Hex(token)), std::string::npos) << key;
    }
    EXPECT_FALSE(invitations.find(made.invitation.id)) << "the id opens nothing";
    seen.insert(token);
  }
  EXPECT_EQ(seen.size(), 3U);
}

TEST_F(InvitationsTest, BindsEverythingThatIsKnown) {
  const auto made = invite(requestFor(" Guest@Elsewhere.Example", "admin"));
  EXPECT_EQ(made.obstacle, Obstacle::kBadAddress) << "as typed, but no address";
  const auto outcome = invite(requestFor("Guest@Elsewhere.Example", "admin"));
  ASSERT_TRUE(outcome.made);
  EXPECT_EQ(outcome.made->organizationName, "Stored");
  const auto& invitation = outcome.made->invitation;
  EXPECT_EQ(invitation.email, "guest@elsewhere.example");
  EXPECT_EQ(invitation.role, "admin");
  EXPECT_EQ(invitation.organizationId, "org_1");
  EXPECT_EQ(invitation.tenantId, "tenant-7");
  EXPECT_EQ(invitation.connectionId, "conn_1");
  EXPECT_EQ(invitation.invitedBy, "acc_ada");
  EXPECT_EQ(invitation.expiresAt, clock->now() + hours(7 * 24));
  ASSERT_EQ(trail("sso.invitation.created").size(), 1U);
  const auto event = trail("sso.invitation.created").front();
  EXPECT_EQ(event.accountId, "acc_ada");
  for (const auto& [key, value] : event.details) EXPECT_EQ(value.find('@'), std::string::npos) << key;
  EXPECT_EQ(event.details.at("role"), "admin");
  EXPECT_EQ(event.details.at("invitation"), invitation.id);
}

TEST_F(InvitationsTest, SaysWhatStandsInTheWay) {
  EXPECT_EQ(obstacleOf([](auto& request) { request.email = "nobody"; }), Obstacle::kBadAddress);
  EXPECT_EQ(obstacleOf([](auto& request) { request.role = "owner"; }), Obstacle::kBadRole) << "never by a mail";
  EXPECT_EQ(obstacleOf([](auto& request) { request.role = "emperor"; }), Obstacle::kBadRole);
  EXPECT_EQ(obstacleOf([](auto& request) { request.role = ""; }), Obstacle::kBadRole);
  EXPECT_EQ(obstacleOf([](auto& request) { request.connectionId = "conn_2"; }), Obstacle::kNoConnection);
  EXPECT_EQ(obstacleOf([](auto& request) { request.connectionId = ""; }), Obstacle::kNoConnection);
  EXPECT_EQ(invite(requestFor("guest@elsewhere.example"), "tenant-8").obstacle, Obstacle::kNotTied);
  people->addAccount("guest@elsewhere.example", "tenant-7");
  EXPECT_EQ(obstacleOf([](auto&) {}), Obstacle::kMember);
  people->addAccount("stranger@elsewhere.example", "tenant-8");
  EXPECT_EQ(obstacleOf([](auto& request) { request.email = "stranger@elsewhere.example"; }), Obstacle::kNone)
      << "another tenant's account may be invited";
  EXPECT_EQ(obstacleOf([](auto& request) { request.email = "stranger@elsewhere.example"; }), Obstacle::kInvitedAlready);
  EXPECT_EQ(storage->tables().invitations.size(), 1U);
  EXPECT_EQ(trail("sso.invitation.created").size(), 1U);
}

TEST_F(InvitationsTest, WhereSingleSignOnIsOffALinkWouldLeadNowhere) {
  change([](Organization& organization) { organization.policy.mode = SsoMode::kOff; });
  EXPECT_EQ(obstacleOf([](auto&) {}), Obstacle::kSsoOff);
  change([](Organization& organization) {
    organization.policy.mode = SsoMode::kRequired;
    organization.status = OrganizationStatus::kSuspended;
  });
  EXPECT_EQ(obstacleOf([](auto&) {}), Obstacle::kSsoOff);
  change([](Organization& organization) { organization.status = OrganizationStatus::kActive; });
  EXPECT_EQ(obstacleOf([](auto&) {}), Obstacle::kNone);
}

TEST_F(InvitationsTest, ADraftOrForeignConnectionIsNone) {
  connections = Json::array({connectionJson("conn_1", "org_1", "DRAFT", false), connectionJson("conn_2", "org_2")});
  EXPECT_EQ(obstacleOf([](auto&) {}), Obstacle::kNoConnection);
  EXPECT_EQ(obstacleOf([](auto& request) { request.connectionId = "conn_2"; }), Obstacle::kNoConnection);
}

TEST_F(InvitationsTest, AreNotMadeWhileScalekitCannotBeAsked) {
  away = true;
  try {
    invite(requestFor("guest@elsewhere.example"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kUpstreamUnavailable);
  }
  EXPECT_TRUE(storage->tables().invitations.empty());
}

TEST_F(InvitationsTest, LastAnHourToThirtyDays) {
  for (const auto lifetime : {hours(1) - seconds(1), std::chrono::seconds(hours(30 * 24)) + seconds(1)}) {
    auto request = requestFor("guest@elsewhere.example");
    request.lifetime = lifetime;
    EXPECT_THROW(invite(request), Error);
  }
  try {
    invitations.invite("tenant-7", requestFor("guest@elsewhere.example"), {});
    ADD_FAILURE() << "invited by nobody";
  } catch (const Error& error) {
    EXPECT_EQ(error.reason(), reason::kHost);
  }
  auto request = requestFor("guest@elsewhere.example");
  request.lifetime = hours(1);
  const auto made = invite(request).made.value();
  clock->advance(hours(1) - seconds(1));
  EXPECT_TRUE(invitations.find(made.token.reveal()));
  clock->advance(seconds(1));
  EXPECT_FALSE(invitations.find(made.token.reveal()));
  EXPECT_EQ(invitations.list("tenant-7").size(), 1U) << "it is shown as expired";
}

TEST_F(InvitationsTest, LeadToALiveOrganizationOfTheSameTenant) {
  const auto made = invited("guest@elsewhere.example");
  const auto found = invitations.find(made.token.reveal());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->organizationName, "Stored");
  EXPECT_EQ(found->invitation.email, "guest@elsewhere.example");
  change([](auto& organization) { organization.status = OrganizationStatus::kSuspended; });
  EXPECT_FALSE(invitations.find(made.token.reveal()));
  change([](auto& organization) {
    organization.status = OrganizationStatus::kActive;
    organization.tenantId = "tenant-9";
  });
  EXPECT_FALSE(invitations.find(made.token.reveal()));
  storage->setDown(true);  // what cannot be a token is asked of nobody
  EXPECT_FALSE(invitations.find(std::string(100'000, 'A')));
  EXPECT_FALSE(invitations.find(""));
  EXPECT_THROW(invitations.find(made.token.reveal()), Error);
}

TEST_F(InvitationsTest, RenewedTheOldTokenIsWorthNothing) {
  const auto first = invited("guest@elsewhere.example");
  EXPECT_FALSE(invitations.renew("tenant-8", first.invitation.id, hours(24), kAda)) << "another tenant's";
  EXPECT_FALSE(invitations.renew("tenant-7", "nothing", hours(24), kAda));
  clock->advance(hours(8 * 24));
  const auto second = invitations.renew("tenant-7", first.invitation.id, hours(24), kAda);
  ASSERT_TRUE(second);
  EXPECT_FALSE(invitations.find(first.token.reveal()));
  EXPECT_TRUE(invitations.find(second->token.reveal()));
  EXPECT_EQ(second->invitation.expiresAt, clock->now() + hours(24));
  EXPECT_EQ(second->invitation.role, "editor");
  EXPECT_EQ(trail("sso.invitation.renewed").size(), 1U);
}

TEST_F(InvitationsTest, OfAnotherOrganizationThatTheTenantHadBeforeAreNotRenewed) {
  const auto made = invited("guest@elsewhere.example");
  storage->edit([](MemoryTables& tables) { tables.organizations.at("org_1").tenantId = "tenant-9"; });
  store("org_2", "tenant-7");
  EXPECT_FALSE(invitations.renew("tenant-7", made.invitation.id, hours(24), kAda));
  EXPECT_EQ(storage->tables().invitations.at(made.invitation.id).tokenHash, made.invitation.tokenHash);
}

TEST_F(InvitationsTest, AreTakenBackByTheirOwnTenantAlone) {
  const auto made = invited("guest@elsewhere.example");
  EXPECT_FALSE(invitations.revoke("tenant-8", made.invitation.id, kAda));
  EXPECT_TRUE(invitations.find(made.token.reveal()));
  EXPECT_TRUE(invitations.revoke("tenant-7", made.invitation.id, kAda));
  EXPECT_FALSE(invitations.revoke("tenant-7", made.invitation.id, kAda));
  EXPECT_FALSE(invitations.find(made.token.reveal()));
  EXPECT_TRUE(invitations.list("tenant-7").empty());
  EXPECT_EQ(trail("sso.invitation.revoked").size(), 1U);
}

TEST_F(InvitationsTest, AreBounded) {
  for (std::size_t i = 0; i < Invitations::kMostOpen; ++i) invited("g" + std::to_string(i) + "@elsewhere.example");
  EXPECT_EQ(obstacleOf([](auto&) {}), Obstacle::kTooMany);
}

}  // namespace
}  // namespace sso::test
