// SPDX-License-Identifier: Apache-2.0
// SEC-MG-09, R-24, SEC-CF-06; SECURITY 5, item 15: who is not who the URL says gets no byte of ours. All servers here
// are on loopback, where Poco's own check would look away.
#include <openssl/conf.h>

#include <atomic>
#include <fstream>

#include "integration/transport/transport_fixture.h"

namespace sso::test {
namespace {

/// OpenSSL as somebody has set up this machine who needs to reach very old servers: TLS 1.0 and every strength. Without
/// it OpenSSL's own security level would refuse old versions in our stead, and no test could see whether we do.
class LenientMachine {
 public:
  LenientMachine() { configure("MinProtocol = TLSv1\nCipherString = DEFAULT:@SECLEVEL=0\n"); }
  ~LenientMachine() { configure("CipherString = DEFAULT\n"); }
  LenientMachine(const LenientMachine&) = delete;
  LenientMachine& operator=(const LenientMachine&) = delete;

 private:
  static void configure(const std::string& commands) {
    const auto file = std::filesystem::temp_directory_path() / ("modular-sso-openssl-" + std::to_string(::getpid()));
    std::ofstream(file) << "openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = machine\n[machine]\n"
                        << commands;
    EXPECT_EQ(CONF_modules_load_file(file.c_str(), nullptr, 0), 1);
    std::filesystem::remove(file);
  }
};

class TransportTls : public testing::Test {
 protected:
  /// A server with this certificate; what the client ends with, and that the server got nothing.
  Error refusalOf(const ScriptedServer::Tls& tls, const std::string& host = "localhost",
                  milliseconds timeout = milliseconds(5000)) {
    std::atomic<int> requests{0};
    ScriptedServer server(
        [&](ScriptedSession& session) {
          if (!session.readRequest().empty()) ++requests;
          session.answer("ok");
        },
        tls);
    const auto transport = transportTrusting(authority.caFile());
    const Error error = failureOf([&] { transport->send(postOf(server.url(host), timeout)); });
    EXPECT_EQ(error.code(), ErrorCode::kUpstreamUnavailable);
    EXPECT_EQ(requests, 0) << "no secret was sent";
    EXPECT_EQ(server.accepted(), 1);
    return error;
  }

  TestAuthority authority;
};

TEST_F(TransportTls, ControlTrustsTheRightServerByNameAndByAddress) {
  ScriptedServer server(
      [](ScriptedSession& session) {
        session.readRequest();
        session.answer("ok");
      },
      {.certificate = authority.issue()});
  const auto transport = transportTrusting(authority.caFile());
  EXPECT_EQ(transport->send(postOf(server.url("localhost"))).body, "ok");
  EXPECT_EQ(transport->send(postOf(server.url("127.0.0.1"))).body, "ok");
}

TEST_F(TransportTls, RefusesACertificateForAnotherHost) {
  const auto certificate = authority.issue({.subjectAltName = "DNS:evil.example"});
  for (const char* host : {"localhost", "127.0.0.1"}) {
    EXPECT_THAT(refusalOf({.certificate = certificate}, host).what(),
                testing::HasSubstr(std::string(host) == "localhost" ? "certificate refused: hostname mismatch"
                                                                    : "certificate refused: IP address mismatch"));
  }
}

TEST_F(TransportTls, RefusesAnAddressWhereANameIsAsked) {
  refusalOf({.certificate = authority.issue({.subjectAltName = "IP:127.0.0.1"})}, "localhost");
  refusalOf({.certificate = authority.issue({.subjectAltName = "DNS:localhost"})}, "127.0.0.1");
  refusalOf({.certificate = authority.issue({.subjectAltName = "DNS:*.localhost,DNS:local*"})}, "localhost");
}

TEST_F(TransportTls, RefusesANameThatStandsInTheSubjectOnly) {  // RFC 9525 2
  refusalOf({.certificate = authority.issue({.subjectAltName = "", .commonName = "localhost"})}, "localhost");
}

TEST_F(TransportTls, RefusesSelfSigned) { refusalOf({.certificate = selfSigned()}); }

TEST_F(TransportTls, RefusesAnotherAuthority) { refusalOf({.certificate = TestAuthority().issue()}); }

TEST_F(TransportTls, RefusesExpiredAndNotYetValid) {
  EXPECT_THAT(refusalOf({.certificate = authority.issue({.validFromSeconds = -7200, .validForSeconds = 3600})}).what(),
              testing::HasSubstr("certificate refused: certificate has expired"));
  EXPECT_THAT(refusalOf({.certificate = authority.issue({.validFromSeconds = 3600, .validForSeconds = 3600})}).what(),
              testing::HasSubstr("certificate refused: certificate is not yet valid"));
}

TEST_F(TransportTls, RefusesOldVersions) {
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
    refusalOf({.certificate = authority.issue(), .maxVersion = version});
  }
}

TEST_F(TransportTls, RefusesOldVersionsWhereTheMachineAllowsThem) {
  const LenientMachine lenient;
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> control(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
  ASSERT_EQ(SSL_CTX_get_security_level(control.get()), 0) << "the machine's settings reach a new context";
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
    refusalOf({.certificate = authority.issue(), .maxVersion = version});
  }
}

TEST_F(TransportTls, ControlSpeaksVersionOnePointTwo) {
  ScriptedServer server(
      [](ScriptedSession& session) {
        session.readRequest();
        session.answer("ok");
      },
      {.certificate = authority.issue(), .maxVersion = TLS1_2_VERSION});
  EXPECT_EQ(transportTrusting(authority.caFile())->send(postOf(server.url())).body, "ok");
}

TEST_F(TransportTls, LeavesAStalledHandshakeAtTheDeadline) {
  const auto began = std::chrono::steady_clock::now();
  refusalOf({.certificate = authority.issue(), .stallHandshake = true}, "localhost", milliseconds(300));
  EXPECT_LT(std::chrono::steady_clock::now() - began, milliseconds(2000));
}

TEST_F(TransportTls, RefusesPlainTextWhereTlsIsAsked) {
  ScriptedServer server([](ScriptedSession& session) { session.answer("ok"); });
  const std::string url = "https" + server.url("localhost").substr(4);
  EXPECT_EQ(failureOf([&] { transportTrusting()->send(postOf(url)); }).code(), ErrorCode::kUpstreamUnavailable);
}

// A cut TCP connection must not pass for the end of the answer.
TEST_F(TransportTls, ACutConnectionIsNoEndOfABody) {
  ScriptedServer server(
      [](ScriptedSession& session) {
        session.readRequest();
        session.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
        session.cut();
      },
      {.certificate = authority.issue()});
  EXPECT_EQ(failureOf([&] { transportTrusting(authority.caFile())->send(postOf(server.url())); }).code(),
            ErrorCode::kUpstreamUnavailable);
}

TEST_F(TransportTls, DrippedBytesEndAtTheDeadlineUnderTls) {
  ScriptedServer server(
      [](ScriptedSession& session) {
        session.readRequest();
        session.drip("HTTP/1.1 200 OK\r\nX: " + std::string(1000, 'x'), milliseconds(10));
      },
      {.certificate = authority.issue()});
  const auto began = std::chrono::steady_clock::now();
  failureOf([&] { transportTrusting(authority.caFile())->send(getOf(server.url(), milliseconds(400))); });
  EXPECT_LT(std::chrono::steady_clock::now() - began, milliseconds(2500));
}

// SECURITY 5, item 7: records without data bring an answer no further.
TEST_F(TransportTls, NewKeysWithoutEndEndAtTheDeadline) {
  ScriptedServer server(
      [](ScriptedSession& session) {
        session.readRequest();
        while (session.updateKeys()) {
        }
      },
      {.certificate = authority.issue()});
  const auto began = std::chrono::steady_clock::now();
  failureOf([&] { transportTrusting(authority.caFile())->send(getOf(server.url(), milliseconds(400))); });
  EXPECT_LT(std::chrono::steady_clock::now() - began, milliseconds(2500));
}

TEST_F(TransportTls, AMissingCaFileIsAConfigurationError) {
  EXPECT_EQ(failureOf([] { transportTrusting("/nonexistent/ca.pem"); }).code(), ErrorCode::kConfig);
}

}  // namespace
}  // namespace sso::test
