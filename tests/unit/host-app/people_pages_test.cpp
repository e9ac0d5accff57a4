// SPDX-License-Identifier: Apache-2.0
#include "pages/people_page.h"

#include "settings_fixture.h"
#include "stores/membership_store.h"

namespace hostapp {
namespace {

using sso::AccountState;
using testing::HasSubstr;
using testing::Not;

struct PeopleTest : SettingsTest {
  static constexpr const char* kPath = "/settings/people";
  void SetUp() override {
    SettingsTest::SetUp();
    link(session("olive"));  // ties the team to its organization
  }
  void inUnit(const std::function<void(sso::UnitOfWork&, sso::db::Session&)>& change) {
    const auto work = app->parts().storage->begin();
    change(*work, sso::db::sessionOf(*work));
    work->commit();
  }
  accounts::Account account(const std::string& email) {
    std::optional<accounts::Account> found;
    app->parts().database->withSession(
        [&](sso::db::Session& session) { found = accounts::findByEmail(session, email); });
    return found.value();
  }
  std::string id(const std::string& name) { return account(name + "@fresh.example").id; }
  AccountState state(const std::string& name) { return account(name + "@fresh.example").state; }
  void setState(const std::string& name, AccountState wanted) {
    auto changed = account(name + "@fresh.example");
    changed.state = wanted;
    inUnit([&](sso::UnitOfWork&, sso::db::Session& session) { accounts::update(session, changed); });
  }
  void dropPassword(const std::string& name) {
    const std::string whose = id(name);
    app->parts().database->withSession([&](sso::db::Session& session) {
      session.translated(
          "test", [&] { session << "UPDATE app_accounts SET password_hash = NULL WHERE id = :id", soci::use(whose); });
    });
  }
  void join(const std::string& accountId, const std::string& tenant, const std::string& role = "member") {
    inUnit([&](sso::UnitOfWork&, sso::db::Session& session) {
      memberships::save(session, accountId, {tenant, "", role, "seed"}, 1);
    });
  }
  void add(const std::string& accountId, const std::string& name) {
    inUnit([&](sso::UnitOfWork&, sso::db::Session& session) {
      accounts::Account made;
      made.id = accountId;
      made.email = accountId + "@fresh.example";
      made.displayName = name;
      EXPECT_TRUE(accounts::insert(session, made, 1));
    });
    join(accountId, "fresh");
  }
  static sso::IdentityKey key(const std::string& subject, const std::string& connection = "conn_1") {
    return {sso::test::FakeSetup::kUrl, connection, subject};
  }
  void connectAccount(const std::string& accountId, const sso::IdentityKey& identityKey,
                      const std::string& organization = "org_of_fresh") {
    inUnit([&](sso::UnitOfWork& work, sso::db::Session&) {
      sso::Identity identity;
      identity.key = identityKey;
      identity.organizationId = organization;
      identity.accountId = accountId;
      identity.linkedAt = identity.lastLoginAt = clock->now() - std::chrono::minutes(5);
      app->parts().storage->identities().linkIdentity(work, identity);
    });
  }
  /// As if this session had been opened by that identity.
  void openBy(const std::string& sid, const sso::IdentityKey& identityKey) {
    makeSingleSignOn(sid, "org_of_fresh", identityKey.connectionId);
    const auto hash = sso::sha256Hex(sid);
    app->parts().database->withSession([&](sso::db::Session& session) {
      session.translated("test", [&] {
        session << "UPDATE app_sessions SET identity_issuer = :i, identity_subject = :s WHERE id_hash = :h",
            soci::use(identityKey.issuer), soci::use(identityKey.subject), soci::use(hash);
      });
    });
  }
  std::string linkId(const std::string& accountId, const std::string& tenant = "fresh") {
    return app->parts().sso->identityLinks().of(tenant, accountId).at(0).id;
  }
  std::size_t linksOf(const std::string& accountId, const std::string& tenant = "fresh") {
    return app->parts().sso->identityLinks().of(tenant, accountId).size();
  }
  sso::WebResponse act(const std::string& sid, const std::string& action, const std::string& accountId,
                       const std::string& identity = "", const std::string& after = "") {
    return post(kPath,
                {{"csrf_token", token(sid)},
                 {"action", action},
                 {"account", accountId},
                 {"identity", identity},
                 {"after", after}},
                {{"sid", sid}});
  }
  std::string show(const std::string& sid, const std::string& query = "") {
    return get(kPath + query, {{"sid", sid}}).body;
  }
  /// The line of the list with this address.
  std::string row(const std::string& page, const std::string& name) {
    const auto at = page.find(name + "@fresh.example");
    EXPECT_NE(at, std::string::npos) << name;
    const auto begin = page.rfind("<li>", at);
    return page.substr(begin, page.find("</li>", at) - begin);
  }
  void expectRefused(const sso::WebResponse& answer, const std::string& why) {
    EXPECT_EQ(answer.status, 409);
    EXPECT_THAT(answer.body, HasSubstr(why));
    EXPECT_THAT(answer.body, HasSubstr("Nothing was changed."));
  }
};

TEST_F(PeopleTest, AreShownToOwnersAndAdminsOfTheirOwnTeam) {
  add("acc_1", "<b>Zoe</b>");
  for (const char* name : {"olive", "anna"}) {
    const auto page = get(kPath, {{"sid", session(name)}});
    EXPECT_EQ(page.status, 200);
    for (const char* member : {"olive", "otto", "anna", "mia"}) {
      EXPECT_THAT(page.body, HasSubstr(std::string(member) + "@fresh.example"));
    }
    EXPECT_THAT(page.body, HasSubstr("&lt;b&gt;Zoe"));
    EXPECT_THAT(page.body, Not(HasSubstr("acme.example")));
  }
  EXPECT_EQ(get(kPath, {{"sid", session("mia")}}).status, 403);
  EXPECT_THAT(show(adasSession()), Not(HasSubstr("fresh.example")));
}

TEST_F(PeopleTest, EachWithTheWaysIn) {
  connectAccount(id("mia"), key("mia"));
  connectAccount(id("anna"), key("anna"));
  connectAccount(id("anna"), key("anna", "conn_2"));
  dropPassword("mia");
  add("acc_new", "Nobody Yet");
  const auto page = show(session("olive"));
  EXPECT_THAT(row(page, "mia"), HasSubstr("Company sign-in, last used 5 minutes ago"));
  EXPECT_THAT(row(page, "mia"), HasSubstr("takes away the only way in"));
  EXPECT_THAT(row(page, "mia"), HasSubstr("Disconnect"));
  EXPECT_THAT(row(page, "anna"), HasSubstr("2 company sign-ins, last used 5 minutes ago; password"));
  EXPECT_THAT(row(page, "anna"), HasSubstr("the company sign-in conn_2 of Anna"));
  EXPECT_THAT(row(page, "anna"), Not(HasSubstr("only way in")));
  EXPECT_THAT(row(page, "otto"), HasSubstr("Emergency owner"));
  EXPECT_THAT(row(page, "otto"), HasSubstr("Password"));
  EXPECT_THAT(row(page, "acc_new"), HasSubstr("No sign-in connected"));
  EXPECT_THAT(row(page, "olive"), HasSubstr("You"));
  EXPECT_THAT(row(page, "olive"), Not(HasSubstr("<form")));
}

TEST_F(PeopleTest, WhatAnAccountHasWithAnotherOrganizationIsNotShown) {
  connectAccount(id("mia"), key("mia", "conn_9"), "org_1234567");
  const auto page = show(session("olive"));
  EXPECT_THAT(row(page, "mia"), Not(HasSubstr("ompany sign-in")));
  EXPECT_THAT(row(page, "mia"), HasSubstr("Password"));
}

TEST_F(PeopleTest, ComeFiftyAtATimeByName) {
  // Names that are the same, too: the id decides between them.
  for (int i = 0; i < 120; ++i) add("acc_" + std::to_string(1000 + i), i % 3 == 0 ? "same" : "N" + std::to_string(i));
  const auto olive = session("olive");
  const std::regex address("· ([a-z0-9_]+)@fresh[.]example"), next("after=([a-z0-9_]+)\" rel=\"next\"");
  std::vector<std::string> met;
  std::string query;
  int pages = 0;
  while (++pages < 10) {
    const auto page = show(olive, query);
    for (std::sregex_iterator it(page.begin(), page.end(), address), end; it != end; ++it) met.push_back((*it)[1]);
    EXPECT_EQ(page.find("First page") == std::string::npos, query.empty());
    std::smatch found;
    if (!std::regex_search(page, found, next)) break;
    query = "?after=" + found[1].str();
  }
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(met.size(), 124U);
  EXPECT_EQ(std::set<std::string>(met.begin(), met.end()).size(), 124U);
  EXPECT_EQ(met.front(), "anna");
}

TEST_F(PeopleTest, APlaceThatIsNoMemberOfTheTeamIsTheBeginning) {
  const auto olive = session("olive");
  for (const std::string& after : {std::string("acc_unknown"), account("ada@acme.example").id, std::string("%27"),
                                   std::string(5000, 'a'), std::string("acc_1&after=acc_2")}) {
    EXPECT_THAT(show(olive, "?after=" + after), HasSubstr("anna@fresh.example")) << after.size();
  }
  EXPECT_THAT(show(olive, "?after=" + id("anna")), Not(HasSubstr("anna@fresh.example")));
}

TEST_F(PeopleTest, ASuspendedAccountIsSignedOutEverywhere) {
  const auto anna = session("anna"), one = session("mia"), two = session("mia");
  EXPECT_EQ(act(anna, "suspend", id("mia")).location, "/settings/people?done=suspend");
  EXPECT_THAT(show(anna, "?done=suspend"), HasSubstr("All their sessions have ended."));
  EXPECT_EQ(state("mia"), AccountState::kSuspended);
  for (const auto& sid : {one, two}) EXPECT_EQ(me(sid), 401);
  EXPECT_EQ(codeOf([&] { session("mia"); }), sso::ErrorCode::kAccountDisabled);
  const auto events = trail("app.account.suspended");
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].accountId, idOf(anna));
  EXPECT_EQ(events[0].details.at("account"), id("mia"));
  EXPECT_EQ(events[0].remoteAddress, "192.0.2.1");
  EXPECT_THAT(get("/settings/audit", {{"sid", anna}}).body, HasSubstr("account of Mia"));
  expectRefused(act(anna, "suspend", id("mia")), "already");
  EXPECT_EQ(trail("app.account.suspended").size(), 1U);

  // The rows are gone, not merely without effect: what is restored later brings none of them back.
  setState("mia", AccountState::kActive);
  for (const auto& sid : {one, two}) EXPECT_EQ(me(sid), 401);
}

TEST_F(PeopleTest, ARestoredAccountSignsInAgainWithTheRoleItHad) {
  const auto olive = session("olive");
  for (const auto gone : {AccountState::kSuspended, AccountState::kDeprovisioned}) {
    const auto old = session("anna");
    setState("anna", gone);
    EXPECT_THAT(row(show(olive), "anna"), HasSubstr(gone == AccountState::kSuspended ? "Suspended" : "Removed"));
    EXPECT_EQ(act(olive, "restore", id("anna")).location, "/settings/people?done=restore");
    EXPECT_EQ(state("anna"), AccountState::kActive);
    EXPECT_EQ(me(old), 401) << "no session comes back";
    EXPECT_EQ(get(kPath, {{"sid", session("anna")}}).status, 200) << "still an admin";
  }
  expectRefused(act(olive, "restore", id("anna")), "already");
  const auto events = trail("app.account.restored");
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].accountId, idOf(olive));
  EXPECT_EQ(events[0].details.at("account"), id("anna"));
}

// JIT.md row 19: a deprovisioned account has given its seat back
TEST_F(PeopleTest, NobodyIsRestoredWithoutASeat) {
  inUnit([&](sso::UnitOfWork& work, sso::db::Session&) {
    auto organization = app->parts().storage->organizations().findByTenant("fresh").value();
    organization.policy.seatLimit = 3;
    app->parts().storage->organizations().saveOrganization(work, organization);
  });
  const auto olive = session("olive");
  setState("mia", AccountState::kDeprovisioned);
  expectRefused(act(olive, "restore", id("mia")), "no seat left");
  EXPECT_EQ(state("mia"), AccountState::kDeprovisioned);
  setState("mia", AccountState::kSuspended);
  EXPECT_EQ(act(olive, "restore", id("mia")).status, 303);
}

// DESIGN promise 2
TEST_F(PeopleTest, AnAccountOfOtherTeamsIsNeitherSuspendedNorRestored) {
  join(id("mia"), "acme");
  const auto olive = session("olive"), mia = session("mia");
  const auto line = row(show(olive), "mia");
  EXPECT_THAT(line, HasSubstr("belongs to other teams"));
  EXPECT_THAT(line, Not(HasSubstr("<form")));
  expectRefused(act(olive, "suspend", id("mia")), "belongs to other teams");
  EXPECT_EQ(me(mia), 200);
  const auto whose = id("mia");
  inUnit([&](sso::UnitOfWork&, sso::db::Session& session) {  // the statement itself, whatever was judged before
    for (const char* tenant : {"fresh", "acme", "other"}) {
      EXPECT_FALSE(members::changeState(session, tenant, whose, AccountState::kActive, AccountState::kSuspended));
    }
  });
  setState("mia", AccountState::kSuspended);
  expectRefused(act(olive, "restore", id("mia")), "belongs to other teams");
  EXPECT_EQ(state("mia"), AccountState::kSuspended);
  EXPECT_TRUE(trail("app.account.suspended").empty());
}

TEST_F(PeopleTest, NobodyReachesIntoAnotherTeam) {
  connectAccount(id("mia"), key("mia"));
  const auto ada = adasSession(), mia = session("mia");
  openBy(mia, key("mia"));
  for (const char* action : {"suspend", "restore", "disconnect"}) {
    expectRefused(act(ada, action, id("mia"), linkId(id("mia"))), "not in the team");
    expectRefused(act(session("olive"), action, account("eve@acme.example").id), "not in the team");
  }
  EXPECT_EQ(me(mia), 200);
  EXPECT_EQ(linksOf(id("mia")), 1U);
  EXPECT_EQ(account("eve@acme.example").state, AccountState::kActive);
}

TEST_F(PeopleTest, NobodyChangesTheirOwnAccount) {
  const auto olive = session("olive"), anna = session("anna");
  connectAccount(id("anna"), key("anna"));
  expectRefused(act(olive, "suspend", id("olive")), "your own account");
  expectRefused(act(anna, "suspend", id("anna")), "your own account");
  expectRefused(act(anna, "disconnect", id("anna"), linkId(id("anna"))), "your own account");
  EXPECT_EQ(me(olive), 200);
  EXPECT_EQ(me(anna), 200);
}

TEST_F(PeopleTest, OwnersAreForOwnersToChange) {
  connectAccount(id("olive"), key("olive"));
  const auto anna = session("anna"), olive = session("olive");
  for (const char* owner : {"olive", "otto"}) {
    EXPECT_THAT(row(show(anna), owner), HasSubstr("Only an owner"));
    EXPECT_THAT(row(show(anna), owner), Not(HasSubstr("<form")));
    expectRefused(act(anna, "suspend", id(owner)), "Only an owner");
  }
  expectRefused(act(anna, "disconnect", id("olive"), linkId(id("olive"))), "Only an owner");
  setState("otto", AccountState::kSuspended);
  expectRefused(act(anna, "restore", id("otto")), "Only an owner");
  EXPECT_EQ(act(olive, "restore", id("otto")).status, 303);
  EXPECT_EQ(act(olive, "suspend", id("otto")).status, 303);
  EXPECT_EQ(me(olive), 200);
}

TEST_F(PeopleTest, WhereSingleSignOnIsRequiredOneEmergencyOwnerStays) {
  const auto olive = session("olive");
  inUnit([&](sso::UnitOfWork& work, sso::db::Session&) {
    auto organization = app->parts().storage->organizations().findByTenant("fresh").value();
    organization.policy.mode = sso::SsoMode::kRequired;
    app->parts().storage->organizations().saveOrganization(work, organization);
  });
  EXPECT_THAT(row(show(olive), "otto"), HasSubstr("one emergency owner has to stay"));
  expectRefused(act(olive, "suspend", id("otto")), "one emergency owner has to stay");
  EXPECT_EQ(state("otto"), AccountState::kActive);
  inUnit([&, olives = id("olive")](sso::UnitOfWork&, sso::db::Session& session) {
    EXPECT_TRUE(members::setBreakGlass(session, "fresh", olives, true));
  });
  EXPECT_EQ(act(olive, "suspend", id("otto")).status, 303);
}

TEST_F(PeopleTest, ADisconnectedSignInTakesItsSessionsAlong) {
  const auto mias = key("mia"), second = key("mia", "conn_2");
  connectAccount(id("mia"), mias);
  const auto opened = session("mia"), byPassword = session("mia"), byOther = session("mia"), somebody = session("anna");
  openBy(opened, mias);
  openBy(byOther, second);
  openBy(somebody, mias);  // of another account: not to be ended, whatever its row says
  const auto olive = session("olive");
  const auto link = linkId(id("mia"));
  EXPECT_EQ(act(olive, "disconnect", id("mia"), link, id("anna")).location,
            "/settings/people?done=disconnect&after=" + id("anna"));
  EXPECT_EQ(linksOf(id("mia")), 0U);
  EXPECT_EQ(me(opened), 401);
  for (const auto& sid : {byPassword, byOther, somebody}) EXPECT_EQ(me(sid), 200);
  const auto events = trail("sso.identity.unlinked");
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].accountId, idOf(olive));
  EXPECT_EQ(events[0].details.at("account"), id("mia"));
  EXPECT_EQ(events[0].remoteAddress, "192.0.2.1");
  expectRefused(act(olive, "disconnect", id("mia"), link), "already");
}

TEST_F(PeopleTest, OnlyTheSignInOfThisVeryAccountAndOrganizationIsDisconnected) {
  connectAccount(id("mia"), key("mia"));
  connectAccount(id("mia"), key("mia", "conn_9"), "org_1234567");
  connectAccount(id("anna"), key("anna"));
  const auto olive = session("olive");
  for (const std::string& link :
       {linkId(id("anna")), linkId(id("mia"), "acme"), std::string(), std::string("x' OR '1'='1")}) {
    expectRefused(act(olive, "disconnect", id("mia"), link), "already");
  }
  EXPECT_EQ(linksOf(id("mia")), 1U);
  EXPECT_EQ(linksOf(id("mia"), "acme"), 1U);
  EXPECT_EQ(linksOf(id("anna")), 1U);
  EXPECT_TRUE(trail("sso.identity.unlinked").empty());
}

TEST_F(PeopleTest, WantTheTokenOfTheirOwnSessionAnAdministratorAndAnActionThatExists) {
  const auto olive = session("olive"), mia = session("mia");
  const auto suspendsAnna = "&action=suspend&account=" + id("anna");
  EXPECT_EQ(codeOf([&] { askJson("POST", kPath, olive, std::string(64, '0'), suspendsAnna); }),
            sso::ErrorCode::kForbidden);
  EXPECT_EQ(codeOf([&] { askJson("POST", kPath, mia, token(mia), suspendsAnna); }), sso::ErrorCode::kForbidden);
  EXPECT_EQ(codeOf([&] { askJson("POST", kPath, olive, token(olive), "&action=remove&account=" + id("anna")); }),
            sso::ErrorCode::kInvalidRequest);
  for (const std::string& account : {std::string("\xff"), std::string("acc\0", 4)}) {
    EXPECT_EQ(codeOf([&] { act(olive, "suspend", account); }), sso::ErrorCode::kInvalidRequest);
  }
  expectRefused(act(olive, "suspend", ""), "not in the team");
  EXPECT_EQ(state("anna"), AccountState::kActive);
}

}  // namespace
}  // namespace hostapp
