// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "fuzz/fuzz_input.h"
#include "oidc/jwks_cache.h"
#include "oidc/provider_metadata.h"
#include "oidc/token_verifier.h"
#include "sso/error.h"
#include "support/fake_clock.h"
#include "support/test_keys.h"

namespace {

using sso::fuzz::require;

constexpr std::string_view kEnvironment = "https://acme.scalekit.com";
constexpr std::string_view kClientId = "skc_1";
constexpr std::string_view kNonce = "nonce-of-this-login";
constexpr std::int64_t kNow = 1'700'000'000;

class SilentLog : public sso::LogSink {
 public:
  void write(const sso::LogEvent&) noexcept override {}
};

const sso::test::TestKeys& keys() {
  static const sso::test::TestKeys shared("snk_1");
  return shared;
}

/// Scalekit, as far as a verifier asks it.
class Provider : public sso::HttpTransport {
 public:
  sso::HttpResponse send(const sso::HttpRequest& request) override {
    const std::string base(kEnvironment);
    const nlohmann::json discovery{{"issuer", base},
                                   {"authorization_endpoint", base + "/oauth/authorize"},
                                   {"token_endpoint", base + "/oauth/token"},
                                   {"jwks_uri", base + "/keys"},
                                   {"end_session_endpoint", base + "/oidc/logout"}};
    const bool wantsKeys = request.url.ends_with("/keys");
    return {200, {{"content-type", "application/json"}}, wantsKeys ? keys().jwks() : discovery.dump()};
  }
};

const sso::detail::TokenVerifier& verifier() {
  static const auto made = [] {
    sso::SsoOptions options;
    options.environmentUrl = kEnvironment;
    options.clientId = kClientId;
    const auto transport = std::make_shared<Provider>();
    const auto clock = std::make_shared<sso::test::FakeClock>(kNow);
    const auto log = std::make_shared<SilentLog>();
    const auto metadata = std::make_shared<sso::detail::ProviderMetadata>(transport, options, clock, log);
    const auto cache =
        std::make_shared<sso::detail::JwksCache>(transport, metadata, clock, log, std::chrono::milliseconds(5000));
    return std::make_unique<sso::detail::TokenVerifier>(options, cache, clock);
  }();
  return *made;
}

bool hasAudience(const nlohmann::json& claims) {
  const auto& aud = claims.at("aud");
  if (aud.is_string()) return aud == kClientId;
  return std::find(aud.begin(), aud.end(), kClientId) != aud.end();
}

/// Reads the claims a second time, with another parser, and asks whether this token may sign anybody in.
void requireAcceptable(std::string_view payload, const sso::VerifiedIdentity& identity) {
  const auto claims = nlohmann::json::parse(payload);
  require(claims.at("iss") == kEnvironment && identity.key.issuer == kEnvironment, "our issuer");
  require(hasAudience(claims), "meant for us");
  require(claims.at("nonce") == kNonce, "answers this login");
  require(claims.at("exp").get<double>() > double{kNow} - 61, "not expired");
  require(claims.at("iat").get<double>() < double{kNow} + 61, "not from the future");
  require(claims.at("sub") == identity.key.subject && claims.at("oid") == identity.organizationId, "the same person");
  require(!identity.key.subject.empty() && identity.key.subject.size() <= 255, "a bounded subject");
  for (const char c : identity.key.subject) require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F, "no controls");
  require(identity.email.empty() || sso::canonicalEmail(identity.email) == identity.email, "canonical address");
}

bool verify(const std::string& token, std::string_view payload) {
  try {
    requireAcceptable(
        payload,
        verifier().verifyIdToken(
            token,
            {.nonce = std::string(kNonce), .accessToken = {}, .code = {}, .organizationId = {}, .connectionId = {}}));
    return true;
  } catch (const sso::Error& error) {
    require(error.code() == sso::ErrorCode::kLoginFailed && !error.reason().empty(), "refused with a reason");
    return false;
  }
}

void verifyInitiated(const std::string& token, std::string_view payload) {
  try {
    const auto hint = verifier().verifyIdpInitiated(token);
    const auto claims = nlohmann::json::parse(payload);
    require(claims.at("iss") == kEnvironment && !claims.contains("sub"), "a hint is no login");
    require(claims.at("organization_id") == hint.organizationId, "the same organization");
    require(!hint.replayKey.empty(), "usable once");
  } catch (const sso::Error& error) {
    require(error.code() == sso::ErrorCode::kInvalidRequest && !error.reason().empty(), "refused with a reason");
  }
}

}  // namespace

/// Input: a kind, NUL, then for "raw" a whole token; for "claims" a payload that is signed for it; for "header" a
/// header, NUL, a payload. The key is new in each process: nothing unsigned may ever pass, and what passes must pass
/// the eyes of another JSON parser.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  sso::fuzz::Parts parts(sso::fuzz::textOf(data, size));
  const std::string_view kind = parts.next();
  if (kind == "claims") {
    const std::string token = keys().sign(parts.rest());
    verify(token, parts.rest());
    verifyInitiated(token, parts.rest());
  } else if (kind == "header") {
    const std::string_view header = parts.next();
    const bool accepted = verify(keys().sign(header, parts.rest()), parts.rest());
    require(!accepted || nlohmann::json::parse(header).at("alg") == "RS256", "RS256 only");
  } else {
    require(!verify(std::string(parts.rest()), "{}"), "an unsigned token never passes");
  }
  return 0;
}
