// SPDX-License-Identifier: Apache-2.0
#include "tenants/mode_preview.h"

#include <random>

#include "unit/identity/mapper_fixture.h"

namespace sso::detail::test {
namespace {

/// Acme and its members; the preview and the mapper of the login over the same tables.
class ModePreviewTest : public IdentityMapperTest {
 protected:
  HostAccount member(const std::string& id, const std::string& email, const std::string& role = "member") {
    HostAccount account;
    account.id = id;
    account.email = email;
    account.displayName = id;
    account.emailVerified = true;
    account.memberships["tenant_acme"] = {role};
    return account;
  }
  void add(const HostAccount& account) {
    storage_->edit([&](MemoryTables& tables) { tables.accounts[account.id] = account; });
  }
  void link(const std::string& accountId, const std::string& connectionId = "conn_a",
            const std::string& organizationId = "org_acme") {
    Identity identity;
    identity.key = {"https://acme.scalekit.example", connectionId, connectionId + ";" + accountId};
    identity.organizationId = organizationId;
    identity.accountId = accountId;
    storage_->edit([&](MemoryTables& tables) { tables.identities[identity.key] = identity; });
  }
  ModePreview preview() { return previewer_.preview(acme_, "conn_a"); }
  MemberPreview of(const std::string& accountId) {
    for (const auto& one : preview().members) {
      if (one.accountId == accountId) return one;
    }
    throw std::logic_error("not in the preview");
  }

  ModePreviewer previewer_{storage_, guarded_,
                           std::make_shared<const FactsGatherer>(storage_, guarded_, clock_, seconds(60), seconds(600)),
                           "https://acme.scalekit.example", false};
};

TEST_F(ModePreviewTest, SaysWhatBecomesOfEachMember) {
  add(member("connected", "connected@acme.example"));
  link("connected");
  add(member("moved", "moved@elsewhere.example"));  // signed in through the company before the address changed
  link("moved");
  add(member("confirms", "confirms@acme.example"));
  auto glass = member("glass", "glass@acme.example", "owner");
  glass.breakGlass = true;
  add(glass);
  add(member("guest", "guest@elsewhere.example"));
  auto unverified = member("unverified", "unverified@acme.example");
  unverified.emailVerified = false;
  add(unverified);
  auto suspended = member("suspended", "suspended@acme.example");
  suspended.state = AccountState::kSuspended;
  add(suspended);

  EXPECT_EQ(of("connected").outlook, MemberOutlook::kConnected);
  EXPECT_EQ(of("moved").outlook, MemberOutlook::kConnected);
  EXPECT_EQ(of("confirms").outlook, MemberOutlook::kMustConfirm);
  EXPECT_EQ(of("glass").outlook, MemberOutlook::kKeepsPassword);
  EXPECT_EQ(of("guest").outlook, MemberOutlook::kShutOut);
  EXPECT_EQ(of("guest").reason, "domain_not_owned");
  EXPECT_EQ(of("guest").email, "guest@elsewhere.example");
  EXPECT_EQ(of("guest").explanation, describe(DenyCode::kDomainNotOwned).adminText);
  EXPECT_EQ(of("confirms").explanation, "");
  EXPECT_EQ(of("unverified").outlook, MemberOutlook::kCollides);
  EXPECT_EQ(of("unverified").reason, "email_unverified_account");
  const auto outlook = [&](const ModePreviewer& previewer, const std::string& accountId) {
    const auto shown = previewer.preview(acme_, "conn_a");
    const auto found = std::find_if(shown.members.begin(), shown.members.end(),
                                    [&](const auto& one) { return one.accountId == accountId; });
    return found == shown.members.end() ? MemberOutlook::kConnected : found->outlook;
  };
  const ModePreviewer mailing(
      storage_, guarded_, std::make_shared<const FactsGatherer>(storage_, guarded_, clock_, seconds(60), seconds(600)),
      "https://acme.scalekit.example", true);
  EXPECT_EQ(outlook(mailing, "unverified"), MemberOutlook::kMustConfirm) << "where links are mailed it can be proven";
  EXPECT_EQ(outlook(mailing, "suspended"), MemberOutlook::kShutOut);
  EXPECT_EQ(of("suspended").reason, "account_suspended");
  EXPECT_TRUE(preview().complete);
  EXPECT_EQ(storage_->commits(), 0);
  EXPECT_TRUE(storage_->tables().audit.empty());

  acme_.policy.linkExisting = LinkRule::kAutomatic;
  EXPECT_EQ(of("confirms").outlook, MemberOutlook::kConnectsByItself);
}

TEST_F(ModePreviewTest, CountsForWhatIsRequiredWhateverHoldsNow) {
  add(member("ada", "ada@acme.example"));
  acme_.policy.mode = SsoMode::kOff;
  EXPECT_EQ(of("ada").outlook, MemberOutlook::kMustConfirm);
}

TEST_F(ModePreviewTest, SaysWhenItDoesNotShowEverybody) {
  for (std::size_t i = 0; i <= ModePreview::kMaxMembers; ++i) {
    add(member("m" + std::to_string(i), "m" + std::to_string(i) + "@acme.example"));
  }
  const auto crowd = preview();
  EXPECT_EQ(crowd.members.size(), ModePreview::kMaxMembers);
  EXPECT_FALSE(crowd.complete);
  host_->listsMembers = false;
  EXPECT_FALSE(preview().complete);
  EXPECT_TRUE(preview().members.empty());
}

TEST_F(ModePreviewTest, DigestIsOfAllThatItSays) {
  std::set<std::string> digests;
  const auto isNew = [&](const std::string& digest) { return digest.size() == 64 && digests.insert(digest).second; };
  add(member("ada", "ada@acme.example"));
  EXPECT_TRUE(isNew(preview().digest));
  EXPECT_FALSE(isNew(preview().digest)) << "the same says the same";
  EXPECT_TRUE(isNew(previewer_.preview(acme_, "conn_b").digest)) << "the connection";
  auto other = acme_;
  ++other.version;
  EXPECT_TRUE(isNew(previewer_.preview(other, "conn_a").digest)) << "the version of the rules";
  other = acme_;
  other.id = "org_other";
  EXPECT_TRUE(isNew(previewer_.preview(other, "conn_a").digest)) << "the organization";
  add(member("bob", "bob@acme.example"));
  EXPECT_TRUE(isNew(preview().digest)) << "one more";
  storage_->edit([](MemoryTables& tables) { tables.accounts.erase("ada"); });
  EXPECT_TRUE(isNew(preview().digest)) << "one, but another";
  link("bob");
  EXPECT_TRUE(isNew(preview().digest)) << "another outlook";
  storage_->edit([](MemoryTables& tables) { tables.identities.clear(); });
  auto bob = member("bob", "bob@elsewhere.example");
  add(bob);
  EXPECT_TRUE(isNew(preview().digest)) << "shut out";
  bob.state = AccountState::kSuspended;
  bob.email = "bob@acme.example";
  add(bob);
  EXPECT_TRUE(isNew(preview().digest)) << "the same outlook for another reason";
  storage_->edit([](MemoryTables& tables) { tables.accounts.clear(); });
  EXPECT_TRUE(isNew(preview().digest)) << "nobody";
  host_->listsMembers = false;
  EXPECT_TRUE(isNew(preview().digest)) << "nobody is named";
}

/// Ten thousand members in situations drawn at random: what the preview says is what the login then does.
class ModePreviewProperty : public ModePreviewTest {
 protected:
  bool one(int outOf) { return random_() % static_cast<unsigned>(outOf) == 0; }

  void drawPolicy() {
    acme_.policy.linkExisting = one(2) ? LinkRule::kAutomatic : LinkRule::kAfterProof;
    acme_.policy.jitProvisioning = !one(4);
    acme_.policy.directoryActive = one(6);
    acme_.policy.defaultRole = one(6) ? "" : "member";
    acme_.status = one(20) ? OrganizationStatus::kSuspended : OrganizationStatus::kActive;
    acme_.policy.approvalRequired = one(4);  // of new people only: a member needs none
    acme_.policy.seatLimit = one(4) ? 1 : 0;
    acme_.policy.groupRoles.clear();
    if (one(2)) acme_.policy.groupRoles = {{"crew", "editor"}, {"bosses", "admin"}};
    acme_.policy.migrations.clear();
    if (one(3)) {
      acme_.policy.migrations.push_back(
          {"conn_old", "conn_a", clock_->now() - seconds(one(4) ? -100 : 100), clock_->now() + seconds(1000), one(2)});
    }
    acme_.policy.mode = SsoMode::kRequired;
  }
  void drawMember(const std::string& id) {
    const char* const domains[] = {"acme.example", "acme.test", "elsewhere.example", "gmail.com"};
    auto account = member(id, id + "@" + domains[random_() % (one(3) ? 4 : 2)], one(5) ? "owner" : "member");
    account.emailVerified = !one(5);
    account.breakGlass = one(8);
    if (one(8)) account.state = one(2) ? AccountState::kSuspended : AccountState::kDeprovisioned;
    add(account);
    if (one(3)) link(id);
    if (one(5)) link(id, "conn_old");
    if (one(8)) link(id, "conn_other", "org_other");
  }
  /// The same person at the identity provider, through the real mapper; nothing is kept.
  Decision loginOf(const MemberPreview& shown) {
    VerifiedIdentity identity = person("conn_a;new-" + shown.accountId, shown.email);
    for (const auto& [key, known] : storage_->tables().identities) {
      if (known.accountId == shown.accountId && key.connectionId == "conn_a") identity.key = key;
    }
    identity.issuedAt = identity.authenticatedAt = clock_->now();
    // Which groups the identity provider will name nobody knows before; what they grant changes no outlook.
    if (one(2)) identity.groups = std::vector<std::string>{one(2) ? "crew" : "bosses"};
    auto attempt = attemptOf(identity);
    attempt.connection = ConnectionStanding::kActive;
    const auto work = storage_->begin();
    return mapper_.map(*work, &acme_, attempt).decision;
  }

  std::mt19937 random_{20261126};
};

TEST_F(ModePreviewProperty, AgreesWithTheLoginInTenThousandSituations) {
  std::map<MemberOutlook, int> seen;
  constexpr int kRounds = 1000, kMembers = 10;
  for (int round = 0; round < kRounds; ++round) {
    storage_->edit([](MemoryTables& tables) { tables = {}; });
    drawPolicy();
    for (int i = 0; i < kMembers; ++i) drawMember("m" + std::to_string(i));
    const auto shown = preview();
    ASSERT_EQ(shown.members.size(), static_cast<std::size_t>(kMembers));
    for (const auto& one : shown.members) {
      const auto decision = loginOf(one);
      ++seen[one.outlook];
      ASSERT_EQ(nameOf(one.outlook), nameOf(outlookOf(decision, false))) << one.email << " in round " << round;
      if (one.outlook != MemberOutlook::kShutOut && one.outlook != MemberOutlook::kCollides) continue;
      ASSERT_EQ(one.reason, decision.code == DenyCode::kNone ? nameOf(decision.outcome) : describe(decision.code).name);
    }
  }
  EXPECT_EQ(seen.size(), 6u) << "every outlook was among them";
  for (const auto& [outlook, count] : seen) EXPECT_GT(count, 100) << nameOf(outlook);
}

}  // namespace
}  // namespace sso::detail::test
