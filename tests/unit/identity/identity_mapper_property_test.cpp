// SPDX-License-Identifier: Apache-2.0
// No login reaches across organizations, whatever stands in the tables: random stores of two customers, random logins
// of one of them through the whole mapper, and a look at every row afterwards.
#include <algorithm>
#include <random>

#include "mapper_fixture.h"

namespace sso::detail::test {
namespace {

using Roles = std::vector<std::string>;

constexpr int kStores = 1'000, kLogins = 10;
constexpr int kPeople = 8;
const std::string kHashes[] = {std::string(64, 'a'), std::string(64, 'b'), std::string(64, 'c')};

class IdentityMapperProperty : public IdentityMapperTest {
 protected:
  bool one(int outOf) { return random_() % static_cast<unsigned>(outOf) == 0; }
  template <typename T>
  T any(std::initializer_list<T> of) {
    return *(of.begin() + random_() % of.size());
  }
  std::string anyAddress() {
    return "p" + std::to_string(random_() % kPeople) + "@" +
           any<std::string>({"acme.example", "acme.example", "acme.test", "globex.example", "elsewhere.example"});
  }

  void drawPolicy() {
    OrganizationPolicy policy;
    policy.mode = one(20) ? SsoMode::kOff : any({SsoMode::kOptional, SsoMode::kRequired});
    policy.jitProvisioning = !one(5);
    policy.approvalRequired = one(6);
    policy.directoryActive = one(10);
    policy.defaultRole = one(10) ? "" : "member";
    policy.linkExisting = any({LinkRule::kAfterProof, LinkRule::kAutomatic});
    policy.domainAuthority = any({DomainAuthority::kOperator, DomainAuthority::kScalekit});
    if (one(2)) policy.trustedConnections = {"conn_a"};
    if (one(2)) policy.groupRoles = {{"crew", "editor"}, {"bosses", "admin"}, {"all", "owner"}};
    if (one(2)) policy.roleCeiling = RoleCeiling::kAdmin;
    if (one(4)) policy.seatLimit = 3;
    if (one(2)) {
      policy.migrations.push_back(
          {"conn_old", "conn_a", clock_->now() - seconds(100), clock_->now() + seconds(one(4) ? -1 : 1000), one(2)});
    }
    acme_.policy = policy;
    acme_.status = one(20) ? OrganizationStatus::kSuspended : OrganizationStatus::kActive;
  }

  HostAccount drawAccount(int number) {
    HostAccount account;
    account.id = "acc_p" + std::to_string(number);
    account.email = anyAddress();
    account.displayName = account.id;
    account.emailVerified = !one(4);
    account.breakGlass = one(10);
    if (one(8)) account.state = any({AccountState::kSuspended, AccountState::kDeprovisioned});
    const auto role = [&] { return Roles{any<std::string>({"member", "member", "editor", "admin", "owner"})}; };
    if (!one(3)) account.memberships["tenant_acme"] = role();
    if (one(2)) account.memberships["tenant_globex"] = role();
    if (one(2) && account.memberships.contains("tenant_acme")) {
      account.fromSso["tenant_acme"] = account.memberships["tenant_acme"];
    }
    return account;
  }

  void drawIdentity(MemoryTables& tables, const std::string& accountId) {
    Identity identity;
    const auto connection = any<std::string>({"conn_a", "conn_old", "conn_a2", "conn_g"});
    identity.key = {"https://acme.scalekit.example", connection,
                    connection + ";p" + std::to_string(random_() % kPeople)};
    identity.organizationId = connection == "conn_g" ? "org_globex" : "org_acme";
    identity.accountId = accountId;
    tables.identities.emplace(identity.key, identity);
  }

  void drawInvitation(MemoryTables& tables, int number) {
    Invitation invitation;
    invitation.id = "inv_" + std::to_string(number);
    invitation.tokenHash = kHashes[number];
    const bool acmes = !one(3);
    invitation.organizationId = acmes ? "org_acme" : "org_globex";
    invitation.tenantId = acmes ? "tenant_acme" : "tenant_globex";
    invitation.connectionId = acmes ? any<std::string>({"conn_a", "conn_a", "conn_a2"}) : "conn_g";
    const auto somebody = std::next(tables.accounts.begin(), static_cast<long>(random_() % tables.accounts.size()));
    invitation.email = one(3) ? anyAddress() : somebody->second.email;
    invitation.role = any<std::string>({"member", "editor"});
    invitation.sentAt = clock_->now() - seconds(100);
    invitation.expiresAt = clock_->now() + seconds(one(4) ? -1 : 1000);
    tables.invitations[invitation.id] = invitation;
  }

  void drawStore() {
    MemoryTables tables;
    for (int i = 0; i < kPeople; ++i) {
      auto account = drawAccount(i);
      const bool taken = std::any_of(tables.accounts.begin(), tables.accounts.end(),
                                     [&](const auto& other) { return other.second.email == account.email; });
      if (!taken) tables.accounts[account.id] = account;
    }
    for (const auto& [id, account] : tables.accounts) {
      for (int left = static_cast<int>(random_() % 3); left > 0; --left) drawIdentity(tables, id);
    }
    for (int i = 0; i < 3; ++i) drawInvitation(tables, i);
    storage_->edit([&](MemoryTables& stored) { stored = tables; });
  }

  /// What a hostile identity provider of Acme may assert, with or without the person's own proofs.
  LoginAttempt drawAttempt() {
    auto identity = person("conn_a;p" + std::to_string(random_() % kPeople), one(10) ? "" : anyAddress());
    identity.issuedAt = identity.authenticatedAt = clock_->now();
    identity.emailVerified = any<std::optional<bool>>({true, true, false, std::nullopt});
    if (one(2)) identity.groups = any<Roles>({{}, {"crew"}, {"bosses", "crew"}, {"all"}});
    auto attempt = attemptOf(std::move(identity));
    attempt.connection = ConnectionStanding::kActive;
    attempt.stateReturned = !one(15);
    attempt.origin = any({LoginOrigin::kServiceProvider, LoginOrigin::kIdentityProvider});
    if (one(2)) attempt.proof = LinkProof{"acc_p" + std::to_string(random_() % kPeople), clock_->now()};
    if (one(3)) attempt.emailProof = EmailProof{attempt.identity.email, clock_->now()};
    if (one(2)) attempt.invitationHash = kHashes[random_() % 3];
    if (one(4)) comeAsInvited(attempt);
    return attempt;
  }
  /// Somebody who holds the invitation, asserts its address, and has a password of the account at that address.
  void comeAsInvited(LoginAttempt& attempt) {
    const auto tables = storage_->tables();
    if (tables.invitations.empty()) return;
    const auto invited =
        std::next(tables.invitations.begin(), static_cast<long>(random_() % tables.invitations.size()));
    attempt.invitationHash = invited->second.tokenHash;
    attempt.identity.email = invited->second.email;
    for (const auto& [id, account] : tables.accounts) {
      if (account.email == attempt.identity.email) attempt.proof = LinkProof{id, clock_->now()};
    }
  }

  std::mt19937_64 random_{20261126};
};

bool signedInBefore(const MemoryTables& tables, const std::string& accountId, std::string_view organizationId) {
  return std::any_of(tables.identities.begin(), tables.identities.end(), [&](const auto& row) {
    return row.second.accountId == accountId && row.second.organizationId == organizationId;
  });
}

std::string invitedAddress(const MemoryTables& tables, const LoginAttempt& attempt) {
  for (const auto& [id, invitation] : tables.invitations) {
    if (invitation.tokenHash == attempt.invitationHash && invitation.organizationId == "org_acme") {
      return invitation.email;
    }
  }
  return "nobody";
}

bool hasEditorsOrMore(const HostAccount& account) {
  return account.memberships.contains("tenant_globex") && account.memberships.at("tenant_globex") != Roles{"member"};
}

/// Every row of the other customer, and every account that nobody signed in to, is as it was.
void expectOthersUntouched(const MemoryTables& before, const MemoryTables& after, const std::string& signedIn) {
  for (const auto& [id, account] : before.accounts) {
    ASSERT_TRUE(after.accounts.contains(id)) << "an account is gone";
    const auto& now = after.accounts.at(id);
    if (id != signedIn) {
      ASSERT_EQ(now, account) << "somebody else's account was touched";
    }
    const auto membership = [](const HostAccount& of) {
      const auto found = of.memberships.find("tenant_globex");
      return found == of.memberships.end() ? std::optional<Roles>() : found->second;
    };
    ASSERT_EQ(membership(now), membership(account)) << "the other customer's membership was touched";
  }
  for (const auto& [key, identity] : before.identities) {
    if (identity.organizationId == "org_acme" && identity.accountId == signedIn) continue;
    ASSERT_TRUE(after.identities.contains(key)) << "somebody else's identity was untied";
    ASSERT_EQ(after.identities.at(key).accountId, identity.accountId) << "somebody else's identity was moved";
  }
  for (const auto& [id, invitation] : before.invitations) {
    if (invitation.organizationId == "org_globex") {
      ASSERT_TRUE(after.invitations.contains(id));
    }
  }
  for (const auto& event : after.audit) ASSERT_NE(event.organizationId, "org_globex");
}

/// Whoever was signed in belongs to Acme by something that Acme may say.
void expectSoundSignIn(const MemoryTables& before, const MemoryTables& after, const LoginAttempt& attempt,
                       const MappedLogin& mapped) {
  ASSERT_TRUE(after.accounts.contains(mapped.accountId));
  const auto& account = after.accounts.at(mapped.accountId);
  ASSERT_TRUE(account.memberships.contains("tenant_acme"));
  ASSERT_EQ(account.state, AccountState::kActive);
  ASSERT_FALSE(account.breakGlass);
  const auto tied = after.identities.find(attempt.identity.key);
  ASSERT_NE(tied, after.identities.end());
  ASSERT_EQ(tied->second.accountId, mapped.accountId);
  ASSERT_EQ(tied->second.organizationId, "org_acme");
  const auto was = before.accounts.find(mapped.accountId);
  if (was == before.accounts.end()) return;  // made by this login
  const bool known = before.identities.contains(attempt.identity.key);
  if (known) {
    ASSERT_EQ(before.identities.at(attempt.identity.key).accountId, mapped.accountId);
  } else {
    // Row 5: where the identity provider names no address, the invitation does.
    ASSERT_TRUE(was->second.email == attempt.identity.email ||
                (attempt.identity.email.empty() && was->second.email == invitedAddress(before, attempt)));
  }
  if (!was->second.memberships.contains("tenant_acme")) {
    // Joined: somebody of Acme invited this address, and the account's owner proved that it is theirs.
    ASSERT_FALSE(attempt.invitationHash.empty());
    ASSERT_TRUE((attempt.proof && attempt.proof->accountId == mapped.accountId) || attempt.emailProof);
    ASSERT_TRUE(was->second.emailVerified);
  }
  if (!was->second.emailVerified && !known) {
    ASSERT_FALSE(signedInBefore(before, mapped.accountId, "org_globex")) << "reclaimed from another customer";
  }
}

TEST_F(IdentityMapperProperty, NoLoginReachesAcrossOrganizations) {
  int signedIn = 0, refused = 0, linked = 0, joined = 0, created = 0, shared = 0;
  for (int store = 0; store < kStores; ++store) {
    drawStore();
    drawPolicy();
    for (int i = 0; i < kLogins; ++i) {
      SCOPED_TRACE("store " + std::to_string(store) + ", login " + std::to_string(i));
      const auto before = storage_->tables();
      const auto attempt = drawAttempt();
      const auto mapped = login(attempt);
      const auto after = storage_->tables();
      const bool in = mapped.decision.signsIn();
      ASSERT_NO_FATAL_FAILURE(expectOthersUntouched(before, after, in ? mapped.accountId : ""));
      if (!in) {
        ASSERT_EQ(after.identities.size(), before.identities.size());
        ASSERT_EQ(after.accounts, before.accounts);
        ++refused;
        continue;
      }
      ASSERT_NO_FATAL_FAILURE(expectSoundSignIn(before, after, attempt, mapped));
      ++signedIn;
      if (!before.identities.contains(attempt.identity.key)) ++linked;
      if (mapped.decision.join) ++joined;
      const auto was = before.accounts.find(mapped.accountId);
      if (was == before.accounts.end()) ++created;
      if (was != before.accounts.end() && hasEditorsOrMore(was->second)) ++shared;
    }
  }
  // The draw reaches everything, or the property would be shown for nothing.
  EXPECT_GT(signedIn, 1000);
  EXPECT_GT(refused, 1000);
  EXPECT_GT(linked, 500);
  EXPECT_GT(joined, 20);
  EXPECT_GT(created, 100);
  EXPECT_GT(shared, 100) << "accounts of rank at the other customer, too";
}

}  // namespace
}  // namespace sso::detail::test
