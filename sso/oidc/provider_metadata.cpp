// SPDX-License-Identifier: Apache-2.0
#include "oidc/provider_metadata.h"

#include <chrono>
#include <exception>
#include <mutex>
#include <optional>
#include <utility>

#include "oidc/clock_check.h"
#include "oidc/discovery_document.h"
#include "oidc/single_flight.h"
#include "oidc/upstream_answer.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;
using EndpointsPtr = std::shared_ptr<const Endpoints>;

constexpr std::chrono::hours kFresh{1}, kKeptWhileFailing{24};  // CONTRACT.md 2.2
constexpr std::chrono::seconds kPauseAfterFailure{2};           // without a copy: logins wait for it
constexpr std::chrono::seconds kPauseWhileKept{30};             // with one: nobody waits

bool same(const Endpoints& a, const Endpoints& b) {
  return a.issuer == b.issuer && a.authorization == b.authorization && a.token == b.token && a.jwks == b.jwks &&
         a.endSession == b.endSession;
}

}  // namespace

struct ProviderMetadata::State {
  explicit State(std::shared_ptr<Bulkhead> bulkhead) : flight(std::move(bulkhead)) {}

  std::shared_ptr<HttpTransport> transport;
  std::shared_ptr<Clock> clock;
  std::shared_ptr<LogSink> log;
  DiscoveryRules rules;
  std::chrono::milliseconds requestTimeout;
  std::size_t maxBodyBytes;

  std::mutex mutex;  // guards all below; never held across a fetch
  SingleFlight flight;
  EndpointsPtr good;
  SteadyTime freshUntil{};
  std::optional<SteadyTime> lastFailure;
  std::optional<Error> lastError;

  bool usable(SteadyTime now) const { return good && now < freshUntil + kKeptWhileFailing; }
  bool pausing(SteadyTime now) const {
    return lastFailure && now - *lastFailure < (usable(now) ? kPauseWhileKept : kPauseAfterFailure);
  }

  EndpointsPtr endpoints();
  void refresh(std::unique_lock<std::mutex>& lock);
  Endpoints fetch() const;
  void land(std::optional<Endpoints> fetched, std::optional<Error> error);
};

EndpointsPtr ProviderMetadata::State::endpoints() {
  std::unique_lock lock(mutex);
  const SteadyTime now = clock->steady();
  if (good && now < freshUntil) return good;
  // One thread renews; while there is a kept copy the others go on with it instead of waiting.
  const bool othersMayGoOn = usable(now) && flight.busy();
  if (!othersMayGoOn) refresh(lock);
  if (usable(clock->steady())) return good;
  throw lastError.value_or(Error(ErrorCode::kUpstreamUnavailable, reason::kMetadata, "discovery not answered yet"));
}

void ProviderMetadata::State::refresh(std::unique_lock<std::mutex>& lock) {
  if (!flight.busy() && pausing(clock->steady())) return;
  std::optional<Endpoints> fetched;
  std::optional<Error> error;
  const auto load = [&] {
    try {
      fetched = fetch();
    } catch (const Error& failure) {
      error = Error(failure.code(), reason::kMetadata, failure.what(), failure.hint());
    } catch (const std::exception&) {  // its text may quote the answer
      error = Error(ErrorCode::kInternal, reason::kMetadata, "loading the discovery document failed");
    }
  };
  flight.run(
      lock, load, [&] { land(std::move(fetched), std::move(error)); }, requestTimeout);
}

Endpoints ProviderMetadata::State::fetch() const {
  HttpRequest request = documentRequest(rules.environmentUrl + "/.well-known/openid-configuration", requestTimeout);
  request.maxBodyBytes = maxBodyBytes;
  const HttpResponse response = transport->send(request);
  warnOfClockDifference(response, clock->now(), *log);
  if (response.status != 200) throwBadStatus(response, reason::kMetadata, "discovery");
  if (!hasMediaType(response, "application/json")) {
    throw Error(ErrorCode::kUpstreamRejected, reason::kMetadata, "discovery did not answer with JSON");
  }
  return readDiscoveryDocument(response.body, rules);
}

void ProviderMetadata::State::land(std::optional<Endpoints> fetched, std::optional<Error> error) {
  const SteadyTime now = clock->steady();
  // SEC-DI-09: whoever can change this document could send us and our secret elsewhere. A restart accepts the new one.
  if (fetched && good && !same(*fetched, *good)) {
    log->write({LogLevel::kError, "metadata.changed", {{"kept", good->issuer}}});
    error = Error(ErrorCode::kUpstreamRejected, reason::kMetadata, "issuer or endpoints changed while running",
                  "restart the application if the change was meant");
  } else if (error) {
    log->write({LogLevel::kWarning, "metadata.failed", {{"detail", error->what()}}});
  }
  lastFailure = error ? std::optional(now) : std::nullopt;
  lastError = std::move(error);
  if (lastError) return;
  // RFC 9207: a promise that every answer names its issuer counts from when it is made, and is not taken back.
  const bool newPromise = good && fetched->answersNameIssuer && !good->answersNameIssuer;
  if (!good || newPromise) good = std::make_shared<const Endpoints>(std::move(*fetched));
  freshUntil = now + kFresh;
}

ProviderMetadata::ProviderMetadata(std::shared_ptr<HttpTransport> transport, const SsoOptions& options,
                                   std::shared_ptr<Clock> clock, std::shared_ptr<LogSink> log,
                                   std::shared_ptr<Bulkhead> bulkhead)
    : state_(std::make_unique<State>(std::move(bulkhead))) {
  state_->transport = std::move(transport);
  state_->clock = std::move(clock);
  state_->log = std::move(log);
  state_->rules = {options.environmentUrl, options.additionalIssuers, options.allowedEndpointOrigins};
  state_->requestTimeout = options.requestTimeout;
  state_->maxBodyBytes = options.maxResponseBytes;
}

ProviderMetadata::~ProviderMetadata() = default;

std::shared_ptr<const Endpoints> ProviderMetadata::endpoints() { return state_->endpoints(); }

}  // namespace sso::detail
