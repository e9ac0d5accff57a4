// SPDX-License-Identifier: Apache-2.0
// R-01, R-22: callbacks while Scalekit is away or slow.
#include <atomic>
#include <future>
#include <thread>

#include "support/login_fixture.h"

namespace sso::test {
namespace {

class ScalekitAway : public LoginFixture {
 protected:
  /// Codes that were sent; machine tokens are asked for at the same address.
  std::size_t exchanges() const {
    auto sent = scalekit.transport->requests("/oauth/token");
    std::erase_if(sent,
                  [](const HttpRequest& request) { return request.body.find("code_verifier") == std::string::npos; });
    return sent.size();
  }
  void tokenEndpoint(std::function<HttpResponse(const HttpRequest&)> answer) {
    scalekit.transport->on("/oauth/token", std::move(answer));
  }
  static HttpResponse answer(int status, const std::string& body) {
    return {status, {{"content-type", "application/json"}}, body};
  }
  /// So many logins, each of a browser of its own.
  void failTimes(int times) {
    for (int i = 0; i < times; ++i) {
      Browser browser(*module);
      login(browser);
    }
  }
  static std::string header(const WebResponse& response, const std::string& name) {
    for (const auto& [key, value] : response.headers) {
      if (key == name) return value;
    }
    return "";
  }
};

TEST_F(ScalekitAway, AnswersAtOnceAfterThreeFailuresAndUsesNothingUp) {
  Browser browser(*module);
  const std::string callback = callbackFor(browser);
  const auto whole = [this](const HttpRequest& request) { return scalekit.token(request); };
  scalekit.transport->failWith("/oauth/token");
  failTimes(3);
  const auto before = exchanges();
  const auto refused = browser.get(callback);
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(header(refused, "Retry-After"), "3");
  EXPECT_EQ(exchanges(), before) << "nothing is sent";
  EXPECT_FALSE(signedIn(browser));

  tokenEndpoint(whole);
  clock->advance(std::chrono::seconds(3));
  EXPECT_EQ(browser.get(callback).status, 303) << "the same callback: it was not used up";
  EXPECT_TRUE(signedIn(browser));
}

TEST_F(ScalekitAway, IsWhatServerErrorsSayToo) {
  tokenEndpoint([](const HttpRequest&) { return answer(500, "{}"); });
  failTimes(3);
  const auto before = exchanges();
  failTimes(1);
  EXPECT_EQ(exchanges(), before);
}

// Anybody can send codes that are none.
TEST_F(ScalekitAway, IsNotWhatRefusedCodesSay) {
  tokenEndpoint([](const HttpRequest&) { return answer(400, R"({"error":"invalid_grant"})"); });
  failTimes(10);
  EXPECT_EQ(exchanges(), 10u);
  tokenEndpoint([](const HttpRequest&) { return answer(429, "{}"); });
  failTimes(10);
  EXPECT_EQ(exchanges(), 20u);
}

TEST_F(ScalekitAway, IsAskedByOneLoginInThreeSeconds) {
  scalekit.transport->failWith("/oauth/token");
  failTimes(3);
  clock->advance(std::chrono::seconds(3));
  const auto before = exchanges();
  failTimes(5);
  EXPECT_EQ(exchanges(), before + 1);
}

// A callback that is used up already asks nothing: the next one must not wait for it.
TEST_F(ScalekitAway, IsNotAskedLessBecauseOfCallbacksThatAreUsedUp) {
  Browser browser(*module), waiting(*module);
  const auto whole = [this](const HttpRequest& request) { return scalekit.token(request); };
  const std::string callback = callbackFor(browser), other = callbackFor(waiting);
  const Browser kept = browser;
  EXPECT_EQ(browser.get(callback).status, 303);
  scalekit.transport->failWith("/oauth/token");
  failTimes(3);
  tokenEndpoint(whole);
  clock->advance(std::chrono::seconds(3));
  for (int i = 0; i < 5; ++i) {
    Browser again = kept;
    EXPECT_EQ(again.get(callback).status, 400);
  }
  EXPECT_EQ(waiting.get(other).status, 303);
}

// On a fresh instance, too: a login that cannot be finished for want of discovery is not used up.
TEST_F(ScalekitAway, AtTheStartUsesNothingUpEither) {
  Browser browser(*module);
  const std::string callback = callbackFor(browser);
  const auto fresh = makeModule();
  const auto transport = scalekit.transport;
  transport->failWith("/.well-known/openid-configuration");
  Browser there(*fresh);
  there.cookies = browser.cookies;
  EXPECT_EQ(there.get(callback).status, 503);
  EXPECT_EQ(browser.get(callback).status, 303) << "on the instance that is well";
}

// The person said no, or the identity provider did: nobody has to be asked.
TEST_F(ScalekitAway, StopsNoAnswerThatNeedsNoExchange) {
  Browser browser(*module);
  const std::string callback = callbackFor(browser);
  scalekit.transport->failWith("/oauth/token");
  failTimes(3);
  const auto denied = browser.get("/sso/callback?error=access_denied&" + callback.substr(callback.find("state=")));
  EXPECT_LT(denied.status, 500);
  EXPECT_EQ(audit("sso.login.failed").back().reason, "provider_error");
}

TEST_F(ScalekitAway, MayBeWaitedForBySoManyAndTheOthersUseNothingUp) {
  SsoOptions options = defaultOptions();
  options.maxWaiting = 2;
  module = makeModule(options);
  Browser third(*module);
  const std::string callback = callbackFor(third);
  std::promise<void> go;
  const auto goes = go.get_future().share();
  std::atomic<int> arrived = 0;
  tokenEndpoint([&](const HttpRequest& request) {
    ++arrived;
    goes.wait();
    return scalekit.token(request);
  });
  std::vector<std::thread> waiting;
  std::vector<std::string> callbacks;
  std::vector<Browser> browsers(2, Browser(*module));
  for (auto& browser : browsers) callbacks.push_back(callbackFor(browser));
  std::atomic<int> finished = 0;
  for (std::size_t i = 0; i < browsers.size(); ++i) {
    waiting.emplace_back([&, i] {
      if (browsers[i].get(callbacks[i]).status == 303) ++finished;
    });
  }
  while (arrived < 2) std::this_thread::yield();
  const auto refused = third.get(callback);
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(exchanges(), 2u);
  Browser starting(*module);
  EXPECT_EQ(starting.get("/sso/login?organization_id=org_acme").status, 302) << "a start waits for nobody";
  go.set_value();
  for (auto& thread : waiting) thread.join();
  EXPECT_EQ(finished, 2);
  EXPECT_EQ(third.get(callback).status, 303) << "the same callback";
}

}  // namespace
}  // namespace sso::test
