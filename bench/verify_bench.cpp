// SPDX-License-Identifier: Apache-2.0
// How much of the raw RSA-2048 verify rate is left when every check of an ID token is made (PERFORMANCE aims 1 and 3).
// Rounds alternate in one run, so that a busy machine disturbs both sides alike; medians are quoted.
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/base64url.h"
#include "oidc/jwks_cache.h"
#include "oidc/kept_sha256.h"
#include "oidc/provider_metadata.h"
#include "oidc/token_verifier.h"
#include "sso/digest.h"
#include "support/test_keys.h"

namespace {

using sso::test::TestKeys;
using SteadyClock = std::chrono::steady_clock;

constexpr std::string_view kEnvironment = "https://acme.scalekit.com";
constexpr std::string_view kClientId = "skc_32080745455485442";

class QuietLog : public sso::LogSink {
 public:
  void write(const sso::LogEvent&) noexcept override {}
};

/// An environment in memory.
class BenchTransport : public sso::HttpTransport {
 public:
  explicit BenchTransport(std::string jwks) : jwks_(std::move(jwks)) {}
  sso::HttpResponse send(const sso::HttpRequest& request) override {
    const std::string base(kEnvironment);
    const std::string discovery = R"({"issuer":")" + base + R"(","authorization_endpoint":")" + base +
                                  R"(/oauth/authorize","token_endpoint":")" + base + R"(/oauth/token","jwks_uri":")" +
                                  base + R"(/keys"})";
    return {200, {{"content-type", "application/json"}}, request.url.ends_with("/keys") ? jwks_ : discovery};
  }

 private:
  std::string jwks_;
};

std::string leftHalfHash(std::string_view value) {
  return sso::detail::encodeBase64Url(sso::sha256(value).substr(0, 16));
}

std::string idToken(const TestKeys& keys, const sso::detail::IdTokenExpectations& expected) {
  const auto now = sso::toEpochSeconds(sso::systemClock()->now());
  const std::string client(kClientId);
  return keys.sign(
      R"({"amr":["conn_32673595075330613"],"at_hash":")" + leftHalfHash(expected.accessToken) + R"(","aud":[")" +
      client + R"("],"azp":")" + client + R"(","c_hash":")" + leftHalfHash(expected.code) + R"(","client_id":")" +
      client + R"(","department":"Sales","email":"arjun.patel@example.com","email_verified":true,"exp":)" +
      std::to_string(now + 3600) + R"(,"family_name":"Patel","given_name":"Arjun","iat":)" + std::to_string(now) +
      R"(,"iss":")" + std::string(kEnvironment) + R"(","nonce":")" + expected.nonce +
      R"(","oid":"org_32673595075330613","preferred_username":"arjun.patel@example.com",)" +
      R"("sid":"ses_58345499702329874","sub":"conn_32673595075330613;82d3b065-0cc8-4c91-8144-542adda279a8"})");
}

/// OpenSSL's RSA alone, with everything kept that can be kept: what no verifier can do without.
class RawVerify {
 public:
  RawVerify(EVP_PKEY* key, const std::string& token)
      : input_(token.substr(0, token.rfind('.'))),
        signature_(sso::detail::decodeBase64Url(token.substr(token.rfind('.') + 1)).value()),
        digest_(sso::sha256(input_)),
        context_(EVP_PKEY_CTX_new(key, nullptr), EVP_PKEY_CTX_free) {
    if (EVP_PKEY_verify_init(context_.get()) != 1 ||
        EVP_PKEY_CTX_set_rsa_padding(context_.get(), RSA_PKCS1_PADDING) != 1 ||
        EVP_PKEY_CTX_set_signature_md(context_.get(), EVP_sha256()) != 1) {
      std::abort();
    }
  }
  void operator()() const {
    const auto bytes = [](const std::string& text) { return reinterpret_cast<const unsigned char*>(text.data()); };
    if (EVP_PKEY_verify(context_.get(), bytes(signature_), signature_.size(), bytes(digest_), digest_.size()) != 1)
      std::abort();
  }

 private:
  std::string input_, signature_, digest_;
  std::unique_ptr<EVP_PKEY_CTX, void (*)(EVP_PKEY_CTX*)> context_;
};

/// The same and the hashes that a login's token needs: what is signed, the access token and the code.
class HashAndVerify {
 public:
  HashAndVerify(EVP_PKEY* key, const std::string& token, const sso::detail::IdTokenExpectations& expected)
      : raw_(key, token), texts_{token.substr(0, token.rfind('.')), expected.accessToken, expected.code} {}
  void operator()() const {
    for (const auto& text : texts_) sso::detail::keptSha256(text);
    raw_();
  }

 private:
  RawVerify raw_;
  std::array<std::string, 3> texts_;
};

/// Runs work on this many threads for this long; operations per second, all threads together.
double rate(int threads, std::chrono::milliseconds duration, const std::function<std::function<void()>()>& makeWork) {
  std::atomic<bool> stop{false};
  std::atomic<long> total{0};
  std::vector<std::thread> running;
  const auto begun = SteadyClock::now();
  for (int i = 0; i < threads; ++i) {
    running.emplace_back([&] {
      const auto work = makeWork();
      long done = 0;
      while (!stop.load(std::memory_order_relaxed)) {
        for (int n = 0; n < 64; ++n) work();
        done += 64;
      }
      total += done;
    });
  }
  std::this_thread::sleep_for(duration);
  stop = true;
  for (auto& thread : running) thread.join();
  return static_cast<double>(total) / std::chrono::duration<double>(SteadyClock::now() - begun).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? static_cast<int>(std::max(1L, std::strtol(argv[1], nullptr, 10))) : 9;
  const TestKeys keys;
  const auto transport = std::make_shared<BenchTransport>(keys.jwks());
  const auto clock = sso::systemClock();
  const auto log = std::make_shared<QuietLog>();
  sso::SsoOptions options;
  options.environmentUrl = kEnvironment;
  options.clientId = kClientId;
  options.maxTokenAge = std::chrono::seconds(3600);
  const auto metadata = std::make_shared<sso::detail::ProviderMetadata>(transport, options, clock, log);
  const auto cache =
      std::make_shared<sso::detail::JwksCache>(transport, metadata, clock, log, std::chrono::milliseconds(5000));
  const sso::detail::TokenVerifier verifier(options, cache, clock);

  const sso::detail::IdTokenExpectations expected{.nonce = "pKe9z0l0LJ0mXvYHqXb3n5iKJ8Qm2b1c5d6e7f8g9h0",
                                                  .accessToken = std::string(700, 'a'),  // a JWT's usual length
                                                  .code = "62f975e8d39ccb4a9bc91ad1d8a155dbc922b412",
                                                  .organizationId = "org_32673595075330613",
                                                  .connectionId = "conn_32673595075330613"};
  const std::string token = idToken(keys, expected);
  const auto key = cache->keyFor(keys.kid());
  const auto raw = [&]() -> std::function<void()> {
    const auto verify = std::make_shared<RawVerify>(key->key.get(), token);
    return [verify] { (*verify)(); };
  };
  const auto hashed = [&]() -> std::function<void()> {
    const auto verify = std::make_shared<HashAndVerify>(key->key.get(), token, expected);
    return [verify] { (*verify)(); };
  };
  const auto full = [&]() -> std::function<void()> {
    return [&] {
      if (verifier.verifyIdToken(token, expected).organizationId.empty()) std::abort();
    };
  };

  constexpr std::chrono::milliseconds kRound{400};
  std::vector<double> rawOne, hashedOne, fullOne, rawTwo, hashedTwo, fullTwo;
  for (int round = 0; round <= rounds; ++round) {
    const double a = rate(1, kRound, raw), h = rate(1, kRound, hashed), b = rate(1, kRound, full);
    const double c = rate(2, kRound, raw), g = rate(2, kRound, hashed), d = rate(2, kRound, full);
    if (round == 0) continue;  // warm-up
    rawOne.push_back(a), hashedOne.push_back(h), fullOne.push_back(b);
    rawTwo.push_back(c), hashedTwo.push_back(g), fullTwo.push_back(d);
  }
  const double a = median(rawOne), h = median(hashedOne), b = median(fullOne);
  const double c = median(rawTwo), g = median(hashedTwo), d = median(fullTwo);
  std::printf("ID token of %zu bytes, RSA-2048, medians of %d alternating rounds\n", token.size(), rounds);
  std::printf("%-44s %12s %12s\n", "", "1 thread", "2 threads");
  std::printf("%-44s %10.0f/s %10.0f/s\n", "raw EVP_PKEY_verify of a ready digest", a, c);
  std::printf("%-44s %10.0f/s %10.0f/s\n", "the same and the token's three SHA-256", h, g);
  std::printf("%-44s %10.0f/s %10.0f/s\n", "verifyIdToken, every check", b, d);
  std::printf("%-44s %12.3f %12.3f\n", "ratio to raw", b / a, d / c);
  std::printf("%-44s %12.3f %12.3f\n", "ratio to raw and the hashes", b / h, d / g);
  std::printf("%-44s %12s %12.3f\n", "two threads / one", "", d / b);
  std::printf("%-44s %9.2f us\n", "what the checks add to the signature", 1e6 / b - 1e6 / a);
  std::printf(
      R"({"bench":"verify","rounds":%d,"token_bytes":%zu,"raw_1":%.0f,"verify_1":%.0f,"raw_2":%.0f,"verify_2":%.0f,)"
      R"("hashed_1":%.0f,"hashed_2":%.0f,"ratio_1":%.3f,"ratio_2":%.3f,"scaling":%.3f})"
      "\n",
      rounds, token.size(), a, b, c, d, h, g, b / a, d / c, d / b);
  return 0;
}
