// SPDX-License-Identifier: Apache-2.0
// What the host is told of a login that went well: JIT.md rows 6, 12, 13 and 19.
#include "support/login_fixture.h"

namespace sso::test {
namespace {

class LoginNotices : public LoginFixture {
 protected:
  std::vector<NoticedLogin> told() const { return host->noticed(); }
  Browser browser{*module};
};

TEST_F(LoginNotices, AnOrdinaryLoginTellsNothing) {
  login(browser);
  login(browser);
  EXPECT_TRUE(told().empty());
}

TEST_F(LoginNotices, AnAccountThatWasConnectedUnasked) {
  const auto account = host->addAccount("ada@acme.example", "tenant_acme");
  changeOrganization("org_acme", [](Organization& acme) { acme.policy.linkExisting = LinkRule::kAutomatic; });
  login(browser);
  ASSERT_EQ(told().size(), 1U);
  EXPECT_EQ(told()[0].notices, std::vector<LoginNotice>{LoginNotice::kAccountLinked});
  EXPECT_EQ(told()[0].accountId, account);
  EXPECT_EQ(told()[0].tenantId, "tenant_acme");
  EXPECT_EQ(told()[0].organizationId, "org_acme");
  EXPECT_EQ(told()[0].connectionId, "conn_acme1");
}

TEST_F(LoginNotices, AnAddressThatChangedWithTheOneBefore) {
  login(browser);
  Person renamed;
  renamed.email = "ada.miller@acme.example";
  Browser later(*module);
  login(later, renamed);
  ASSERT_EQ(told().size(), 1U);
  EXPECT_EQ(told()[0].notices, std::vector<LoginNotice>{LoginNotice::kEmailChanged});
  EXPECT_EQ(told()[0].previousEmail, "ada@acme.example");
  EXPECT_EQ(told()[0].email, "ada.miller@acme.example");
}

TEST_F(LoginNotices, AnAddressThatCollides) {
  login(browser);
  host->addAccount("taken@acme.example", "tenant_acme");
  Person renamed;
  renamed.email = "taken@acme.example";
  Browser later(*module);
  login(later, renamed);
  ASSERT_EQ(told().size(), 1U);
  EXPECT_EQ(told()[0].notices, std::vector<LoginNotice>{LoginNotice::kEmailCollision});
  EXPECT_EQ(told()[0].previousEmail, "");
}

TEST_F(LoginNotices, TheLastSeatOnce) {
  changeOrganization("org_acme", [](Organization& acme) { acme.policy.seatLimit = 1; });
  login(browser);
  ASSERT_EQ(told().size(), 1U);
  EXPECT_EQ(told()[0].notices, std::vector<LoginNotice>{LoginNotice::kLastSeat});
  Person late;
  late.user = "grace";
  late.email = "grace@acme.example";
  Browser other(*module);
  login(other, late);
  EXPECT_EQ(told().size(), 1U);
}

TEST_F(LoginNotices, NothingIsToldOfALoginThatWasNotCommitted) {
  changeOrganization("org_acme", [](Organization& acme) { acme.policy.seatLimit = 1; });
  host->throwIn("startSession");
  login(browser);
  EXPECT_TRUE(told().empty());
  EXPECT_FALSE(signedIn(browser));
}

TEST_F(LoginNotices, AHostThatThrowsEndsNobodysLogin) {
  changeOrganization("org_acme", [](Organization& acme) { acme.policy.seatLimit = 1; });
  host->throwIn("onNoticedLogin");
  EXPECT_EQ(login(browser).status, 303);
  EXPECT_TRUE(signedIn(browser));
  EXPECT_NE(log->text().find("sso.notice.lost"), std::string::npos);
  EXPECT_EQ(log->text().find("SECRET-HOST-TEXT"), std::string::npos);
}

}  // namespace
}  // namespace sso::test
