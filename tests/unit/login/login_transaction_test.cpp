// SPDX-License-Identifier: Apache-2.0
#include "login/login_transaction.h"

#include <gtest/gtest.h>

#include "login/link_ticket.h"
#include "login/pkce.h"
#include "login/sealed_fields.h"
#include "sso/error.h"
#include "support/fake_clock.h"
#include "support/fake_random.h"

namespace sso::detail {
namespace {

class LoginTransactionTest : public testing::Test {
 protected:
  static SsoOptions production() {
    SsoOptions options;
    options.environment = AppEnvironment::kProduction;
    options.baseUrl = "https://app.example.com";
    return options;
  }
  LoginTransaction sample() const {
    auto transaction = transactions_.fresh();
    transaction.returnTo = "/reports?year=2024";
    transaction.organizationId = "org_acme";
    transaction.connectionId = "conn_acme1";
    transaction.origin = LoginOrigin::kIdentityProvider;
    transaction.reauthenticate = true;
    return transaction;
  }
  RequestInfo browserWith(const std::vector<Cookie>& cookies) const {
    RequestInfo request;
    for (const auto& cookie : cookies) request.cookies[cookie.name] = cookie.value;
    return request;
  }

  std::shared_ptr<test::FakeClock> clock_ = std::make_shared<test::FakeClock>();
  std::shared_ptr<test::FakeRandom> random_ = std::make_shared<test::FakeRandom>();
  std::shared_ptr<Sealer> sealer_ =
      std::make_shared<Sealer>(std::vector<Secret>{Secret(std::string(32, 'k'))}, random_);
  LoginTransactions transactions_{sealer_, production(), clock_, random_};
};

TEST_F(LoginTransactionTest, ComesBackAsItWas) {
  const auto transaction = sample();
  const auto opened = transactions_.open(transaction.state, browserWith(transactions_.cookiesFor(transaction, {})));
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->state, transaction.state);
  EXPECT_EQ(opened->nonce, transaction.nonce);
  EXPECT_EQ(opened->codeVerifier.reveal(), transaction.codeVerifier.reveal());
  EXPECT_EQ(opened->returnTo, transaction.returnTo);
  EXPECT_EQ(opened->organizationId, transaction.organizationId);
  EXPECT_EQ(opened->connectionId, transaction.connectionId);
  EXPECT_EQ(opened->origin, transaction.origin);
  EXPECT_EQ(opened->createdAt, transaction.createdAt);
  EXPECT_TRUE(opened->reauthenticate);
  EXPECT_FALSE(opened->ownSite);
}

TEST_F(LoginTransactionTest, ShowsNothingOfItself) {
  const auto transaction = sample();
  const auto cookie = transactions_.cookiesFor(transaction, {}).front();
  for (const auto& inner : {transaction.state, transaction.nonce, transaction.codeVerifier.reveal()}) {
    EXPECT_EQ((cookie.name + cookie.value).find(inner), std::string::npos);
  }
}

TEST_F(LoginTransactionTest, DoesNotOpenForAnotherState) {
  const auto request = browserWith(transactions_.cookiesFor(sample(), {}));
  EXPECT_FALSE(transactions_.open(sample().state, request));
  EXPECT_TRUE(transactions_.browserHoldsAny(request));
  EXPECT_FALSE(transactions_.browserHoldsAny({}));
}

// The cookie's name holds a part of the digest only. Were there a second state with the same name, the sealed one must
// decide: here the same name is forced by sealing another state under it.
TEST_F(LoginTransactionTest, TheSealedStateDecidesNotTheName) {
  const auto transaction = sample();
  const auto name = LoginCookies(production()).transactionName(transaction.state);
  const std::string other = joinFields("2", {std::string(43, 'o'), "n", "v", "/", "", "", "0", "1700000000", "0", "0"});
  RequestInfo request;
  request.cookies[name] = sealer_->seal("login-transaction", other, name);
  EXPECT_FALSE(transactions_.open(transaction.state, request));
}

TEST_F(LoginTransactionTest, DoesNotOpenUnderAnotherKey) {
  const auto transaction = sample();
  const auto cookies = transactions_.cookiesFor(transaction, {});
  const auto foreign = std::make_shared<Sealer>(std::vector<Secret>{Secret(std::string(32, 'x'))}, random_);
  const LoginTransactions other(foreign, production(), clock_, random_);
  EXPECT_FALSE(other.open(transaction.state, browserWith(cookies)));
}

TEST_F(LoginTransactionTest, StaysInTheReplayStoreLongerThanItOpens) {
  const auto transaction = sample();
  EXPECT_FALSE(transactions_.expired(transaction));
  clock_->advance(std::chrono::seconds(601));
  EXPECT_TRUE(transactions_.expired(transaction));
  EXPECT_GT(transactions_.forgetAt(transaction), clock_->now());
}

TEST(Pkce, ChallengeIsThatOfRfc7636AppendixB) {
  EXPECT_EQ(codeChallenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST(SealedFields, HaveOneForm) {
  const auto text = joinFields("1", {"a", "", "c"});
  EXPECT_EQ(splitFields(text, "1", 3), (std::vector<std::string>{"a", "", "c"}));
  EXPECT_FALSE(splitFields(text, "2", 3));
  EXPECT_FALSE(splitFields(text, "1", 2));
  EXPECT_FALSE(splitFields(text, "1", 4));
  EXPECT_FALSE(splitFields("", "1", 0));
  EXPECT_THROW(joinFields("1", {"a\nb"}), Error);
  EXPECT_EQ(parseInteger("1700000000"), 1'700'000'000);
  for (const auto* wrong : {"", " 1", "1 ", "0x1", "99999999999999999999"}) EXPECT_FALSE(parseInteger(wrong)) << wrong;
}

TEST_F(LoginTransactionTest, LinkTicketComesBackAsItWas) {
  const LinkTickets tickets(sealer_, production(), clock_);
  LinkTicket ticket;
  ticket.id = "ticket-1";
  ticket.identity.key = {"https://acme.scalekit.example", "conn_acme1", "conn_acme1;a b|c@d "};
  ticket.identity.organizationId = "org_acme";
  ticket.identity.email = "ada@acme.example";
  ticket.identity.emailVerified = false;
  ticket.identity.displayName = "Ada \xE2\x9C\xA8";
  ticket.identity.sessionId = "ses_1";
  ticket.identity.externalId = "E-1";
  ticket.identity.issuedAt = ticket.identity.authenticatedAt = fromEpochSeconds(1'699'999'990);
  ticket.accountId = "account with spaces";
  ticket.returnTo = "/r";
  ticket.origin = LoginOrigin::kIdentityProvider;
  ticket.createdAt = clock_->now();
  const auto opened = tickets.open(browserWith({tickets.cookieFor(ticket)}));
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->id, ticket.id);
  EXPECT_EQ(opened->identity.key, ticket.identity.key);
  EXPECT_EQ(opened->identity.organizationId, ticket.identity.organizationId);
  EXPECT_EQ(opened->identity.email, ticket.identity.email);
  EXPECT_EQ(opened->identity.emailVerified, ticket.identity.emailVerified);
  EXPECT_EQ(opened->identity.displayName, ticket.identity.displayName);
  EXPECT_EQ(opened->identity.sessionId, ticket.identity.sessionId);
  EXPECT_EQ(opened->identity.externalId, ticket.identity.externalId);
  EXPECT_EQ(opened->identity.issuedAt, ticket.identity.issuedAt);
  EXPECT_EQ(opened->accountId, ticket.accountId);
  EXPECT_EQ(opened->returnTo, ticket.returnTo);
  EXPECT_EQ(opened->origin, ticket.origin);
  EXPECT_EQ(opened->createdAt, ticket.createdAt);
  for (const auto verified : {std::optional<bool>(true), std::optional<bool>()}) {
    ticket.identity.emailVerified = verified;
    EXPECT_EQ(tickets.open(browserWith({tickets.cookieFor(ticket)}))->identity.emailVerified, verified);
  }
}

}  // namespace
}  // namespace sso::detail
