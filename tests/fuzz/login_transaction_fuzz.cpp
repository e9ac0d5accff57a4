// SPDX-License-Identifier: Apache-2.0
#include "login/login_transaction.h"

#include "fuzz/fuzz_input.h"
#include "support/fake_clock.h"
#include "support/fake_random.h"

namespace {

using sso::fuzz::require;

/// The purpose under which transactions are sealed; Fixture proves that it is still this one.
constexpr std::string_view kPurpose = "login-transaction";

struct Fixture {
  Fixture() {
    const auto fresh = transactions.fresh();
    const auto cookie = transactions.cookiesFor(fresh, {}).front();
    require(sealer->open(kPurpose, cookie.value, cookie.name).has_value(), "the purpose of transactions has changed");
  }
  static sso::SsoOptions options() {
    sso::SsoOptions made;
    made.baseUrl = "https://app.example.com";
    made.environment = sso::AppEnvironment::kProduction;
    return made;
  }
  std::shared_ptr<sso::test::FakeRandom> random = std::make_shared<sso::test::FakeRandom>();
  std::shared_ptr<sso::Sealer> sealer =
      std::make_shared<sso::Sealer>(std::vector<sso::Secret>{sso::Secret(std::string(32, 'k'))}, random);
  sso::detail::LoginTransactions transactions{sealer, options(), std::make_shared<sso::test::FakeClock>(), random};
  sso::detail::LoginCookies cookies{options()};
};

}  // namespace

/// Input: a state, NUL, a text. As a cookie, the text never opens; sealed by us, it opens for its own state only, and
/// what was read comes back when it is written again.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Fixture fixture;
  sso::fuzz::Parts parts(sso::fuzz::textOf(data, size));
  const std::string state(parts.next());
  const std::string text(parts.rest());
  const std::string name = fixture.cookies.transactionName(state);

  sso::RequestInfo request;
  request.cookies[name] = text;
  require(!fixture.transactions.open(state, request), "nothing opens that we did not seal");
  if (text.size() > 2000) return 0;

  request.cookies[name] = fixture.sealer->seal(kPurpose, text, name);
  const auto transaction = fixture.transactions.open(state, request);
  fixture.transactions.cookiesFor(fixture.transactions.fresh(), request);  // tidies up whatever is there
  if (!transaction) return 0;
  require(transaction->state == state, "opens for its own state only");
  require(!fixture.transactions.open(state + "x", request), "and for no other");
  fixture.transactions.expired(*transaction);

  sso::RequestInfo again;
  again.cookies[name] = fixture.transactions.cookiesFor(*transaction, {}).front().value;
  const auto reread = fixture.transactions.open(state, again);
  require(reread && reread->nonce == transaction->nonce && reread->returnTo == transaction->returnTo &&
              reread->codeVerifier.reveal() == transaction->codeVerifier.reveal() &&
              reread->organizationId == transaction->organizationId && reread->createdAt == transaction->createdAt &&
              reread->ownSite == transaction->ownSite,
          "written again, it reads the same");
  return 0;
}
