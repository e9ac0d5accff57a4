// SPDX-License-Identifier: Apache-2.0
#include "storage_conformance.h"

namespace sso::conformance {
namespace {

class OrganizationStoreConformance : public StorageConformance {
 protected:
  OrganizationStore& organizations() { return storage().organizations(); }
  ErrorCode codeOfSave(const Organization& organization) {
    const auto work = storage().begin();
    return codeOf([&] {
      organizations().saveOrganization(*work, organization);
      work->commit();
    });
  }
};

void expectSame(const Organization& found, const Organization& saved) {
  EXPECT_EQ(found.id, saved.id);
  EXPECT_EQ(found.tenantId, saved.tenantId);
  EXPECT_EQ(found.displayName, saved.displayName);
  EXPECT_EQ(found.status, saved.status);
  EXPECT_EQ(found.domains, saved.domains);
  EXPECT_EQ(found.policy, saved.policy);
}

TEST_F(OrganizationStoreConformance, FindsWhatWasSavedByEachOfItsNames) {
  const auto saved = organizationOf("org_1", "tenant-1", {"zebra.example.com", "example.com"});
  save(saved);
  save(organizationOf("org_2", "tenant-2", {"example.org"}));
  for (const auto& found :
       {otherInstance().organizations().findOrganization("org_1"), organizations().findByTenant("tenant-1"),
        organizations().findByDomain("example.com"), organizations().findByDomain("zebra.example.com")}) {
    ASSERT_TRUE(found);
    expectSame(*found, saved);
  }
  EXPECT_FALSE(organizations().findOrganization("org_3"));
  EXPECT_FALSE(organizations().findByTenant("Tenant-1"));
  EXPECT_FALSE(organizations().findByDomain("sub.example.com")) << "subdomains are not owned unless listed";
  EXPECT_FALSE(organizations().findByDomain(""));
}

TEST_F(OrganizationStoreConformance, KeepsEveryValueOfThePolicy) {
  for (const auto mode : {SsoMode::kOff, SsoMode::kOptional, SsoMode::kRequired}) {
    for (const auto rule : {LinkRule::kAfterProof, LinkRule::kAutomatic}) {
      for (const bool flag : {false, true}) {
        auto saved = organizationOf("org_1", "tenant-1", {});
        saved.status = flag ? OrganizationStatus::kSuspended : OrganizationStatus::kActive;
        saved.policy.mode = mode;
        saved.policy.linkExisting = rule;
        saved.policy.jitProvisioning = flag;
        saved.policy.updateAttributes = !flag;
        saved.policy.directoryActive = flag;
        saved.policy.creationsPerHour = flag ? 1 : 100'000;
        saved.policy.domainAuthority = flag ? DomainAuthority::kScalekit : DomainAuthority::kOperator;
        saved.policy.defaultRole = flag ? "" : "viewer";
        if (flag) saved.policy.trustedConnections = {"conn_2", "conn_1"};
        saved.policy.seatLimit = flag ? 0 : 1'000'000;
        saved.policy.dormantAfterDays = flag ? 30 : 1095;
        saved.policy.roleCeiling = flag ? RoleCeiling::kAdmin : RoleCeiling::kOrdinary;
        save(saved);
        const auto found = organizations().findOrganization("org_1");
        ASSERT_TRUE(found);
        expectSame(*found, saved);
      }
    }
  }
}

TEST_F(OrganizationStoreConformance, KeepsMappingsOverridesAndMigrations) {
  auto saved = organizationOf("org_1", "tenant-1", {});
  saved.policy.groupRoles = {{"zebra \"quoted\" \xC3\xA9", "viewer"}, {"a", "admin"}, {"a", "viewer"}};
  auto& own = saved.policy.connections["conn_1"];
  own.jitProvisioning = own.updateAttributes = false;
  own.trusted = true;
  own.linkExisting = LinkRule::kAutomatic;
  own.defaultRole = "editor";
  own.groupRoles = std::vector<GroupRole>{{"b", "editor"}};
  saved.policy.connections["conn_2"].groupRoles.emplace();
  saved.policy.connections["conn_3"] = {};
  saved.policy.migrations = {
      {"conn_old", "conn_1", fromEpochSeconds(1'700'000'000), fromEpochSeconds(1'700'086'400), true},
      {"conn_older", "conn_1", fromEpochSeconds(1'600'000'000), fromEpochSeconds(1'600'086'400), false}};
  save(saved);
  expectSame(organizations().findOrganization("org_1").value(), saved);
}

TEST_F(OrganizationStoreConformance, KeepsTheLargestPolicyAndRefusesALargerOne) {
  auto saved = organizationOf("org_1", "tenant-1", {});
  for (int i = 0; i < 200; ++i) saved.policy.groupRoles.push_back({"\"" + std::to_string(i), "viewer"});
  for (auto& entry : saved.policy.groupRoles) {
    for (int i = 0; i < 100; ++i) entry.group += '"';  // each is two bytes when it is stored
  }
  save(saved);
  expectSame(organizations().findOrganization("org_1").value(), saved);
  for (auto& entry : saved.policy.groupRoles) entry.group += std::string(100, '"');
  EXPECT_EQ(codeOfSave(saved), ErrorCode::kInvalidRequest);
}

TEST_F(OrganizationStoreConformance, GrowsTheVersionWithEachSave) {
  auto organization = organizationOf("org_1", "tenant-1", {});
  for (std::int64_t version = 1; version <= 3; ++version) {
    save(organization);
    EXPECT_EQ(organizations().findOrganization("org_1")->version, version);
  }
}

TEST_F(OrganizationStoreConformance, WritesOverTheVersionThatWasReadAndNoOther) {
  save(organizationOf("org_1", "tenant-1", {"example.com"}));
  auto other = *organizations().findOrganization("org_1");
  other.displayName = "Renamed";
  save(other);
  other.displayName = "Read before";
  other.domains = {"example.org"};
  for (const std::int64_t version : {1, 0, 3}) {
    other.version = version;
    EXPECT_EQ(codeOfSave(other), ErrorCode::kConflict) << version;
  }
  const auto found = otherInstance().organizations().findOrganization("org_1");
  EXPECT_EQ(found->displayName, "Renamed");
  EXPECT_EQ(found->domains, std::vector<std::string>{"example.com"});
  EXPECT_EQ(found->version, 2);
  other.id = "org_2";
  other.tenantId = "tenant-2";
  other.version = 1;
  EXPECT_EQ(codeOfSave(other), ErrorCode::kConflict) << "there is none of which this could be a version";
}

TEST_F(OrganizationStoreConformance, GivesARacedVersionToOneOfTwo) {
  for (int round = 0; round < 20; ++round) {
    // A new organization in the first half, a change of one that is there in the second.
    const std::string name = std::to_string(round);
    auto organization = organizationOf("org_" + name, "tenant-" + name, {});
    if (round >= 10) {
      save(organization);
      organization.version = 1;
    }
    int saved[2] = {0, 0};
    const auto write = [&](Storage& at, int side) {
      try {
        const auto work = at.begin();
        at.organizations().saveOrganization(*work, organization);
        work->commit();
        saved[side] = 1;
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::kConflict) << error.what();
      }
    };
    race([&] { write(storage(), 0); }, [&] { write(otherInstance(), 1); });
    ASSERT_EQ(saved[0] + saved[1], 1) << round;
    EXPECT_EQ(organizations().findOrganization(organization.id)->version, organization.version + 1);
  }
}

// JIT.md part 8
TEST_F(OrganizationStoreConformance, KeepsThePolicyOfEachVersionWithWhoWroteIt) {
  auto organization = organizationOf("org_1", "tenant-1", {});
  organization.policy.defaultRole = "viewer";
  organization.policy.groupRoles = {{"staff \xC3\xA9", "viewer"}};
  save(organization);
  const auto first = organization.policy;
  organization.version = 1;
  organization.policy.defaultRole = "editor";
  runUnit(storage(), [&](UnitOfWork& work) {
    organizations().saveOrganization(work, organization, {"acc_ada", fromEpochSeconds(1'700'000'000)});
  });
  const auto second = otherInstance().organizations().policyAt("org_1", 2).value();
  EXPECT_EQ(second.organizationId, "org_1");
  EXPECT_EQ(second.version, 2);
  EXPECT_EQ(second.policy, organization.policy);
  EXPECT_EQ(second.written.accountId, "acc_ada");
  EXPECT_EQ(toEpochSeconds(second.written.at), 1'700'000'000);
  const auto old = organizations().policyAt("org_1", 1).value();
  EXPECT_EQ(old.policy, first);
  EXPECT_EQ(old.written.accountId, "");
  EXPECT_EQ(toEpochSeconds(old.written.at), 0);
  EXPECT_FALSE(organizations().policyAt("org_1", 3));
  EXPECT_FALSE(organizations().policyAt("org_1", 0));
  EXPECT_FALSE(organizations().policyAt("ORG_1", 1));
  EXPECT_FALSE(organizations().policyAt("org_2", 1)) << "another organization's";
}

TEST_F(OrganizationStoreConformance, KeepsNoVersionOfAUnitThatWasNotCommitted) {
  save(organizationOf("org_1", "tenant-1", {}));
  auto changed = *organizations().findOrganization("org_1");
  {
    const auto work = storage().begin();
    organizations().saveOrganization(*work, changed);
  }
  EXPECT_FALSE(organizations().policyAt("org_1", 2));
  changed.version = 7;
  EXPECT_EQ(codeOfSave(changed), ErrorCode::kConflict);
  EXPECT_FALSE(organizations().policyAt("org_1", 8));
}

TEST_F(OrganizationStoreConformance, KeepsTheNewestVersionsAndNoMore) {
  constexpr std::int64_t kKept = OrganizationStore::kMostVersions, kSaves = kKept + 3;
  save(organizationOf("org_2", "tenant-2", {}));
  runUnit(storage(), [&](UnitOfWork& work) {
    auto organization = organizationOf("org_1", "tenant-1", {});
    for (organization.version = 0; organization.version < kSaves; ++organization.version) {
      organization.policy.seatLimit = static_cast<std::uint32_t>(organization.version + 1);
      organizations().saveOrganization(work, organization);
    }
  });
  for (std::int64_t version = 1; version <= kSaves; ++version) {
    const auto kept = organizations().policyAt("org_1", version);
    ASSERT_EQ(kept.has_value(), version > kSaves - kKept) << version;
    if (kept) {
      EXPECT_EQ(kept->policy.seatLimit, version);
    }
  }
  EXPECT_TRUE(organizations().policyAt("org_2", 1)) << "of nobody else's";
}

// SEC-MP: no domain leads to two organizations
TEST_F(OrganizationStoreConformance, RefusesTheDomainOfAnother) {
  save(organizationOf("org_1", "tenant-1", {"example.com"}));
  EXPECT_EQ(codeOfSave(organizationOf("org_2", "tenant-2", {"example.org", "example.com"})), ErrorCode::kConflict);
  EXPECT_FALSE(organizations().findOrganization("org_2"));
  EXPECT_EQ(organizations().findByDomain("example.com")->id, "org_1");
}

TEST_F(OrganizationStoreConformance, GivesAwayADomainThatItsOwnerGaveUp) {
  save(organizationOf("org_1", "tenant-1", {"example.com", "example.net"}));
  save(organizationOf("org_1", "tenant-1", {"example.net"}));
  EXPECT_FALSE(organizations().findByDomain("example.com"));
  save(organizationOf("org_2", "tenant-2", {"example.com"}));
  EXPECT_EQ(organizations().findByDomain("example.com")->id, "org_2");
}

TEST_F(OrganizationStoreConformance, RefusesTheTenantOfAnother) {
  save(organizationOf("org_1", "tenant-1", {}));
  EXPECT_EQ(codeOfSave(organizationOf("org_2", "tenant-1", {})), ErrorCode::kConflict);
}

TEST_F(OrganizationStoreConformance, GivesARacedDomainToOneOfTwo) {
  for (int round = 0; round < 20; ++round) {
    const std::string domain = "round" + std::to_string(round) + ".example.com";
    int saved[2] = {0, 0};
    const auto claim = [&](Storage& at, int side) {
      try {
        const auto work = at.begin();
        const std::string name = std::to_string(round) + "-" + std::to_string(side);
        at.organizations().saveOrganization(*work, organizationOf("org_" + name, "tenant-" + name, {domain}));
        work->commit();
        saved[side] = 1;
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::kConflict) << error.what();
      }
    };
    race([&] { claim(storage(), 0); }, [&] { claim(otherInstance(), 1); });
    ASSERT_EQ(saved[0] + saved[1], 1) << domain;
  }
}

TEST_F(OrganizationStoreConformance, RefusesWhatIsNotSound) {
  EXPECT_EQ(codeOfSave(organizationOf("org_1", "tenant-1", {"gmail.com"})), ErrorCode::kInvalidRequest);
  EXPECT_EQ(codeOfSave(organizationOf("", "tenant-1", {})), ErrorCode::kInvalidRequest);
  for (const auto& bad : badTexts()) {
    EXPECT_EQ(codeOfSave(organizationOf("org_1", bad, {})), ErrorCode::kInvalidRequest);
    auto organization = organizationOf("org_1", "tenant-1", {});
    organization.policy.defaultRole = bad;
    EXPECT_EQ(codeOfSave(organization), ErrorCode::kInvalidRequest);
    organization = organizationOf("org_1", "tenant-1", {});
    organization.policy.groupRoles = {{bad, "viewer"}};
    EXPECT_EQ(codeOfSave(organization), ErrorCode::kInvalidRequest);
    EXPECT_EQ(codeOf([&] { organizations().findByDomain(bad); }), ErrorCode::kInvalidRequest);
    EXPECT_EQ(codeOf([&] { organizations().policyAt(bad, 1); }), ErrorCode::kInvalidRequest);
    EXPECT_EQ(codeOf([&] {
                const auto work = storage().begin();
                organizations().saveOrganization(*work, organizationOf("org_1", "tenant-1", {}), {bad, {}});
              }),
              ErrorCode::kInvalidRequest);
  }
  EXPECT_FALSE(organizations().findOrganization("org_1"));
}

}  // namespace
}  // namespace sso::conformance
