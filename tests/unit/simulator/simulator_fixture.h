// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "simulator/src/application.h"
#include "simulator/src/encoding.h"
#include "simulator/src/http_message.h"
#include "simulator/src/token_maker.h"

namespace simulator_test {

using namespace scalekit_simulator;
using Json = nlohmann::json;

inline constexpr const char* kClient = "skc_70000000000000000";
inline constexpr const char* kSecret = "test_local_simulator_secret";
inline constexpr const char* kCallback = "http://localhost:8080/sso/callback";
inline constexpr const char* kTestOrganization = "org_59615193906282635";
inline constexpr const char* kAda = "usr_59615193906282661";  // admin of the test organization
inline constexpr const char* kTestConnection = "conn_59615193906282636";
inline constexpr const char* kVerifier = "dBjftJeZ4CVP-mBj9-V6nUoXh5ijSxNq2Z4XkE2cVxk";  // 43 characters

/// RSA keys take long to make: one for the whole test program. It holds no state that a test could change.
inline KeyPtr sharedKey() {
  static const KeyPtr key = SigningKey::generate("snk_10000000000000001");
  return key;
}

/// The simulator without its server.
class SimulatorTest : public ::testing::Test {
 protected:
  SimulatorTest() : SimulatorTest(SimulatorOptions{}) {}
  explicit SimulatorTest(SimulatorOptions options) {
    options.clock = [this] { return now_; };
    context_ = std::make_unique<Context>(std::move(options));
    prepare(*context_);
    context_->baseUrl = "http://127.0.0.1:8090";
    context_->state.with([](StateData& data) { data.keys.add(sharedKey()); });
    application_ = std::make_unique<Application>(*context_);
  }

  HttpResponse get(const std::string& target, const std::string& authorization = {}, const std::string& cookie = {}) {
    HttpRequest request;
    const auto question = target.find('?');
    request.path = target.substr(0, question);
    if (question != std::string::npos) request.query = target.substr(question + 1);
    request.authorization = authorization;
    request.cookieHeader = cookie;
    request.host = "127.0.0.1:8090";
    return application_->handle(request);
  }
  HttpResponse post(const std::string& path, const std::string& body,
                    const std::string& contentType = "application/x-www-form-urlencoded",
                    const std::string& authorization = {}) {
    HttpRequest request;
    request.method = "POST";
    request.path = path;
    request.body = body;
    request.contentType = contentType;
    request.authorization = authorization;
    request.host = "127.0.0.1:8090";
    return application_->handle(request);
  }

  /// /oauth/authorize with what a correct client sends; `more` is appended as it is.
  static std::string authorizeUrl(const std::string& more, const std::string& scope = "openid%20profile%20email") {
    return std::string("/oauth/authorize?response_type=code&client_id=") + kClient +
           "&redirect_uri=" + percentEncode(kCallback) + "&scope=" + scope + "&state=st-1&nonce=no-1" +
           (more.empty() ? "" : "&" + more);
  }
  static std::string challenge() { return base64Url(sha256(kVerifier)); }

  /// A code for a person of the seed, with PKCE.
  std::string codeFor(const std::string& email, const std::string& scope = "openid%20profile%20email") {
    queue(email);
    const auto response = get(authorizeUrl(std::string("connection_id=") + connectionOf(email) +
                                               "&code_challenge_method=S256&code_challenge=" + challenge(),
                                           scope));
    return parameter(response.header("Location"), "code");
  }
  HttpResponse exchange(const std::string& code, const std::string& more = {}) {
    return post("/oauth/token", "grant_type=authorization_code&code=" + code +
                                    "&redirect_uri=" + percentEncode(kCallback) + "&client_id=" + kClient +
                                    "&client_secret=" + kSecret + "&code_verifier=" + kVerifier + more);
  }
  std::string machineToken() {
    return Json::parse(post("/oauth/token", std::string("grant_type=client_credentials&client_id=") + kClient +
                                                "&client_secret=" + kSecret)
                           .body)["access_token"];
  }

  void queue(const std::string& email) {
    const Person person = *context_->state.with([&](StateData& data) {
      return data.environment.findConnection(connectionOf(email)).connection->findPerson(email);
    });
    context_->state.with([&](StateData& data) { data.next.push_back({person, {}, {}}); });
  }
  static std::string connectionOf(const std::string& email) {
    if (email.ends_with("@acme.example")) return "conn_70000000000000002";
    if (email.ends_with("@globex.example")) return "conn_70000000000000012";
    return kTestConnection;
  }

  static std::string parameter(const std::string& url, const std::string& name) {
    const auto question = url.find('?');
    return question == std::string::npos ? "" : Params::parse(url.substr(question + 1)).getOr(name, "");
  }
  static std::string errorOf(const HttpResponse& response) {
    const Json body = Json::parse(response.body, nullptr, false);
    return body.is_object() ? body.value("error", "") : "";
  }

  std::chrono::system_clock::time_point now_{std::chrono::seconds(1'790'000'000)};
  std::unique_ptr<Context> context_;
  std::unique_ptr<Application> application_;
};

/// Checks a token against a JWK with OpenSSL's EVP: none of the simulator's signing code.
inline bool verifiesWith(const std::string& token, const Json& jwk) {
  const auto n = *base64UrlDecode(jwk["n"].get<std::string>());
  const auto e = *base64UrlDecode(jwk["e"].get<std::string>());
  const auto number = [](const std::string& bytes) {
    return std::unique_ptr<BIGNUM, decltype(&BN_free)>(
        BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()), nullptr),
        &BN_free);
  };
  const auto modulus = number(n);
  const auto exponent = number(e);
  std::unique_ptr<OSSL_PARAM_BLD, decltype(&OSSL_PARAM_BLD_free)> builder(OSSL_PARAM_BLD_new(), &OSSL_PARAM_BLD_free);
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
  std::unique_ptr<OSSL_PARAM, decltype(&OSSL_PARAM_free)> params(OSSL_PARAM_BLD_to_param(builder.get()),
                                                                 &OSSL_PARAM_free);
  std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> maker(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr),
                                                                    &EVP_PKEY_CTX_free);
  EVP_PKEY* raw = nullptr;
  EVP_PKEY_fromdata_init(maker.get());
  if (EVP_PKEY_fromdata(maker.get(), &raw, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) return false;
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(raw, &EVP_PKEY_free);
  const auto dot = token.rfind('.');
  const auto signature = base64UrlDecode(token.substr(dot + 1));
  if (!signature) return false;
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get());
  return EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature->data()), signature->size(),
                          reinterpret_cast<const unsigned char*>(token.data()), dot) == 1;
}

inline Json partOf(const std::string& token, int index) {
  std::size_t start = 0;
  for (int i = 0; i < index; ++i) start = token.find('.', start) + 1;
  return Json::parse(*base64UrlDecode(token.substr(start, token.find('.', start) - start)));
}
inline Json headerOf(const std::string& token) { return partOf(token, 0); }
inline Json claimsOf(const std::string& token) { return partOf(token, 1); }

}  // namespace simulator_test
