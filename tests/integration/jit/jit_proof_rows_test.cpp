// SPDX-License-Identifier: Apache-2.0
// JIT.md, the rows that change data once somebody was invited or has proven something: 4, 5, 7, 8, 10, 11, 13 and 28.
#include "jit_fixture.h"

namespace sso::detail {
namespace {

class JitProofRows : public JitRows {
 protected:
  JitProofRows() { saveAcme(); }

  void invite(const std::string& email, const std::string& role = "admin") {
    Invitation invitation;
    invitation.id = "inv_" + email;
    invitation.tokenHash = kToken;
    invitation.organizationId = "org_acme";
    invitation.tenantId = "acme";
    invitation.connectionId = "conn_a";
    invitation.email = email;
    invitation.role = role;
    invitation.invitedBy = "acc_boss";
    invitation.sentAt = clock_->now();
    invitation.expiresAt = clock_->now() + hours(1);
    const auto work = one_.storage->begin();
    ASSERT_EQ(one_.storage->invitations().addInvitation(*work, invitation, 5), InvitationStore::Added::kYes);
    work->commit();
  }
  LoginAttempt attemptOf(VerifiedIdentity identity) const {
    LoginAttempt attempt;
    attempt.identity = std::move(identity);
    attempt.stateReturned = true;
    attempt.verifiedAt = clock_->now();
    attempt.reference = "REF";
    return attempt;
  }
  LoginAttempt invited(const std::string& name, const std::string& email) const {
    auto identity = person(name);
    identity.email = email;
    identity.emailVerified.reset();
    auto attempt = attemptOf(std::move(identity));
    attempt.invitationHash = kToken;
    return attempt;
  }
  /// In a session of a password, which the account's owner has somewhere.
  void openSession(const std::string& accountId) {
    const auto hash = std::string(64, 'c');
    one_.database->withSession([&](db::Session& session) {
      session.translated("test", [&] {
        session << "INSERT INTO app_sessions (id_hash, handle, account_id, tenant_id, created_at, last_seen_at, "
                   "expires_at, method, user_agent, address) VALUES (:h, 'handle', :a, 'acme', 1, 1, 99, 'password', "
                   "'', '')",
            soci::use(hash), soci::use(accountId);
      });
    });
  }

  const std::string kToken = std::string(64, 'a');
};

INSTANTIATE_TEST_SUITE_P(, JitProofRows, testing::Values(Engine::kPostgres, Engine::kSqlite),
                         [](const auto& suite) { return suite.param == Engine::kPostgres ? "Postgres" : "Sqlite"; });

TEST_P(JitProofRows, Row04ALinkThatCameBackMakesTheAccount) {
  auto identity = person("ada");
  identity.emailVerified = false;
  auto attempt = attemptOf(identity);
  EXPECT_EQ(loginAt(one_, attempt).decision.code, DenyCode::kEmailProofRequired);
  EXPECT_EQ(number("SELECT count(*) FROM app_accounts"), 0);
  attempt.emailProof = EmailProof{identity.email, clock_->now()};
  EXPECT_EQ(roleOf(loginAt(one_, attempt).accountId), "member/sso");
  EXPECT_EQ(number("SELECT email_verified FROM app_accounts"), 1);
}

TEST_P(JitProofRows, Row05AnInvitationNamesTheAddress) {
  invite("guest@elsewhere.example", "member");
  const auto mapped = loginAt(one_, invited("guest", ""));
  EXPECT_EQ(mapped.decision.row, 5);
  EXPECT_EQ(number("SELECT count(*) FROM app_accounts WHERE email = 'guest@elsewhere.example'"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM sso_identities WHERE email = ''"), 1);
}

TEST_P(JitProofRows, Row07TheMailboxsOwnerGetsTheAccountWithoutWhatLetOthersIn) {
  const auto id = member("ada", "member");
  one_.database->withSession([&](db::Session& session) {
    session << "UPDATE app_accounts SET email_verified = 0, password_hash = 'somebody-elses'";
  });
  openSession(id);
  auto attempt = attemptOf(person("ada"));
  EXPECT_EQ(loginAt(one_, attempt).decision.code, DenyCode::kEmailUnverifiedAccount);
  EXPECT_EQ(number("SELECT count(*) FROM app_sessions"), 1);
  attempt.emailProof = EmailProof{"ada@acme.example", clock_->now()};
  EXPECT_EQ(loginAt(one_, attempt).accountId, id);
  EXPECT_EQ(number("SELECT count(*) FROM app_accounts WHERE password_hash IS NULL AND email_verified = 1"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM app_sessions"), 0);
  EXPECT_EQ(events(),
            (std::vector<std::string>{"sso.account.reclaimed", "sso.identity.linked", "sso.login.completed"}));
}

TEST_P(JitProofRows, Row08AnAccountOfAnotherTenantJoinsWithItsProof) {
  const auto id = member("stranger", "member");
  {
    const auto work = one_.storage->begin();
    auto& session = db::sessionOf(*work);
    hostapp::tenants::save(session, "other", "Other", 1);
    session << "UPDATE app_memberships SET tenant_id = 'other'";
    work->commit();
  }
  invite("stranger@acme.example");
  auto attempt = invited("stranger", "stranger@acme.example");
  EXPECT_EQ(loginAt(one_, attempt).decision.code, DenyCode::kLinkProofRequired);
  EXPECT_EQ(number("SELECT count(*) FROM app_memberships"), 1);
  attempt.proof = LinkProof{id, clock_->now()};
  EXPECT_EQ(loginAt(one_, attempt).accountId, id);
  EXPECT_EQ(
      number("SELECT count(*) FROM app_memberships WHERE tenant_id = 'acme' AND role = 'admin' AND role_fixed = 1"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM app_memberships WHERE tenant_id = 'other' AND role = 'member'"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM sso_invitations"), 0);
}

TEST_P(JitProofRows, Row10TheSameSubjectOnAnotherConnectionIsSomebodyElse) {
  const auto ada = login(person("ada")).accountId;
  auto other = person("ada");
  other.key.connectionId = "conn_b";
  other.email = "ada2@acme.example";
  EXPECT_NE(login(other).accountId, ada);
  EXPECT_EQ(number("SELECT count(*) FROM sso_identities"), 2);
}

TEST_P(JitProofRows, Row11ASecondIdentityIsAddedOnlyWithAProof) {
  const auto ada = login(person("ada")).accountId;
  auto second = person("ada");
  second.key.connectionId = "conn_b";
  acme_.policy.linkExisting = LinkRule::kAutomatic;
  EXPECT_EQ(login(second).decision.code, DenyCode::kLinkProofRequired);
  EXPECT_EQ(number("SELECT count(*) FROM sso_identities"), 1);
  EXPECT_EQ(login(second, ada).accountId, ada);
  EXPECT_EQ(number("SELECT count(*) FROM sso_identities"), 2);
}

TEST_P(JitProofRows, Row13AnAddressThatIsTakenIsNotTakenTwice) {
  const auto ada = login(person("ada")).accountId;
  const auto grace = member("grace", "member");
  auto moved = person("ada");
  moved.email = "grace@acme.example";
  const auto mapped = login(moved);
  EXPECT_EQ(mapped.accountId, ada);
  EXPECT_EQ(mapped.decision.row, 13);
  EXPECT_EQ(number("SELECT count(*) FROM app_accounts WHERE email = 'ada@acme.example'"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM app_accounts WHERE id = '" + grace + "' AND email = 'grace@acme.example'"), 1);
}

TEST_P(JitProofRows, Row28AGuestComesInOnceAndKeepsTheInvitersRole) {
  invite("guest@elsewhere.example");
  const auto guest = loginAt(one_, invited("guest", "guest@elsewhere.example"));
  EXPECT_EQ(guest.decision.outcome, Outcome::kUseInvitation);
  EXPECT_EQ(number("SELECT count(*) FROM app_memberships WHERE role = 'admin' AND role_fixed = 1"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM sso_invitations"), 0);
  auto later = person("guest", Groups{{"staff"}});
  later.email = "guest@elsewhere.example";
  EXPECT_EQ(login(later).accountId, guest.accountId);
  EXPECT_EQ(number("SELECT count(*) FROM app_memberships WHERE role = 'admin'"), 1) << "no group changes it";
  EXPECT_EQ(loginAt(one_, invited("second", "")).decision.code, DenyCode::kEmailMissing) << "it worked once";
}

TEST_P(JitProofRows, Row28OfTwoWhoComeAtOnceOneGetsIn) {
  invite("guest@elsewhere.example");
  std::latch together(2);
  const auto come = [&](Instance& at, const std::string& name) {
    together.arrive_and_wait();
    return loginAt(at, invited(name, "")).decision.signsIn();
  };
  auto first = std::async(std::launch::async, [&] { return come(one_, "one"); });
  auto second = std::async(std::launch::async, [&] { return come(other_, "two"); });
  EXPECT_NE(first.get(), second.get());
  EXPECT_EQ(number("SELECT count(*) FROM app_accounts"), 1);
}

}  // namespace
}  // namespace sso::detail
