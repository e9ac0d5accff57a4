// SPDX-License-Identifier: Apache-2.0
// REJU (SECURITY 0): a login is answered within 12 s, however the time is spread over what it sends.
#include "support/login_fixture.h"

namespace sso::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Every exchange takes this long, and comes to nothing when that is longer than its timeout.
class SlowTransport : public HttpTransport {
 public:
  SlowTransport(std::shared_ptr<HttpTransport> transport, std::shared_ptr<FakeClock> clock, milliseconds each)
      : transport_(std::move(transport)), clock_(std::move(clock)), each_(each) {}
  HttpResponse send(const HttpRequest& request) override {
    clock_->advance(std::min(each_, request.timeout));
    if (request.timeout < each_) throw Error(ErrorCode::kUpstreamUnavailable, "upstream", "no complete answer in time");
    return transport_->send(request);
  }

 private:
  std::shared_ptr<HttpTransport> transport_;
  std::shared_ptr<FakeClock> clock_;
  milliseconds each_;
};

class LoginDeadline : public LoginFixture {
 protected:
  /// Another instance that has nothing cached, before a Scalekit that takes so long for each answer.
  std::shared_ptr<SsoModule> coldInstance(milliseconds each) {
    return SsoModule::create(defaultOptions(),
                             {.host = host,
                              .storage = storage,
                              .transport = std::make_shared<SlowTransport>(scalekit.transport, clock, each),
                              .clock = clock,
                              .random = random,
                              .log = log});
  }
  /// The same browser, in front of that instance.
  static Browser moved(const Browser& browser, const SsoModule& instance) {
    Browser there(instance);
    there.cookies = browser.cookies;
    return there;
  }
  milliseconds since(std::chrono::steady_clock::time_point begun) const {
    return std::chrono::duration_cast<milliseconds>(clock->steady() - begun);
  }
};

TEST_F(LoginDeadline, EndsWhenTheSumOfItsExchangesWouldBeTooLong) {
  Browser browser(*module);
  const auto callback = callbackFor(browser);
  const auto cold = coldInstance(milliseconds(4900));
  Browser there = moved(browser, *cold);
  const auto begun = clock->steady();
  const auto response = there.get(callback);  // discovery 4.9 s, code 4.9 s, and 2.2 s for the keys
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(since(begun), seconds(12));
  EXPECT_EQ(scalekit.exchanges(), 1);
  EXPECT_FALSE(signedIn(there));
  EXPECT_EQ(audit("sso.login.error").size(), 1u);
  EXPECT_TRUE(storage->tables().accounts.empty());
}

TEST_F(LoginDeadline, ControlASlowLoginWithinItSucceeds) {
  Browser browser(*module);
  const auto callback = callbackFor(browser);
  const auto cold = coldInstance(seconds(2));
  Browser there = moved(browser, *cold);
  EXPECT_EQ(there.get(callback).status, 303);
  EXPECT_TRUE(signedIn(there));
}

TEST_F(LoginDeadline, LeavesTheConnectionsUnaskedWhenTheTimeIsUp) {
  Browser browser(*module);
  const auto callback = callbackFor(browser);
  const auto cold = coldInstance(milliseconds(3900));  // 11.7 s for the login itself
  Browser there = moved(browser, *cold);
  const auto begun = clock->steady();
  EXPECT_EQ(there.get(callback).status, 303);  // the stored organization decides
  EXPECT_EQ(since(begun), seconds(12));
}

TEST_F(LoginDeadline, CoversTheBeginningAndTheRoutingToo) {  // N7
  const auto cold = coldInstance(milliseconds(4900));
  Browser browser(*cold);
  auto begun = clock->steady();
  browser.get("/sso/login?organization_id=org_acme");
  EXPECT_LE(since(begun), seconds(12));
  const auto other = coldInstance(milliseconds(4900));
  begun = clock->steady();
  other->routeFor("ada@acme.example");
  EXPECT_LE(since(begun), seconds(12));
}

}  // namespace
}  // namespace sso::test
