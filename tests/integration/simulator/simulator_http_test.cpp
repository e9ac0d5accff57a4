// SPDX-License-Identifier: Apache-2.0
// The whole code flow by hand over real sockets, the faults that only a socket shows, and the server's manners.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <future>

#include "http_client.h"
#include "scalekit_simulator/simulator.h"

namespace simulator_test {
namespace {

using scalekit_simulator::Endpoint;
using scalekit_simulator::KeyRotation;
using scalekit_simulator::Simulator;

constexpr const char* kCallback = "http%3A%2F%2Flocalhost%3A8080%2Fsso%2Fcallback";
constexpr const char* kChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";  // RFC 7636 appendix B
constexpr const char* kVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

class SimulatorHttp : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    simulator_ = new Simulator({.publishedKeys = 1});
    simulator_->start();
  }
  static void TearDownTestSuite() {
    delete simulator_;
    simulator_ = nullptr;
  }
  void SetUp() override {
    simulator_->clearFaults();
    simulator_->clearNext();
  }

  std::string authorizeTarget(const std::string& more) {
    return "/oauth/authorize?response_type=code&client_id=" + simulator_->clientId() + "&redirect_uri=" + kCallback +
           "&scope=openid%20email%20offline_access&state=st&nonce=no&code_challenge_method=S256&code_challenge=" +
           kChallenge + "&" + more;
  }
  std::string credentials() {
    return "&client_id=" + simulator_->clientId() + "&client_secret=" + simulator_->clientSecret();
  }
  Answer exchange(HttpClient& client, const std::string& code) {
    return client.post("/oauth/token", "grant_type=authorization_code&code=" + code + "&redirect_uri=" + kCallback +
                                           "&code_verifier=" + kVerifier + credentials());
  }
  std::string codeFor(HttpClient& client, const std::string& email) {
    simulator_->nextLogin(email);
    return parameterOf(client.get(authorizeTarget("login_hint=" + email)).header("Location"), "code");
  }
  HttpClient client() { return HttpClient(simulator_->port()); }

  static Simulator* simulator_;
};
Simulator* SimulatorHttp::simulator_ = nullptr;

TEST_F(SimulatorHttp, CompletesTheCodeFlowThroughTheLoginPage) {
  auto browser = client();
  const auto discovery = browser.get("/.well-known/openid-configuration").json();
  EXPECT_EQ(simulator_->baseUrl(), discovery["issuer"]);
  const auto start = browser.get(authorizeTarget("domain=example.com"));
  ASSERT_EQ(302, start.status);
  const auto page = browser.get(start.header("Location"));
  ASSERT_EQ(200, page.status);
  const std::string id = parameterOf(start.header("Location"), "authRequestID");
  const auto done = browser.post("/login", "scenario=login&person=ada.lovelace%40example.com&authRequestID=" + id);
  ASSERT_EQ(302, done.status);
  EXPECT_EQ("st", parameterOf(done.header("Location"), "state"));
  auto backend = client();
  const std::string code = parameterOf(done.header("Location"), "code");
  const auto tokens = exchange(backend, code);
  ASSERT_EQ(200, tokens.status) << tokens.body;
  EXPECT_TRUE(tokens.json().contains("id_token"));
  const auto refreshed = backend.post(
      "/oauth/token",
      "grant_type=refresh_token&refresh_token=" + tokens.json()["refresh_token"].get<std::string>() + credentials());
  EXPECT_EQ(200, refreshed.status) << refreshed.body;
  // The code again: everything that came of it is revoked.
  EXPECT_EQ("invalid_grant", exchange(backend, code).json()["error"]);
  const auto after = backend.post(
      "/oauth/token",
      "grant_type=refresh_token&refresh_token=" + refreshed.json()["refresh_token"].get<std::string>() + credentials());
  EXPECT_EQ("invalid_grant", after.json()["error"]);
}

TEST_F(SimulatorHttp, StartsAtTheIdentityProviderAndEndsSilently) {
  auto browser = client();
  const auto tile = browser.post(
      "/login", "scenario=idp_initiated&connection_id=conn_70000000000000002&person=alice%40acme.example&client_id=" +
                    simulator_->clientId());
  ASSERT_EQ(302, tile.status);
  EXPECT_NE(std::string::npos, tile.header("Location").find("/sso/initiate?idp_initiated_login=ey"));
  const auto silent =
      browser.get(authorizeTarget("connection_id=conn_70000000000000002&login_hint=alice%40acme.example"));
  EXPECT_NE("", parameterOf(silent.header("Location"), "code"));
}

TEST_F(SimulatorHttp, CountsConnectionsAndRequests) {
  const auto before = simulator_->counters();
  auto backend = client();
  for (int i = 0; i < 3; ++i) backend.get("/keys");
  backend.post("/oauth/token", "grant_type=client_credentials" + credentials());
  const auto after = simulator_->counters();
  EXPECT_EQ(before.keyRequests + 3, after.keyRequests);
  EXPECT_EQ(before.tokenRequests + 1, after.tokenRequests);
  EXPECT_EQ(before.connections + 1, after.connections);  // One connection, kept alive.
}

TEST_F(SimulatorHttp, TruncatesAnAnswer) {
  simulator_->addFault({.name = "truncated", .endpoint = Endpoint::kKeys, .count = 1});
  const std::string raw = sendRaw(simulator_->port(), "GET /keys HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const auto lengthAt = raw.find("Content-Length: ");
  ASSERT_NE(std::string::npos, lengthAt) << raw;
  const auto promised = std::stoul(raw.substr(lengthAt + 16));
  const std::string body = raw.substr(raw.find("\r\n\r\n") + 4);
  EXPECT_EQ(promised / 2, body.size());
}

TEST_F(SimulatorHttp, AnswersLateAndDrips) {
  auto backend = client();
  simulator_->addFault({.name = "slow", .endpoint = Endpoint::kKeys, .count = 1, .value = "150"});
  auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(200, backend.get("/keys").status);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(150));
  simulator_->addFault({.name = "status_500", .endpoint = Endpoint::kKeys, .count = 1});
  simulator_->addFault({.name = "drip", .endpoint = Endpoint::kKeys, .count = 1, .value = "1"});
  begin = std::chrono::steady_clock::now();
  EXPECT_EQ("internal error", backend.get("/keys").json()["message"]);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(20));
}

TEST(SimulatorStop, FreesAHangingConnection) {
  Simulator simulator({.publishedKeys = 1});
  simulator.start();
  simulator.addFault({.name = "hang", .endpoint = Endpoint::kKeys});
  auto hanging = std::async(std::launch::async, [port = simulator.port()] {
    try {
      return sendRaw(port, "GET /keys HTTP/1.1\r\nHost: localhost\r\n\r\n");
    } catch (const Poco::Exception&) {
      return std::string();  // Reset instead of closed: no answer either way.
    }
  });
  while (simulator.counters().keyRequests == 0) std::this_thread::yield();
  simulator.stop();
  EXPECT_EQ("", hanging.get());
}

TEST_F(SimulatorHttp, ShowsEveryOtherFaultToAClient) {
  auto backend = client();
  for (const auto& info : scalekit_simulator::allFaults()) {
    if (info.where != "any endpoint" && info.where != "keys") continue;
    if (info.name == "hang" || info.name == "truncated" || info.name == "slow" || info.name == "drip") continue;
    const auto good = backend.get("/keys");
    simulator_->addFault({.name = info.name, .endpoint = Endpoint::kKeys, .count = 1});
    const auto bad = backend.get("/keys");
    EXPECT_TRUE(bad.status != good.status || bad.body != good.body ||
                bad.header("Content-Type") != good.header("Content-Type"))
        << info.name;
  }
  for (const auto& info : scalekit_simulator::allFaults()) {
    if (info.where != "ID token") continue;
    const std::string code = codeFor(backend, "ada.lovelace@example.com");
    const std::string value = info.name == "missing_claim" ? "nonce" : info.name == "set_claim" ? "email=null" : "";
    simulator_->addFault({.name = info.name, .count = 1, .value = value});
    EXPECT_EQ(200, exchange(backend, code).status) << info.name;
  }
}

TEST_F(SimulatorHttp, RotatesKeys) {
  auto backend = client();
  const auto before = backend.get("/keys").json()["keys"];
  simulator_->rotateKeys(KeyRotation::kOverlap);
  const auto overlap = backend.get("/keys").json()["keys"];
  EXPECT_EQ(before.size() + 1, overlap.size());
  simulator_->rotateKeys(KeyRotation::kHard);
  const auto hard = backend.get("/keys").json()["keys"];
  ASSERT_EQ(1U, hard.size());
  EXPECT_EQ(overlap.end(), std::find(overlap.begin(), overlap.end(), hard[0]));
}

// SECURITY 5 (6): one reading of where a request ends, or none.
TEST_F(SimulatorHttp, RefusesAmbiguousFraming) {
  const std::string head =
      "POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n";
  for (const std::string fields :
       {"Content-Length: 0\r\nContent-Length: 36\r\n", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n", "Content-Length: +5\r\n", "Content-Length: -3\r\n",
        "Content-Length: 1,0\r\n", "Host: evil.example\r\nContent-Length: 0\r\n"}) {
    const std::string raw =
        sendRaw(simulator_->port(), head + fields + "\r\nGET /keys HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_TRUE(raw.starts_with("HTTP/1.1 400")) << fields << raw;
    EXPECT_EQ(std::string::npos, raw.find("\"keys\"")) << fields;
  }
}

TEST_F(SimulatorHttp, RefusesHugeBodiesAndTargets) {
  const std::string huge = sendRaw(
      simulator_->port(), "POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\nx");
  EXPECT_TRUE(huge.starts_with("HTTP/1.1 413")) << huge;
  const std::string target =
      sendRaw(simulator_->port(), "GET /keys?" + std::string(9000, 'x') + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_TRUE(target.starts_with("HTTP/1.1 400")) << target.substr(0, 100);
}

// SECURITY 5 (2) and (3): an encoded word must not become a header of ours, nor a target one of its own.
TEST_F(SimulatorHttp, ReflectsNoHeader) {
  const std::string raw =
      sendRaw(simulator_->port(),
              "GET /oidc/logout?state=a%0d%0aX-Evil:1&post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Flogin "
              "HTTP/1.1\r\nHost: =?utf-8?q?a=0d=0aX-Evil:1?=\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(std::string::npos, raw.find("\r\nX-Evil"));
}

TEST_F(SimulatorHttp, ServesManyConnectionsAtOnce) {
  constexpr int kClients = 64;
  std::vector<std::unique_ptr<HttpClient>> clients;
  for (int i = 0; i < kClients; ++i) clients.push_back(std::make_unique<HttpClient>(simulator_->port()));
  for (auto& one : clients) EXPECT_EQ(200, one->get("/keys").status);  // All kept open: none waits for another.
  for (auto& one : clients) EXPECT_EQ(200, one->get("/keys").status);
}

TEST_F(SimulatorHttp, IssuesTokensToManyThreadsAtOnce) {
  std::vector<std::future<int>> workers;
  for (int worker = 0; worker < 8; ++worker) {
    workers.push_back(std::async(std::launch::async, [&] {
      auto backend = client();
      int good = 0;
      for (int i = 0; i < 10; ++i)
        good += exchange(backend, codeFor(backend, "ada.lovelace@example.com")).status == 200;
      return good;
    }));
  }
  for (auto& worker : workers) EXPECT_EQ(10, worker.get());
}

TEST_F(SimulatorHttp, CreatesOneOrganizationForOneExternalIdHoweverManyAskAtOnce) {
  auto caller = client();
  const std::string token =
      caller.post("/oauth/token", "grant_type=client_credentials" + credentials()).json()["access_token"];
  std::vector<std::future<int>> workers;
  for (int worker = 0; worker < 8; ++worker) {
    workers.push_back(std::async(std::launch::async, [&] {
      auto mine = client();
      mine.bearer = token;
      return mine.postJson("/api/v1/organizations", R"({"display_name":"One","external_id":"one"})").status;
    }));
  }
  int created = 0;
  for (auto& worker : workers) {
    const int status = worker.get();
    created += status == 201;
    EXPECT_TRUE(status == 201 || status == 409) << status;
  }
  EXPECT_EQ(1, created);
  caller.bearer = token;
  const std::string id = caller.get("/api/v1/organizations:external/one").json()["organization"]["id"];
  const std::string path = "/api/v1/organizations/" + id;
  EXPECT_EQ(200, caller.send("PUT", path + "/portal_links?features=sso&features=dir_sync", "", "").status);
  EXPECT_EQ(200, caller.send("DELETE", path, "", "").status);
  EXPECT_EQ(404, caller.get(path).status);
}

TEST(SimulatorOptions, RefuseWhatWouldPassForReal) {
  for (const char* url : {"https://acme.scalekit.com", "https://auth.acme.com", "http://localhost:8090/path"}) {
    EXPECT_THROW(Simulator({.baseUrl = url}), std::invalid_argument) << url;
  }
  EXPECT_THROW(Simulator({.seedJson = "{}"}), std::invalid_argument);
  EXPECT_THROW(Simulator({.certificateFile = "a.pem"}), std::invalid_argument);
}

TEST(SimulatorStart, SaysWhenTheAddressIsTaken) {
  Simulator first({.publishedKeys = 1});
  first.start();
  Simulator second({.port = first.port(), .publishedKeys = 1});
  EXPECT_THROW(second.start(), std::runtime_error);
}

}  // namespace
}  // namespace simulator_test
