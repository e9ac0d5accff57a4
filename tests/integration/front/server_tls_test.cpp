// SPDX-License-Identifier: Apache-2.0
// The front speaks TLS itself (SEC-HT-19): versions, handshakes that stall, certificates that change, answers cut off.
#include "channel.h"
#include "integration/front/front_fixture.h"
#include "integration/front/tls_client.h"

namespace sso::front::test {
namespace {

using namespace std::string_literals;

const sso::test::TestAuthority& authority() {
  static const sso::test::TestAuthority made;
  return made;
}

class FrontTls : public FrontTest {
 protected:
  void SetUp() override {
    FrontTest::SetUp();
    folder.write(authority().issue({.commonName = "first"}));
    options.tls = std::make_shared<TlsIdentity>(folder.files());
  }
  std::unique_ptr<TlsRawClient> client(const TlsHello& hello = {}) {
    return std::make_unique<TlsRawClient>(server->port(), authority().caFile(), hello);
  }

  TlsFolder folder;
};

TEST_F(FrontTls, AnswersWithOneTwoAndOneThree) {
  handle = [](HTTPServerRequest& request, HTTPServerResponse& response) {
    const std::string seen = request.secure() ? "secure" : "plain";
    response.sendBuffer(seen.data(), seen.size());
  };
  start();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const auto browser = client({.oldest = version, .newest = version});
    ASSERT_TRUE(browser->connected());
    EXPECT_EQ(browser->version(), version == TLS1_2_VERSION ? "TLSv1.2" : "TLSv1.3");
    for (int i = 0; i < 3; ++i) {
      browser->send(get());
      EXPECT_NE(browser->readAnswer().find("secure"), std::string::npos) << "kept";
    }
  }
  EXPECT_EQ(server->counts().accepted, 2u);
}

// RFC 8996
TEST_F(FrontTls, RefusesWhatIsOlder) {
  start();
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
    EXPECT_FALSE(client({.oldest = version, .newest = version})->connected());
  }
  waitForNotice("0 handshake", 2);
}

// RFC 9325 4.2
TEST_F(FrontTls, RefusesCiphersWithoutForwardSecrecyOrAuthentication) {
  start();
  for (const char* weak : {"AES256-GCM-SHA384", "ECDHE-ECDSA-AES256-SHA384", "ECDHE-ECDSA-AES128-SHA", "aNULL"}) {
    EXPECT_FALSE(client({.newest = TLS1_2_VERSION, .ciphers = weak})->connected()) << weak;
  }
  EXPECT_TRUE(client({.newest = TLS1_2_VERSION, .ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256"})->connected());
}

TEST_F(FrontTls, RefusesToRenegotiate) {
  start();
  const auto browser = client({.newest = TLS1_2_VERSION});
  browser->send(get());
  EXPECT_EQ(statusOf(browser->readAnswer()), 200);
  EXPECT_FALSE(browser->renegotiate());
}

TEST_F(FrontTls, NeedsNoServerName) {
  start();
  const auto browser = client({.serverName = ""});
  browser->send(get());
  EXPECT_EQ(statusOf(browser->readAnswer()), 200);
}

// RFC 7301 3.2: nothing that is meant for another protocol is taken for a request.
TEST_F(FrontTls, SpeaksHttp11AndNothingElse) {
  start();
  const auto browser = client({.protocols = "\x02h2\x08http/1.1"s});
  EXPECT_TRUE(browser->connected());
  EXPECT_EQ(browser->protocol(), "http/1.1");
  EXPECT_FALSE(client({.protocols = "\x02h2"s})->connected());
  EXPECT_FALSE(client({.protocols = "\x04smtp\x08http/1.0"s})->connected());
}

TEST_F(FrontTls, RefusesPlainHttp) {
  RawClient plain(start());
  plain.send(get());
  EXPECT_EQ(plain.readAll().find("HTTP/"), std::string::npos);
  EXPECT_TRUE(plain.closed());
  waitForNotice("0 handshake");
  EXPECT_TRUE(seen().empty());
}

TEST_F(FrontTls, TellsBrowsersToStayWithIt) {
  start();
  const auto browser = client();
  browser->send("BREW / HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string answer = browser->readAll();
  EXPECT_EQ(statusOf(answer), 501);
  EXPECT_NE(answer.find("Strict-Transport-Security: max-age="), std::string::npos);
  EXPECT_TRUE(browser->saidGoodbye()) << "so that the answer is known to be whole";
}

TEST_F(FrontTls, CarriesLargeBodiesBothWays) {
  options.limits.maxCollectedBytes = 1000;
  handle = [](HTTPServerRequest& request, HTTPServerResponse& response) {
    const std::string body = readBody(request);
    response.sendBuffer(body.data(), body.size());
  };
  start();
  const auto browser = client();
  std::string body;
  while (body.size() < 900'000) body += std::to_string(body.size()) + ",";
  browser->send(post("Content-Length: " + std::to_string(body.size()) + "\r\n", body));
  const std::string answer = browser->readAnswer();
  EXPECT_EQ(answer.substr(answer.find("\r\n\r\n") + 4), body);
}

// What stands behind the first request in one record is where no epoll set sees it.
TEST_F(FrontTls, FindsRequestsThatCameInOneRecord) {
  start();
  const auto browser = client();
  std::string many;
  for (int i = 0; i < 100; ++i) many += get("X-Pad: " + std::string(100, 'x') + "\r\n", "/" + std::to_string(i));
  ASSERT_LT(many.size(), 16384u);
  browser->send(many);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(statusOf(browser->readAnswer()), 200);
  browser->send(post("Content-Length: 16000\r\n", std::string(16000, 'b') + get()));
  EXPECT_EQ(statusOf(browser->readAnswer()), 200);
  EXPECT_EQ(statusOf(browser->readAnswer()), 200);
}

TEST_F(FrontTls, TakesABodyThatIsCutWithoutAGoodbyeForBroken) {
  std::atomic<bool> whole = false;
  handle = [&](HTTPServerRequest& request, HTTPServerResponse& response) {
    readBody(request);
    whole = !request.stream().bad();
    response.sendBuffer("", 0);
  };
  options.limits.maxCollectedBytes = 0;
  start();
  const auto browser = client();
  browser->send(post("Content-Length: 10\r\n", "half"));
  EXPECT_TRUE(eventually([&] { return server->counts().inHandlers == 1; }));
  browser->cut();
  EXPECT_TRUE(eventually([&] { return server->counts().inHandlers == 0; }));
  EXPECT_FALSE(whole);
}

// SEC-HT-12 for handshakes: they cost no thread, and end in time.
TEST_F(FrontTls, CutsHandshakesThatStall) {
  options.limits.headTimeout = milliseconds(400);
  start();
  std::vector<std::unique_ptr<RawClient>> stalled;
  for (int i = 0; i < 200; ++i) {
    stalled.push_back(std::make_unique<RawClient>(server->port()));
    if (i % 2 == 0) stalled.back()->send("\x16\x03\x01\x02\x00\x01\x00\x01"s);  // the beginning of a hello
  }
  const auto browser = client();
  browser->send(get());
  EXPECT_EQ(statusOf(browser->readAnswer()), 200) << "the others are served meanwhile";
  for (const auto& one : stalled) {
    one->readAll();
    EXPECT_TRUE(one->closed());
  }
  EXPECT_TRUE(eventually([&] { return server->counts().connections <= 1; }));
}

// SEC-HT-12: a byte of a record is no byte of a request.
TEST_F(FrontTls, ClosesAnIdleConnectionWhateverComesBelowTls) {
  options.limits.idleTimeout = milliseconds(400);
  start();
  const auto dripping = client();
  dripping->send(get());
  EXPECT_EQ(statusOf(dripping->readAnswer()), 200);
  dripping->sendRaw("\x17\x03\x03\x40\x11");  // the head of a record of 16 kB
  int bytes = 0;
  while (bytes < 300 && !dripping->readable(milliseconds(20)) && dripping->sendRaw("x")) ++bytes;
  EXPECT_LT(bytes, 300);
  EXPECT_TRUE(eventually([&] { return server->counts().connections == 0; }));
}

// Whoever sends new keys without end must not keep the one thread that everybody needs.
TEST_F(FrontTls, ReadsOneRecordAtATime) {
  Poco::Net::ServerSocket listener(Poco::Net::SocketAddress("127.0.0.1", 0));
  std::unique_ptr<TlsRawClient> browser;
  std::thread connecting(
      [&] { browser = std::make_unique<TlsRawClient>(listener.address().port(), authority().caFile()); });
  Poco::Net::StreamSocket socket = listener.acceptConnection();
  socket.setBlocking(false);
  const auto channel = detail::tlsChannel(static_cast<int>(socket.impl()->sockfd()), *options.tls);
  while (channel->shakingHands()) {
    socket.poll(Poco::Timespan(10, 0), Poco::Net::Socket::SELECT_READ);
    ASSERT_NE(channel->shakeHands().outcome, detail::Channel::Outcome::kBroken);
  }
  connecting.join();
  ASSERT_TRUE(browser->updateKeys() && browser->updateKeys() && browser->send("x"));
  std::vector<char> buffer(detail::Channel::kRecordBytes);
  for (int keys = 0; keys < 2; ++keys) {
    ASSERT_TRUE(socket.poll(Poco::Timespan(10, 0), Poco::Net::Socket::SELECT_READ));
    EXPECT_EQ(channel->receive(buffer.data(), buffer.size()).outcome, detail::Channel::Outcome::kWantsInput);
  }
  ASSERT_TRUE(socket.poll(Poco::Timespan(10, 0), Poco::Net::Socket::SELECT_READ));
  EXPECT_EQ(channel->receive(buffer.data(), buffer.size()).bytes, 1u);
}

TEST_F(FrontTls, AnswersBehindNewKeys) {
  start();
  const auto browser = client();
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(browser->updateKeys());
    browser->send(get("", "/" + std::to_string(i)));
    EXPECT_EQ(statusOf(browser->readAnswer()), 200);
  }
}

TEST_F(FrontTls, StopsWhileHandsAreShaken) {
  RawClient stalled(start());
  stalled.send("\x16\x03\x01\x02\x00\x01\x00\x01"s);
  const auto browser = client();
  browser->send(get());
  EXPECT_EQ(statusOf(browser->readAnswer()), 200);
  const auto began = std::chrono::steady_clock::now();
  EXPECT_TRUE(server->stop(std::chrono::seconds(5)));
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(4));
  browser->readAll();
  EXPECT_TRUE(browser->saidGoodbye());
}

TEST_F(FrontTls, ShowsANewCertificateToNewConnections) {
  start();
  const auto old = client();
  EXPECT_EQ(old->shown(), "first");
  EXPECT_FALSE(options.tls->reloadIfChanged());
  folder.write(authority().issue({.commonName = "second", .validForSeconds = 10'800}));
  EXPECT_TRUE(options.tls->reloadIfChanged());
  EXPECT_EQ(client()->shown(), "second");
  old->send(get());
  EXPECT_EQ(statusOf(old->readAnswer()), 200) << "who is there goes on";
  const auto left = options.tls->expires() - std::chrono::system_clock::now();
  EXPECT_GT(left, std::chrono::seconds(7000));
  EXPECT_LE(left, std::chrono::seconds(7200));
}

TEST_F(FrontTls, KeepsItsCertificateWhenTheNewOneIsNoGood) {
  start();
  const auto second = authority().issue({.commonName = "second"});
  folder.write("chain.pem", second.pem());
  EXPECT_THROW(options.tls->reloadIfChanged(), std::invalid_argument) << "the key is not written yet";
  EXPECT_EQ(client()->shown(), "first");
  folder.write("key.pem", "-----BEGIN PRIVATE KEY-----\nnone\n-----END PRIVATE KEY-----\n");
  EXPECT_THROW(options.tls->reloadIfChanged(), std::invalid_argument);
  folder.write("key.pem", TlsFolder::keyOf(second, "swordfish"));
  EXPECT_THROW(options.tls->reloadIfChanged(), std::invalid_argument) << "nobody is asked for a passphrase";
  folder.write("key.pem", TlsFolder::keyOf(second));
  EXPECT_TRUE(options.tls->reloadIfChanged());
  EXPECT_EQ(client()->shown(), "second");
}

TEST(TlsIdentityTest, SaysWhichFileIsNoGood) {
  TlsFolder folder;
  const auto wordsOf = [&] {
    try {
      const TlsIdentity identity(folder.files());
      return "none"s;
    } catch (const std::invalid_argument& error) {
      const std::string words = error.what();
      return words.substr(words.rfind('/') + 1);
    }
  };
  EXPECT_EQ(wordsOf(), "chain.pem: cannot be read");
  folder.write(authority().issue());
  EXPECT_EQ(wordsOf(), "none");
  folder.write("key.pem", TlsFolder::keyOf(authority().issue()));
  EXPECT_EQ(wordsOf(), "key.pem: no private key of the certificate, in PEM and without a passphrase");
  folder.write("chain.pem", "nothing");
  EXPECT_EQ(wordsOf(), "chain.pem: no certificate chain in PEM");
}

}  // namespace
}  // namespace sso::front::test
