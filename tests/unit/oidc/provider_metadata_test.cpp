// SPDX-License-Identifier: Apache-2.0
// SECURITY 1.6.
#include "oidc/provider_metadata.h"

#include <gmock/gmock.h>

#include <future>
#include <thread>

#include "unit/oidc/verifier_fixture.h"

namespace sso::test {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::HasSubstr;

class ProviderMetadataEndpoints : public VerifierFixture {
 protected:
  detail::ProviderMetadata& provider() {
    if (!provider_) provider_ = std::make_unique<detail::ProviderMetadata>(transport, options, clock, log);
    return *provider_;
  }
  void serve(const json& document) { transport->onJson("/.well-known/openid-configuration", document.dump()); }
  std::string rejection(ErrorCode code = ErrorCode::kUpstreamRejected) {
    return refusalOf([&] { provider().endpoints(); }, code);
  }
  std::string rejectionWith(const std::string& member, const json& value) {
    json document = discovery();
    document[member] = value;
    serve(document);
    provider_.reset();
    return rejection();
  }
  std::size_t fetches() const { return transport->requests("openid-configuration").size(); }

 private:
  std::unique_ptr<detail::ProviderMetadata> provider_;
};

TEST_F(ProviderMetadataEndpoints, AreReadOnceAndKept) {
  for (int i = 0; i < 10; ++i) {
    const auto endpoints = provider().endpoints();
    EXPECT_EQ(endpoints->issuer, kEnvironment);
    EXPECT_EQ(endpoints->authorization, "https://acme.scalekit.com/oauth/authorize");
    EXPECT_EQ(endpoints->token, "https://acme.scalekit.com/oauth/token");
    EXPECT_EQ(endpoints->jwks, "https://acme.scalekit.com/keys");
    EXPECT_EQ(endpoints->endSession, "https://acme.scalekit.com/oidc/logout");
  }
  EXPECT_EQ(fetches(), 1u);
  EXPECT_EQ(transport->requests().front().url, "https://acme.scalekit.com/.well-known/openid-configuration");
  EXPECT_EQ(transport->requests().front().timeout, options.requestTimeout);
  EXPECT_EQ(transport->requests().front().maxBodyBytes, options.maxResponseBytes);
  clock->advance(59min + 59s);
  provider().endpoints();
  EXPECT_EQ(fetches(), 1u);
  clock->advance(1s);
  provider().endpoints();
  EXPECT_EQ(fetches(), 2u);
}
TEST_F(ProviderMetadataEndpoints, RefuseAnotherIssuer) {  // SEC-DI-01
  for (const json& issuer :
       {json("https://evil.scalekit.com"), json("https://acme.scalekit.com/"), json("http://acme.scalekit.com"),
        json("https://Acme.scalekit.com"), json(7), json(nullptr), json("")}) {
    EXPECT_EQ(rejectionWith("issuer", issuer), "metadata") << issuer;
  }
  options.additionalIssuers = {"https://auth.acme.example"};
  EXPECT_EQ(rejectionWith("issuer", "https://auth.acme.example"), "none");
}
TEST_F(ProviderMetadataEndpoints, RefuseForeignOrigins) {  // SEC-DI-02, SEC-DI-03
  for (const char* member : {"authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint"}) {
    for (const char* url :
         {"https://evil.example/x", "http://acme.scalekit.com/x", "https://acme.scalekit.com:8443/x",
          "file:///etc/passwd", "https://acme.scalekit.com@evil.example/x", "https://user@acme.scalekit.com/x",
          "http://169.254.169.254/x", "https://acme.scalekit.com.evil.example/x", "https://acme.scalekit.com/x#f",
          "https://acme.scalekit.com/x?a=b", "https://acme.scalekit.com/x?", "//acme.scalekit.com/x", "/oauth/token",
          "javascript:alert(1)", ""}) {
      EXPECT_EQ(rejectionWith(member, url), "metadata") << member << " " << url;
    }
  }
}
TEST_F(ProviderMetadataEndpoints, TakeListedOrigins) {  // SEC-DI-02
  options.allowedEndpointOrigins = {"https://keys.acme.example", "http://plain.acme.example"};
  EXPECT_EQ(rejectionWith("jwks_uri", "https://keys.acme.example/keys"), "none");
  EXPECT_EQ(rejectionWith("jwks_uri", "http://keys.acme.example/keys"), "metadata");
  EXPECT_EQ(rejectionWith("jwks_uri", "http://plain.acme.example/keys"), "metadata");  // listed, but not https
}
TEST_F(ProviderMetadataEndpoints, MayBeHttpOnLoopbackOnly) {  // CONTRACT.md 2.2
  options.environmentUrl = "http://127.0.0.1:8090";
  serve({{"issuer", "http://127.0.0.1:8090"},
         {"authorization_endpoint", "http://127.0.0.1:8090/oauth/authorize"},
         {"token_endpoint", "http://127.0.0.1:8090/oauth/token"},
         {"jwks_uri", "http://127.0.0.1:8090/keys"}});
  EXPECT_EQ(rejection(), "none");
}
TEST_F(ProviderMetadataEndpoints, RefuseMissingAndMistypedOnes) {  // SEC-DI-04
  for (const char* member : {"authorization_endpoint", "token_endpoint", "jwks_uri"}) {
    EXPECT_EQ(rejectionWith(member, nullptr), "metadata") << member;
    EXPECT_EQ(rejectionWith(member, json::array({"https://acme.scalekit.com/x"})), "metadata") << member;
    json document = discovery();
    document.erase(member);
    serve(document);
    clock->advance(2s);
    EXPECT_EQ(rejection(), "metadata") << member;
  }
  EXPECT_EQ(rejectionWith("end_session_endpoint", 7), "metadata");
}
TEST_F(ProviderMetadataEndpoints, KnowScalekitsLogoutWhenItIsNotListed) {  // CONTRACT.md 2.1
  json document = discovery();
  document.erase("end_session_endpoint");
  serve(document);
  EXPECT_EQ(provider().endpoints()->endSession, "https://acme.scalekit.com/oidc/logout");
}
TEST_F(ProviderMetadataEndpoints, RefuseAnswersThatAreNoDocument) {  // SEC-DI-07, SEC-DI-08
  const auto answer = [this](int status, const char* type, const std::string& body) {
    transport->on("openid-configuration", [=](const HttpRequest&) {
      return HttpResponse{status, {{"content-type", type}}, body};
    });
    clock->advance(2s);
  };
  answer(302, "application/json", discovery().dump());
  EXPECT_EQ(rejection(), "metadata");
  answer(200, "text/html", discovery().dump());
  EXPECT_EQ(rejection(), "metadata");
  answer(200, "application/json", "[]");
  EXPECT_EQ(rejection(), "metadata");
  answer(200, "application/json", discovery().dump().substr(0, 50));
  EXPECT_EQ(rejection(), "metadata");
  answer(200, "application/json", R"({"issuer":"https://evil.example",)" + discovery().dump().substr(1));
  EXPECT_EQ(rejection(), "metadata");
  answer(500, "application/json", discovery().dump());
  EXPECT_EQ(rejection(ErrorCode::kUpstreamUnavailable), "metadata");
  answer(200, "application/json; charset=utf-8", discovery().dump());
  EXPECT_EQ(rejection(), "none");
}
TEST_F(ProviderMetadataEndpoints, AreKeptForADayWhileARefreshFails) {  // SEC-DI-07, CONTRACT.md 2.2
  provider().endpoints();
  transport->failWith("/.well-known/openid-configuration");
  clock->advance(1h);
  EXPECT_EQ(rejection(), "none");
  EXPECT_EQ(rejection(), "none");
  EXPECT_EQ(fetches(), 2u);  // and the failing server is left alone for a while
  clock->advance(23h + 59min);
  EXPECT_EQ(rejection(), "none");
  clock->advance(1min);
  EXPECT_EQ(rejection(ErrorCode::kUpstreamUnavailable), "metadata");
  serve(discovery());
  clock->advance(2s);
  EXPECT_EQ(rejection(), "none");
}
TEST_F(ProviderMetadataEndpoints, RestAFailingServer) {
  transport->failWith("/.well-known/openid-configuration");
  for (int i = 0; i < 10; ++i) EXPECT_EQ(rejection(ErrorCode::kUpstreamUnavailable), "metadata");
  EXPECT_EQ(fetches(), 1u);
}
TEST_F(ProviderMetadataEndpoints, DoNotChangeWhileRunning) {  // SEC-DI-09
  options.additionalIssuers = {"https://auth.acme.example"};
  options.allowedEndpointOrigins = {"https://auth.acme.example"};
  for (const char* member : {"authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint"}) {
    serve(discovery());
    detail::ProviderMetadata running(transport, options, clock, log);
    const auto before = running.endpoints();
    json moved = discovery();
    moved[member] = "https://auth.acme.example/moved";
    serve(moved);
    clock->advance(1h);
    EXPECT_EQ(running.endpoints(), before) << member;
  }
  EXPECT_THAT(log->text(), HasSubstr("metadata.changed"));
}
TEST_F(ProviderMetadataEndpoints, DoNotChangeIssuerWhileRunning) {  // SEC-DI-09
  options.additionalIssuers = {"https://auth.acme.example"};
  const auto before = provider().endpoints();
  json moved = discovery();
  moved["issuer"] = "https://auth.acme.example";
  serve(moved);
  clock->advance(1h);
  EXPECT_EQ(provider().endpoints(), before);
}
TEST_F(ProviderMetadataEndpoints, AreAtHandWhileARefreshHangs) {  // SEC-DI-07, R-01
  const auto before = provider().endpoints();
  std::promise<void> arrived, end;
  transport->on("openid-configuration", [&](const HttpRequest&) -> HttpResponse {
    arrived.set_value();
    end.get_future().wait();
    throw Error(ErrorCode::kUpstreamUnavailable, "upstream", "no complete answer in time");
  });
  clock->advance(1h);
  std::thread leading([&] { EXPECT_EQ(provider().endpoints(), before); });
  arrived.get_future().wait();
  for (int i = 0; i < 100; ++i) EXPECT_EQ(provider().endpoints(), before);  // would hang if they waited
  end.set_value();
  leading.join();
  clock->advance(29s);
  EXPECT_EQ(provider().endpoints(), before);
  EXPECT_EQ(fetches(), 2u);
}
TEST_F(ProviderMetadataEndpoints,
       KeepThePromiseToNameTheIssuer) {  // RFC 9207 3; FAPI: remove-authorization-response-iss
  const auto promising = [](const json& value) {
    json document = discovery();
    document["authorization_response_iss_parameter_supported"] = value;
    return document;
  };
  EXPECT_FALSE(provider().endpoints()->answersNameIssuer);
  serve(promising(true));  // made later: it counts from then on
  clock->advance(1h);
  EXPECT_TRUE(provider().endpoints()->answersNameIssuer);
  for (const json& value : {json(false), json("true"), json(nullptr)}) {
    serve(promising(value));  // and nobody who can change the document takes it back
    clock->advance(1h);
    EXPECT_TRUE(provider().endpoints()->answersNameIssuer) << value;
  }
}
TEST_F(ProviderMetadataEndpoints, TellOfAClockThatIsOff) {  // SEC-CF-11
  transport->on("openid-configuration", [](const HttpRequest&) {
    return HttpResponse{
        200, {{"content-type", "application/json"}, {"date", "Tue, 14 Nov 2023 20:13:20 GMT"}}, discovery().dump()};
  });
  EXPECT_EQ(rejection(), "none") << "a warning, no refusal: the tokens' own times decide";
  EXPECT_THAT(log->text(), HasSubstr("clock.differs"));
  EXPECT_THAT(log->text(), HasSubstr("seconds_ahead_of_provider=7200"));
}
TEST_F(ProviderMetadataEndpoints, AreFetchedOnceByManyThreads) {
  detail::ProviderMetadata& shared = provider();
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 100; ++n) good += shared.endpoints()->issuer == kEnvironment;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 800);
  EXPECT_EQ(fetches(), 1u);
}

}  // namespace
}  // namespace sso::test
