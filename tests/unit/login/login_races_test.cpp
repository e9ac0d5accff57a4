// SPDX-License-Identifier: Apache-2.0
// Several threads, one login or one person, JIT.md row 29.
#include <barrier>
#include <thread>

#include "support/login_fixture.h"

namespace sso::test {
namespace {

class LoginRaces : public LoginFixture {
 protected:
  static constexpr int kThreads = 8;
  /// Runs one request per browser at the same moment; the answers in order.
  std::vector<WebResponse> atOnce(std::vector<Browser>& browsers, const std::vector<std::string>& targets) {
    std::vector<WebResponse> answers(browsers.size());
    std::barrier together(static_cast<std::ptrdiff_t>(browsers.size()));
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < browsers.size(); ++i) {
      threads.emplace_back([&, i] {
        together.arrive_and_wait();
        answers[i] = browsers[i].get(targets[i]);
      });
    }
    threads.clear();
    return answers;
  }
};

TEST_F(LoginRaces, OneCallbackEightTimesIsOneExchangeAndOneSession) {  // R-08, SEC-CB-15
  Browser browser(*module);
  const auto callback = callbackFor(browser);
  std::vector<Browser> browsers(kThreads, browser);
  const auto answers = atOnce(browsers, std::vector<std::string>(kThreads, callback));
  EXPECT_EQ(scalekit.exchanges(), 1);
  EXPECT_EQ(storage->tables().sessions.size(), 1U);
  const auto worked = std::count_if(answers.begin(), answers.end(), [](const auto& a) { return a.status == 303; });
  EXPECT_EQ(worked, 1);
  const auto refused = audit("sso.login.failed");
  EXPECT_EQ(refused.size(), static_cast<std::size_t>(kThreads - 1));
  for (const auto& event : refused) EXPECT_EQ(event.reason, "replayed");
}

TEST_F(LoginRaces, FirstLoginsOfOnePersonMakeOneAccount) {  // JIT.md row 29, R-07
  for (int round = 0; round < 20; ++round) {
    Person person;
    person.user = "user" + std::to_string(round);
    person.email = person.user + "@acme.example";
    std::vector<Browser> browsers(4, Browser(*module));
    std::vector<std::string> callbacks;
    for (auto& browser : browsers) callbacks.push_back(callbackFor(browser, person));
    const auto answers = atOnce(browsers, callbacks);
    std::set<std::string> accounts;
    for (std::size_t i = 0; i < browsers.size(); ++i) {
      ASSERT_EQ(answers[i].status, 303) << answers[i].body;
      ASSERT_TRUE(signedIn(browsers[i]));
      accounts.insert(*signedIn(browsers[i]));
    }
    EXPECT_EQ(accounts.size(), 1U);
    EXPECT_EQ(storage->tables().accounts.size(), static_cast<std::size_t>(round + 1));
    EXPECT_EQ(storage->tables().identities.size(), static_cast<std::size_t>(round + 1));
  }
  EXPECT_EQ(audit("sso.account.created").size(), 20U);
}

TEST_F(LoginRaces, TheLoserOfAFirstLoginFindsTheWinnersAccount) {  // the same, with the conflict forced
  Browser winner(*module), loser(*module);
  const auto loserCallback = callbackFor(loser);
  const auto winnerCallback = callbackFor(winner);
  storage->beforeCommit([&] { EXPECT_EQ(winner.get(winnerCallback).status, 303); });
  EXPECT_EQ(loser.get(loserCallback).status, 303);
  EXPECT_EQ(signedIn(loser), signedIn(winner));
  EXPECT_EQ(storage->tables().accounts.size(), 1U);
  EXPECT_EQ(audit("sso.account.created").size(), 1U);
}

TEST_F(LoginRaces, OneProofEightTimesLinksOnce) {
  const auto account = host->addAccount("ada@acme.example", "tenant_acme");
  Browser browser(*module);
  login(browser);
  std::vector<Browser> browsers(kThreads, browser);
  std::vector<int> statuses(kThreads);
  {
    std::barrier together(kThreads);
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        together.arrive_and_wait();
        statuses[i] = module->completeLink(browsers[i].request("/login/link", "POST"), account).status;
      });
    }
  }
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 303), 1);
  EXPECT_EQ(audit("sso.identity.linked").size(), 1U);
}

TEST_F(LoginRaces, OneIdpInitiatedTokenEightTimesStartsOneLogin) {  // SEC-II-11
  std::vector<Browser> browsers(kThreads, Browser(*module));
  const auto target = "/sso/initiate?idp_initiated_login=" + scalekit.idpInitiatedToken();
  const auto answers = atOnce(browsers, std::vector<std::string>(kThreads, target));
  EXPECT_EQ(std::count_if(answers.begin(), answers.end(), [](const auto& a) { return a.status == 302; }), 1);
}

TEST_F(LoginRaces, RoutingIsSafeFromManyThreads) {
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 200; ++i) {
        EXPECT_TRUE(module->routeFor("ada@acme.example").sso);
        EXPECT_FALSE(module->routeFor("x@d" + std::to_string(thread * 1000 + i) + ".example").sso);
        if (i % 50 == 0) clock->advance(std::chrono::seconds(11));
      }
    });
  }
}

}  // namespace
}  // namespace sso::test
