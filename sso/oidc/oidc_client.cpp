// SPDX-License-Identifier: Apache-2.0
#include "oidc/oidc_client.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/circuit_breaker.h"
#include "base/strict_json.h"
#include "base/time_budget.h"
#include "oidc/provider_metadata.h"
#include "oidc/refusal.h"
#include "oidc/upstream_answer.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

constexpr std::string_view kScope = "openid profile email";

/// Name and value pairs of a query or a form body, each encoded (SEC-AR-03: a value never becomes a second parameter).
class FormBuilder {
 public:
  FormBuilder& add(std::string_view name, std::string_view value) {
    if (!text_.empty()) text_ += '&';
    text_.append(name).append("=").append(percentEncode(value));
    return *this;
  }
  FormBuilder& addIfSet(std::string_view name, std::string_view value) {
    return value.empty() ? *this : add(name, value);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

/// The error word of RFC 6749 5.2, if it is one: only fixed words may reach a log.
std::string_view knownError(const HttpResponse& response) {
  constexpr std::array<std::string_view, 6> kErrors = {"invalid_request", "invalid_client",
                                                       "invalid_grant",   "unauthorized_client",
                                                       "invalid_scope",   "unsupported_grant_type"};
  try {
    const auto error = stringMember(parseStrictJson(response.body), "error");
    const auto found = std::find(kErrors.begin(), kErrors.end(), error.value_or(""));
    return found == kErrors.end() ? std::string_view{} : *found;
  } catch (const Error&) {  // no JSON: the status alone has to do
    return {};
  }
}

/// CONTRACT.md 2.7.
[[noreturn]] void throwTokenError(const HttpResponse& response) {
  const std::string_view error = knownError(response);
  if (response.status == 400 && error == "invalid_grant") {
    refuse(reason::kInvalidGrant, "Scalekit refused the authorization code");
  }
  if (response.status == 401 || error == "invalid_client" || error == "unauthorized_client") {
    throw Error(ErrorCode::kUpstreamRejected, reason::kUpstream, "Scalekit refused this application's credentials",
                "check SCALEKIT_CLIENT_ID and SCALEKIT_CLIENT_SECRET");
  }
  const std::string what = error.empty() ? "token endpoint" : "token endpoint (" + std::string(error) + ")";
  throwBadStatus(response, reason::kUpstream, what);
}

nlohmann::json parseTokenBody(const HttpResponse& response) {
  try {
    return parseStrictJson(response.body);
  } catch (const Error& error) {  // a login that failed, not an environment that is down (SEC-TR-07, -08)
    refuse(error.reason(), "token response is no strict JSON");
  }
}

bool isBearer(std::string_view type) {
  constexpr std::string_view kBearer = "bearer";
  return std::equal(type.begin(), type.end(), kBearer.begin(), kBearer.end(),
                    [](char a, char b) { return (a | 0x20) == b; });
}

std::string requiredText(const nlohmann::json& body, std::string_view name) {
  auto text = stringMember(body, name);
  if (!text || text->empty()) refuse(reason::kTokenResponse, "token response lacks a token");
  return std::move(*text);
}

TokenResponse readTokenResponse(const HttpResponse& response) {
  if (!hasMediaType(response, "application/json")) {  // RFC 6749 5.1, SEC-TR-04
    refuse(reason::kTokenResponse, "token response is not application/json");
  }
  const nlohmann::json body = parseTokenBody(response);
  // RFC 6749 5.1: token_type is required and knows no letter case (SEC-TR-06). expires_in is nobody's business here.
  if (!isBearer(stringMember(body, "token_type").value_or(""))) {
    refuse(reason::kTokenResponse, "token_type is not Bearer");
  }
  return {Secret(requiredText(body, "id_token")), Secret(requiredText(body, "access_token"))};
}

}  // namespace

OidcClient::OidcClient(const SsoOptions& options, std::shared_ptr<HttpTransport> transport,
                       std::shared_ptr<ProviderMetadata> metadata, std::shared_ptr<Bulkhead> bulkhead,
                       std::shared_ptr<CircuitBreaker> circuit)
    : options_(options),
      transport_(std::move(transport)),
      metadata_(std::move(metadata)),
      redirectUri_(options.baseUrl + options.callbackPath),  // configuration only, never a Host header (SEC-AR-05)
      bulkhead_(std::move(bulkhead)),
      circuit_(std::move(circuit)) {}

std::string OidcClient::authorizationUrl(const AuthorizationRequest& request) const {
  FormBuilder query;
  query.add("response_type", "code").add("client_id", options_.clientId).add("redirect_uri", redirectUri_);
  query.add("scope", kScope).add("state", request.state).add("nonce", request.nonce);
  // S256 always, whatever discovery lists (RFC 9700 2.1.1, SEC-DI-06).
  query.add("code_challenge", request.codeChallenge).add("code_challenge_method", "S256");
  query.addIfSet("connection_id", request.connectionId).addIfSet("organization_id", request.organizationId);
  query.addIfSet("domain", request.domain).addIfSet("domain_hint", request.domain);  // CONTRACT.md 2.4: two spellings
  query.addIfSet("login_hint", request.loginHint).addIfSet("provider", request.provider);
  query.addIfSet("prompt", request.prompt);
  if (request.maxAge) query.addIfSet("max_age", std::to_string(request.maxAge->count()));
  return metadata_->endpoints()->authorization + "?" + query.take();
}

bool OidcClient::answersNameIssuer() const { return metadata_->endpoints()->answersNameIssuer; }

OidcClient::Turn::Turn(Bulkhead* bulkhead, CircuitBreaker* circuit) : waiting_(bulkhead), circuit_(circuit) {
  if (circuit_ != nullptr && !circuit_->allows()) {
    throw Error(ErrorCode::kUpstreamUnavailable, reason::kUpstream, "Scalekit did not answer a moment ago");
  }
}

OidcClient::Turn::~Turn() {
  if (circuit_ != nullptr && !spent_) circuit_->notAsked();
}

OidcClient::Turn OidcClient::turnToExchange() const {
  metadata_->endpoints();
  return Turn(bulkhead_.get(), circuit_.get());
}

/// No answer and 5xx say that Scalekit is away. Whatever else it answers, it is there: nobody must be able to make it
/// look away by codes of his own making.
HttpResponse OidcClient::sendThroughCircuit(const HttpRequest& request) const {
  if (!circuit_) return transport_->send(request);
  // Of a request whose time others had used up it says nothing of Scalekit that no answer came.
  const bool hadTime = TimeBudget::atMost(request.timeout) >= request.timeout / 2;
  try {
    auto response = transport_->send(request);
    response.status >= 500 ? circuit_->failed() : circuit_->succeeded();
    return response;
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kUpstreamUnavailable) hadTime ? circuit_->failed() : circuit_->notAsked();
    throw;
  }
}

TokenResponse OidcClient::exchangeCode(std::string_view code, const Secret& codeVerifier) const {
  FormBuilder form;
  form.add("grant_type", "authorization_code").add("code", code).add("redirect_uri", redirectUri_);
  form.add("client_id", options_.clientId).add("client_secret", options_.clientSecret.reveal());
  form.add("code_verifier", codeVerifier.reveal());

  HttpRequest request;
  request.method = "POST";
  request.url = metadata_->endpoints()->token;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
  request.body = form.take();
  request.timeout = options_.requestTimeout;
  request.maxBodyBytes = options_.maxResponseBytes;
  request.safeToRepeat = false;  // RFC 6749 4.1.2: a code is spent by the first attempt (SEC-TR-13)
  const HttpResponse response = sendThroughCircuit(request);
  if (response.status != 200) throwTokenError(response);
  return readTokenResponse(response);
}

std::string OidcClient::logoutUrl(std::string_view idTokenHint, std::string_view state) const {
  FormBuilder query;
  query.addIfSet("id_token_hint", idTokenHint);
  query.add("post_logout_redirect_uri", options_.baseUrl + options_.afterLogoutPath).addIfSet("state", state);
  return metadata_->endpoints()->endSession + "?" + query.take();
}

}  // namespace sso::detail
