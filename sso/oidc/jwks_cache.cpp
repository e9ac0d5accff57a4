// SPDX-License-Identifier: Apache-2.0
#include "oidc/jwks_cache.h"

#include <algorithm>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "oidc/cache_age.h"
#include "oidc/jwk_set.h"
#include "oidc/provider_metadata.h"
#include "oidc/refusal.h"
#include "oidc/single_flight.h"
#include "oidc/upstream_answer.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;
using KeyPtr = std::shared_ptr<const SigningKey>;

constexpr std::chrono::seconds kCoolDown{30};          // between refetches that unknown kids asked for (SEC-JW-01)
constexpr std::chrono::seconds kUnknownKidMemory{60};  // CONTRACT.md 3.7 (2)
constexpr std::size_t kMaxUnknownKids = 256;
constexpr std::chrono::hours kStaleLimit{1};               // SEC-JW-18
constexpr std::chrono::seconds kPauseAfterFailedFetch{2};  // a flood of logins does not become a flood of fetches
constexpr std::chrono::seconds kPauseWhileStale{30};  // with keys to go on with: each failure costs one caller its wait
/// How long keys that expired are kept back while the first fetch since then is under way: a server that is well
/// answers within it, so a withdrawn key stays refused (SEC-JW-05); one that is not counts as failing (SEC-JW-18).
constexpr std::chrono::milliseconds kGrace{500};

/// Kids that the server did not know a moment ago, so that asking again is pointless. Bounded: they come from tokens
/// that nobody has verified. The owner's lock guards it.
class UnknownKids {
 public:
  bool contains(std::string_view kid, SteadyTime now) const {
    const auto found = until_.find(kid);
    return found != until_.end() && now < found->second;
  }
  void add(std::string_view kid, SteadyTime now) {
    if (until_.size() >= kMaxUnknownKids) {
      std::erase_if(until_, [now](const auto& entry) { return entry.second <= now; });
    }
    if (until_.size() < kMaxUnknownKids) until_.insert_or_assign(std::string(kid), now + kUnknownKidMemory);
  }

 private:
  std::map<std::string, SteadyTime, std::less<>> until_;
};

/// What one fetch brought: keys or the reason why not.
struct Fetched {
  std::optional<JwkSet> set;
  std::chrono::seconds age{};
  std::optional<Error> error;
};

}  // namespace

struct JwksCache::State {
  explicit State(std::shared_ptr<Bulkhead> bulkhead) : flight(std::move(bulkhead)) {}

  std::shared_ptr<HttpTransport> transport;
  std::shared_ptr<ProviderMetadata> metadata;
  std::shared_ptr<Clock> clock;
  std::shared_ptr<LogSink> log;
  std::chrono::milliseconds requestTimeout;

  std::mutex mutex;  // guards all below; never held across a fetch
  SingleFlight flight;
  std::shared_ptr<const JwkSet> set;
  SteadyTime freshUntil{}, fetchBegan{};
  std::optional<SteadyTime> lastForced, lastFailure;
  std::optional<Error> lastError;
  UnknownKids unknownKids;

  bool fresh(SteadyTime now) const { return set && now < freshUntil; }
  bool usable(SteadyTime now) const { return set && now < freshUntil + kStaleLimit; }
  bool failedWithin(std::chrono::seconds pause) const { return lastFailure && clock->steady() - *lastFailure < pause; }
  bool cooling(SteadyTime now) const { return lastForced && now - *lastForced < kCoolDown; }

  KeyPtr keyFor(std::string_view kid);
  KeyPtr keyAfterRefetch(std::unique_lock<std::mutex>& lock, std::string_view kid);
  bool renew(std::unique_lock<std::mutex>& lock);
  bool refresh(std::unique_lock<std::mutex>& lock);
  Fetched fetch() const;
  Fetched fetchOrThrow() const;
  void land(Fetched fetched);
  void report(const Fetched& fetched) const;
};

KeyPtr JwksCache::State::keyFor(std::string_view kid) {
  std::unique_lock lock(mutex);
  const SteadyTime now = clock->steady();
  // A withdrawn key must not outlive the cache time, so an outdated set is only used when it cannot be renewed.
  const bool outdated = !fresh(now), renewed = outdated && renew(lock);
  if (outdated && !usable(clock->steady())) {  // the fetch took its time
    throw lastError.value_or(Error(ErrorCode::kUpstreamUnavailable, reason::kUpstream, "signing keys not loaded yet"));
  }
  if (auto key = set->find(kid)) return key;
  if (kid.empty()) refuse(reason::kKid, "no kid, and not exactly one key");
  if (renewed) {  // the server has just been asked
    unknownKids.add(kid, clock->steady());
    refuse(reason::kKid, "unknown kid");
  }
  return keyAfterRefetch(lock, kid);
}

/// The key set is fresh and does not have this kid: the environment may have rotated its keys (SEC-JW-01, SEC-JW-04).
KeyPtr JwksCache::State::keyAfterRefetch(std::unique_lock<std::mutex>& lock, std::string_view kid) {
  if (flight.busy()) {  // somebody is asking already
    flight.join(lock, requestTimeout);
    if (auto key = set->find(kid)) return key;
  }
  const SteadyTime now = clock->steady();
  if (unknownKids.contains(kid, now) || cooling(now)) refuse(reason::kKid, "unknown kid");
  if (!failedWithin(kPauseAfterFailedFetch)) lastForced = now;
  if (!refresh(lock)) {
    throw lastError.value_or(Error(ErrorCode::kUpstreamUnavailable, reason::kUpstream, "signing keys not renewed"));
  }
  if (auto key = set->find(kid)) return key;
  unknownKids.add(kid, clock->steady());
  refuse(reason::kKid, "unknown kid");
}

/// The set has expired. With stale keys to go on with, one caller in a pause asks the server and the others hardly
/// wait: a hanging key endpoint must not hold up every login (SEC-JW-13, SEC-JW-18, R-01).
bool JwksCache::State::renew(std::unique_lock<std::mutex>& lock) {
  const SteadyTime now = clock->steady();
  if (!usable(now)) return refresh(lock);
  if (!flight.busy()) return !failedWithin(kPauseWhileStale) && refresh(lock);
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(fetchBegan + kGrace - now);
  if (lastFailure || left <= std::chrono::milliseconds::zero()) return false;
  return flight.join(lock, std::min(left, requestTimeout)) == SingleFlight::Outcome::kJoined && !lastFailure;
}

/// Fetches, or waits for whoever does; true when that brought keys. Gives a failing server a short rest.
bool JwksCache::State::refresh(std::unique_lock<std::mutex>& lock) {
  if (!flight.busy()) {
    if (failedWithin(kPauseAfterFailedFetch)) return false;
    fetchBegan = clock->steady();
  }
  Fetched fetched;
  const auto outcome = flight.run(
      lock, [&] { fetched = fetch(); }, [&] { land(std::move(fetched)); }, requestTimeout);
  return outcome != SingleFlight::Outcome::kTimedOut && !lastFailure;
}

/// Never throws: what went wrong is told to everybody who waited.
Fetched JwksCache::State::fetch() const {
  Fetched fetched;
  try {
    fetched = fetchOrThrow();
  } catch (const Error& error) {
    fetched.error = error;
  } catch (const std::exception&) {  // its text may quote the answer
    fetched.error = Error(ErrorCode::kInternal, reason::kInternal, "loading the signing keys failed");
  }
  report(fetched);
  return fetched;
}

Fetched JwksCache::State::fetchOrThrow() const {
  const auto response = transport->send(documentRequest(metadata->endpoints()->jwks, requestTimeout));
  if (response.status != 200) throwBadStatus(response, reason::kUpstream, "JWKS endpoint");
  if (!hasMediaType(response, "application/json") && !hasMediaType(response, "application/jwk-set+json")) {
    throw Error(ErrorCode::kUpstreamRejected, reason::kUpstream, "JWKS endpoint did not answer with JSON");
  }
  return {parseJwkSet(response.body), keyAgeFrom(response.header("cache-control")), std::nullopt};
}

void JwksCache::State::land(Fetched fetched) {
  const SteadyTime now = clock->steady();
  lastError = std::move(fetched.error);
  lastFailure = lastError ? std::optional(now) : std::nullopt;
  if (!fetched.set) return;  // the old keys stay (SEC-JW-12, -13)
  set = std::make_shared<const JwkSet>(std::move(*fetched.set));
  freshUntil = now + fetched.age;
}

void JwksCache::State::report(const Fetched& fetched) const {
  if (fetched.error) {
    log->write(
        {LogLevel::kWarning, "jwks.failed", {{"reason", fetched.error->reason()}, {"detail", fetched.error->what()}}});
    return;
  }
  log->write({LogLevel::kInfo,
              "jwks.loaded",
              {{"keys", std::to_string(fetched.set->keys.size())}, {"ignored", std::to_string(fetched.set->ignored)}}});
  if (fetched.set->ambiguous > 0) {  // SEC-JW-06
    log->write({LogLevel::kWarning, "jwks.ambiguous", {{"keys", std::to_string(fetched.set->ambiguous)}}});
  }
}

JwksCache::JwksCache(std::shared_ptr<HttpTransport> transport, std::shared_ptr<ProviderMetadata> metadata,
                     std::shared_ptr<Clock> clock, std::shared_ptr<LogSink> log,
                     std::chrono::milliseconds requestTimeout, std::shared_ptr<Bulkhead> bulkhead)
    : state_(std::make_unique<State>(std::move(bulkhead))) {
  state_->transport = std::move(transport);
  state_->metadata = std::move(metadata);
  state_->clock = std::move(clock);
  state_->log = std::move(log);
  state_->requestTimeout = requestTimeout;
}

JwksCache::~JwksCache() = default;

std::shared_ptr<const SigningKey> JwksCache::keyFor(std::string_view kid) { return state_->keyFor(kid); }

bool JwksCache::ready() noexcept {
  try {
    std::unique_lock lock(state_->mutex);
    return state_->usable(state_->clock->steady()) || state_->refresh(lock);
  } catch (...) {  // a health check must not end the process; fetch() has logged what failed
    return false;
  }
}

}  // namespace sso::detail
