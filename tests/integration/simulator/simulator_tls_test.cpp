// SPDX-License-Identifier: Apache-2.0
#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/StreamCopier.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "scalekit_simulator/simulator.h"

namespace simulator_test {
namespace {

TEST(SimulatorTls, ServesHttpsWithTheGivenCertificate) {
  std::string pattern = (std::filesystem::temp_directory_path() / "simulator-tls-XXXXXX").string();
  const std::filesystem::path folder = mkdtemp(pattern.data());
  const std::string certificate = (folder / "cert.pem").string();
  const std::string key = (folder / "key.pem").string();
  const std::string command =
      "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost "
      "-keyout " +
      key + " -out " + certificate + " 2>/dev/null";
  ASSERT_EQ(0, std::system(command.c_str()));
  scalekit_simulator::Simulator simulator(
      {.listenHost = "localhost", .certificateFile = certificate, .privateKeyFile = key, .publishedKeys = 1});
  simulator.start();
  EXPECT_TRUE(simulator.baseUrl().starts_with("https://localhost:"));
  Poco::Net::Context::Ptr tls = new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, "", "", certificate,
                                                       Poco::Net::Context::VERIFY_STRICT);
  tls->requireMinimumProtocol(Poco::Net::Context::PROTO_TLSV1_2);
  Poco::Net::HTTPSClientSession session("localhost", simulator.port(), tls);
  Poco::Net::HTTPRequest request("GET", "/.well-known/openid-configuration", "HTTP/1.1");
  session.sendRequest(request);
  Poco::Net::HTTPResponse response;
  std::string body;
  Poco::StreamCopier::copyToString(session.receiveResponse(response), body);
  EXPECT_EQ(simulator.baseUrl(), nlohmann::json::parse(body)["issuer"]);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace simulator_test
