// SPDX-License-Identifier: Apache-2.0
// REJU within one deadline, over real sockets: a Scalekit that is slow, each answer within its own limit.
#include "integration/transport/transport_fixture.h"
#include "sso/sso_module.h"
#include "support/captured_log.h"
#include "support/fake_host.h"

namespace sso::test {
namespace {

constexpr milliseconds kRequest{600}, kTotal{800};

std::string answerOf(const std::string& request, const std::string& url) {
  std::string body = "{}";
  if (request.find("openid-configuration") != std::string::npos) {
    body = R"({"issuer":")" + url + R"(","authorization_endpoint":")" + url +
           R"(/oauth/authorize","token_endpoint":")" + url + R"(/oauth/token","jwks_uri":")" + url + R"(/keys"})";
  }
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

class LoginDeadline : public testing::Test {
 protected:
  LoginDeadline()
      : server_([this](ScriptedSession& session) {
          const std::string request = session.readRequest();
          const std::string answer = answerOf(request, url());
          if (slow_) session.drip(answer.substr(0, 50), milliseconds(9));  // 0.45 s and more: within the limit of one
          session.send(slow_ ? answer.substr(50) : answer);
        }) {
    Organization organization;
    organization.id = "org_acme";
    organization.tenantId = "tenant_acme";
    organization.displayName = "Acme";
    organization.domains = {"acme.example"};
    storage_->edit([&](MemoryTables& tables) { tables.organizations[organization.id] = organization; });
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()); }
  std::shared_ptr<SsoModule> instance() const {
    SsoOptions options;
    options.environmentUrl = url();
    options.clientId = "skc_123456789";
    options.clientSecret = Secret("test-client-secret-0123456789");
    options.baseUrl = "http://127.0.0.1:8080";
    options.secretKeys = {Secret(std::string("0123456789abcdefghijklmnopqrstuv"))};
    options.requestTimeout = kRequest;
    options.totalTimeout = kTotal;
    return SsoModule::create(options, {.host = host_, .storage = storage_, .log = log_});
  }

  std::atomic<bool> slow_{false};
  std::shared_ptr<MemoryStorage> storage_ = std::make_shared<MemoryStorage>();
  std::shared_ptr<FakeHost> host_ = std::make_shared<FakeHost>(storage_);
  std::shared_ptr<CapturedLog> log_ = std::make_shared<CapturedLog>();
  ScriptedServer server_;
};

TEST_F(LoginDeadline, CutsTheCodeExchangeShortAfterASlowDiscovery) {
  RequestInfo begin;
  begin.method = "GET";
  begin.path = "/sso/login";
  begin.query = "organization_id=org_acme";
  const auto begun = instance()->handle(begin);
  ASSERT_TRUE(begun);
  ASSERT_EQ(begun->status, 302) << begun->body;

  RequestInfo callback;
  callback.method = "GET";
  callback.path = "/sso/callback";
  const auto asked = Parameters::parse(begun->location.substr(begun->location.find('?') + 1));
  callback.query = "code=c0de&state=" + asked.single("state").value_or("");
  for (const auto& cookie : begun->cookies) callback.cookies[cookie.name] = cookie.value;
  slow_ = true;
  const auto cold = instance();
  const auto start = std::chrono::steady_clock::now();
  const auto response = cold->handle(callback);
  const auto took = std::chrono::steady_clock::now() - start;
  ASSERT_TRUE(response);
  // With a limit for each exchange alone the code's answer, which is no token, would have been read and refused.
  EXPECT_EQ(response->status, 503) << response->body;
  EXPECT_LT(took, kTotal + milliseconds(400));
  EXPECT_EQ(storage_->tables().audit.back().name, "sso.login.error");
}

}  // namespace
}  // namespace sso::test
