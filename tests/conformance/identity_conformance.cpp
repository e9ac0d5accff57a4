// SPDX-License-Identifier: Apache-2.0
#include "storage_conformance.h"

namespace sso::conformance {
namespace {

class IdentityStoreConformance : public StorageConformance {
 protected:
  IdentityStore& identities() { return storage().identities(); }
  std::vector<Identity> identitiesOf(std::string_view accountId) {
    const auto work = storage().begin();
    return identities().identitiesOf(*work, accountId);
  }
};

TEST_F(IdentityStoreConformance, FindsWhatWasLinkedWithEveryField) {
  Identity identity = identityOf("conn_1;ada", "account-1");
  identity.email = "";
  identity.externalId = "E-1";
  link(identity);
  const auto found = find(otherInstance(), identity.key);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->key, identity.key);
  EXPECT_EQ(found->organizationId, identity.organizationId);
  EXPECT_EQ(found->accountId, identity.accountId);
  EXPECT_EQ(found->email, identity.email);
  EXPECT_EQ(found->externalId, "E-1");
  EXPECT_EQ(found->linkedAt, identity.linkedAt);
  EXPECT_EQ(found->lastLoginAt, identity.lastLoginAt);
}

TEST_F(IdentityStoreConformance, FindsNothingBesideTheKey) {
  const Identity identity = identityOf("ada", "account-1");
  link(identity);
  for (const auto& key :
       {IdentityKey{"https://other.scalekit.dev", "conn_1", "ada"}, IdentityKey{identity.key.issuer, "conn_2", "ada"},
        IdentityKey{identity.key.issuer, "conn_1", "ad"}, IdentityKey{identity.key.issuer, "conn_1", ""}}) {
    EXPECT_FALSE(find(storage(), key)) << key.issuer << ' ' << key.connectionId << ' ' << key.subject;
  }
}

// SEC-MP-04: subjects are opaque bytes, never trimmed, never case-folded, never normalised
TEST_F(IdentityStoreConformance, TellsSubjectsApartByTheirBytes) {
  const std::vector<std::string> subjects = {"ada",
                                             "Ada",
                                             "ada ",
                                             " ada",
                                             "ada\t",
                                             "\xC3\xA9",
                                             "e\xCC\x81",
                                             "\xE2\x84\xAA",
                                             "k",
                                             "K",
                                             "stra\303\237e",
                                             "strasse",
                                             "'; DROP TABLE x; --",
                                             ":issuer",
                                             "%",
                                             "_"};
  for (std::size_t i = 0; i < subjects.size(); ++i) link(identityOf(subjects[i], "account-" + std::to_string(i)));
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    const auto found = find(storage(), identityOf(subjects[i], "").key);
    ASSERT_TRUE(found) << subjects[i];
    EXPECT_EQ(found->accountId, "account-" + std::to_string(i)) << subjects[i];
  }
}

TEST_F(IdentityStoreConformance, HoldsIdsOf255Bytes) {
  Identity identity = identityOf(std::string(255, 's'), std::string(255, 'a'), std::string(255, 'c'));
  identity.key.issuer = std::string(255, 'i');
  link(identity);
  Identity sibling = identity;
  sibling.key.subject.back() = 't';
  EXPECT_TRUE(find(storage(), identity.key));
  EXPECT_FALSE(find(storage(), sibling.key));
}

// JIT.md row 10
TEST_F(IdentityStoreConformance, TakesTheSameSubjectOnAnotherConnectionAsAnotherIdentity) {
  link(identityOf("ada", "account-1", "conn_1"));
  link(identityOf("ada", "account-2", "conn_2"));
  EXPECT_EQ(find(storage(), identityOf("ada", "", "conn_1").key)->accountId, "account-1");
  EXPECT_EQ(find(storage(), identityOf("ada", "", "conn_2").key)->accountId, "account-2");
}

TEST_F(IdentityStoreConformance, RefusesToLinkAKeyTwice) {
  link(identityOf("ada", "account-1"));
  const auto work = storage().begin();
  EXPECT_EQ(codeOf([&] { identities().linkIdentity(*work, identityOf("ada", "account-2")); }), ErrorCode::kConflict);
}

// JIT.md row 9: whatever was decided, a second person on the same connection never gets into the account
TEST_F(IdentityStoreConformance, RefusesASecondSubjectOfOneAccountOnOneConnection) {
  link(identityOf("ada", "account-1"));
  const auto work = storage().begin();
  EXPECT_EQ(codeOf([&] { identities().linkIdentity(*work, identityOf("eve", "account-1")); }), ErrorCode::kConflict);
}

TEST_F(IdentityStoreConformance, FindsTheIdentityOfAnAccountOnAConnection) {
  link(identityOf("ada", "account-1", "conn_1"));
  link(identityOf("ada-2", "account-1", "conn_2"));
  const auto issuer = identityOf("", "").key.issuer;
  const auto work = storage().begin();
  const auto found = identities().findOnConnection(*work, "account-1", issuer, "conn_2");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->key.subject, "ada-2");
  EXPECT_FALSE(identities().findOnConnection(*work, "account-2", issuer, "conn_2"));
  EXPECT_FALSE(identities().findOnConnection(*work, "account-1", issuer, "conn_3"));
  EXPECT_FALSE(identities().findOnConnection(*work, "account-1", "https://other.scalekit.dev", "conn_1"));
}

TEST_F(IdentityStoreConformance, ListsTheIdentitiesOfAnAccountOldestFirst) {
  Identity late = identityOf("late", "account-1", "conn_1");
  late.linkedAt = fromEpochSeconds(1'700'000'900);
  Identity early = identityOf("early", "account-1", "conn_2");
  early.linkedAt = fromEpochSeconds(1'700'000'100);
  link(late);
  link(early);
  link(identityOf("somebody", "account-2"));
  const auto found = identitiesOf("account-1");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].key.subject, "early");
  EXPECT_EQ(found[1].key.subject, "late");
  EXPECT_TRUE(identitiesOf("account-3").empty());
}

TEST_F(IdentityStoreConformance, NotesALogin) {
  const Identity identity = identityOf("ada", "account-1");
  link(identity);
  link(identityOf("bob", "account-2"));
  const auto at = fromEpochSeconds(1'800'000'000);
  runUnit(storage(),
          [&](UnitOfWork& work) { identities().recordLogin(work, identity.key, "new@example.com", "E-2", at); });
  const auto found = find(otherInstance(), identity.key);
  EXPECT_EQ(found->email, "new@example.com");
  EXPECT_EQ(found->externalId, "E-2");
  EXPECT_EQ(found->lastLoginAt, at);
  EXPECT_EQ(found->linkedAt, identity.linkedAt);
  EXPECT_EQ(find(storage(), identityOf("bob", "").key)->email, "ada@example.com");
}

TEST_F(IdentityStoreConformance, FindsByTheExternalIdWithinAnOrganizationsConnectionAlone) {
  const auto add = [&](const std::string& subject, const std::string& externalId,
                       const std::string& connection = "conn_1", const std::string& organization = "") {
    auto identity = identityOf(subject, "account-" + subject, connection);
    if (!organization.empty()) identity.organizationId = organization;
    identity.externalId = externalId;
    link(identity);
    return identity;
  };
  const auto ada = add("ada", "E-1");
  add("bob", "e-1");
  add("elsewhere", "E-1", "conn_2");
  add("theirs", "E-1", "conn_1", "org_other");
  add("nobody", "");
  const auto of = [&](const std::string& externalId, const std::string& issuer = "") {
    const auto work = otherInstance().begin();
    std::vector<std::string> subjects;
    for (const auto& one : otherInstance().identities().findByExternalId(
             *work, ada.organizationId, issuer.empty() ? ada.key.issuer : issuer, "conn_1", externalId)) {
      subjects.push_back(one.key.subject);
    }
    return subjects;
  };
  EXPECT_EQ(of("E-1"), std::vector<std::string>{"ada"});
  EXPECT_EQ(of("e-1"), std::vector<std::string>{"bob"});
  EXPECT_TRUE(of("E-1", "https://other.scalekit.dev").empty());
  EXPECT_TRUE(of("").empty()) << "who has none is not somebody called nothing";
  add("carl", "E-1");
  add("dora", "E-1");
  EXPECT_EQ(of("E-1"), (std::vector<std::string>{"ada", "carl"})) << "two tell enough";
}

TEST_F(IdentityStoreConformance, NamesTheConnectionsThatAnOrganizationHasIdentitiesOn) {
  const auto ada = identityOf("ada", "account-1", "conn_2");
  link(ada);
  link(identityOf("bob", "account-2", "conn_1"));
  link(identityOf("carl", "account-3", "conn_1"));
  auto theirs = identityOf("dora", "account-4", "conn_3");
  theirs.organizationId = "org_other";
  link(theirs);
  EXPECT_EQ(otherInstance().identities().connectionsWithIdentities(ada.organizationId),
            (std::vector<std::string>{"conn_1", "conn_2"}));
  EXPECT_TRUE(storage().identities().connectionsWithIdentities("org_nobody").empty());
  for (int i = 0; i < 101; ++i) link(identityOf("x", "account-x", "conn_x" + std::to_string(i)));
  EXPECT_EQ(storage().identities().connectionsWithIdentities(ada.organizationId).size(),
            IdentityStore::kMostConnections);
}

TEST_F(IdentityStoreConformance, UnlinksOnce) {
  const Identity identity = identityOf("ada", "account-1");
  link(identity);
  const auto unlink = [&] {
    bool was = false;
    runUnit(storage(), [&](UnitOfWork& work) { was = identities().unlinkIdentity(work, identity.key); });
    return was;
  };
  EXPECT_TRUE(unlink());
  EXPECT_FALSE(find(storage(), identity.key));
  EXPECT_FALSE(unlink());
}

struct IdentitiesOfTenant : IdentityStoreConformance {
  void SetUp() override {
    save(organizationOf("org_acme", "tenant-acme", {"acme.example"}));
    save(organizationOf("org_other", "tenant-other", {"other.example"}));
  }
  void linkIn(const std::string& organization, const std::string& subject, const std::string& account,
              const std::string& connection, std::int64_t linkedAt = 1'700'000'000) {
    Identity identity = identityOf(subject, account, connection);
    identity.organizationId = organization;
    identity.linkedAt = fromEpochSeconds(linkedAt);
    link(identity);
  }
  static std::vector<std::string> subjectsOf(const std::vector<Identity>& identities) {
    std::vector<std::string> subjects;
    for (const auto& identity : identities) subjects.push_back(identity.key.subject);
    return subjects;
  }
  std::vector<std::string> subjects(std::string_view tenant, const std::vector<std::string>& accounts) {
    return subjectsOf(otherInstance().identities().identitiesOfTenant(tenant, accounts));
  }
  std::vector<std::string> subjectsInUnit(std::string_view tenant, std::string_view account) {
    const auto work = storage().begin();
    return subjectsOf(identities().identitiesOfTenant(*work, tenant, account));
  }
};

TEST_F(IdentitiesOfTenant, AreThoseOfTheAccountsAskedFor) {
  linkIn("org_acme", "b-late", "account-b", "conn_1", 1'700'000'900);
  linkIn("org_acme", "b-early", "account-b", "conn_2", 1'700'000'100);
  linkIn("org_acme", "a", "account-a", "conn_1", 1'700'000'500);
  linkIn("org_acme", "c", "account-c", "conn_1");
  EXPECT_EQ(subjects("tenant-acme", {"account-b", "account-a", "account-gone"}),
            (std::vector<std::string>{"a", "b-early", "b-late"}));
  EXPECT_EQ(subjectsInUnit("tenant-acme", "account-b"), (std::vector<std::string>{"b-early", "b-late"}));
  EXPECT_TRUE(subjects("tenant-acme", {}).empty());
  const auto found = storage().identities().identitiesOfTenant("tenant-acme", {"account-a"});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].key, identityOf("a", "", "conn_1").key);
  EXPECT_EQ(found[0].accountId, "account-a");
  EXPECT_EQ(found[0].email, "ada@example.com");
  EXPECT_EQ(found[0].linkedAt, fromEpochSeconds(1'700'000'500));
}

// DESIGN promise 2: what an account has with another organization is not this one's to see
TEST_F(IdentitiesOfTenant, AreNeverAnotherOrganizations) {
  linkIn("org_acme", "here", "account-1", "conn_1");
  linkIn("org_other", "there", "account-1", "conn_2");
  linkIn("org_unknown", "nowhere", "account-1", "conn_3");
  EXPECT_EQ(subjects("tenant-acme", {"account-1"}), std::vector<std::string>{"here"});
  EXPECT_EQ(subjects("tenant-other", {"account-1"}), std::vector<std::string>{"there"});
  EXPECT_EQ(subjectsInUnit("tenant-other", "account-1"), std::vector<std::string>{"there"});
  for (const char* tenant : {"", "org_acme", "tenant-nobody"}) {
    EXPECT_TRUE(subjects(tenant, {"account-1"}).empty()) << tenant;
    EXPECT_TRUE(subjectsInUnit(tenant, "account-1").empty()) << tenant;
  }
}

TEST_F(IdentitiesOfTenant, SeeWhatTheirUnitHasWritten) {
  linkIn("org_acme", "ada", "account-1", "conn_1");
  const auto work = storage().begin();
  EXPECT_TRUE(identities().unlinkIdentity(*work, identityOf("ada", "", "conn_1").key));
  EXPECT_TRUE(identities().identitiesOfTenant(*work, "tenant-acme", "account-1").empty());
}

TEST_F(IdentitiesOfTenant, TakeIdsAsBytesAndNoMoreThanTheyMay) {
  const std::vector<std::string> ids = {"a\"b", "a'b",  "a\\b",     "[\"x\"]",
                                        ",",    "\x01", "\xC3\xA9", std::string(255, 'i')};
  for (std::size_t i = 0; i < ids.size(); ++i) linkIn("org_acme", std::to_string(i), ids[i], "conn_1");
  for (std::size_t i = 0; i < ids.size(); ++i) {
    EXPECT_EQ(subjects("tenant-acme", {ids[i]}), std::vector<std::string>{std::to_string(i)}) << i;
  }
  EXPECT_TRUE(subjects("tenant-acme", {"x", "a", "A'B"}).empty());

  std::vector<std::string> many(IdentityStore::kMostAccounts, std::string(255, '\x01'));
  EXPECT_TRUE(subjects("tenant-acme", many).empty());
  many.push_back("one more");
  EXPECT_EQ(codeOf([&] { subjects("tenant-acme", many); }), ErrorCode::kInvalidRequest);
  for (const auto& bad : badTexts()) {
    EXPECT_EQ(codeOf([&] { subjects("tenant-acme", {bad}); }), ErrorCode::kInvalidRequest);
    EXPECT_EQ(codeOf([&] { subjects(bad, {"account-1"}); }), ErrorCode::kInvalidRequest);
    EXPECT_EQ(codeOf([&] { subjectsInUnit("tenant-acme", bad); }), ErrorCode::kInvalidRequest);
  }
}

// SEC-DB-10; SECURITY 5, item 1: "victim\0x" must neither find nor become "victim"
TEST_F(IdentityStoreConformance, RefusesTextThatADatabaseWouldCutOrRefuse) {
  link(identityOf("victim", "account-1"));
  for (const auto& bad : badTexts()) {
    const auto refused = [&](const Identity& identity) {
      const auto work = storage().begin();
      return codeOf([&] { identities().linkIdentity(*work, identity); }) == ErrorCode::kInvalidRequest;
    };
    Identity identity = identityOf("eve", "account-2");
    identity.key.subject = bad;
    EXPECT_TRUE(refused(identity)) << "subject " << testing::PrintToString(bad);
    EXPECT_EQ(codeOf([&] { find(storage(), identity.key); }), ErrorCode::kInvalidRequest)
        << testing::PrintToString(bad);
    identity = identityOf("eve", bad);
    EXPECT_TRUE(refused(identity)) << "account";
    identity = identityOf("eve", "account-2", bad);
    EXPECT_TRUE(refused(identity)) << "connection";
    identity = identityOf("eve", "account-2");
    identity.email = bad;
    EXPECT_TRUE(refused(identity)) << "email";
  }
  EXPECT_TRUE(identitiesOf("account-2").empty());
}

}  // namespace
}  // namespace sso::conformance
