// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <openssl/evp.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "sso/http_types.h"
#include "sso/runtime.h"

namespace sso::detail {

/// One RSA public key that may verify RS256, parsed once. Immutable; shared by threads.
struct SigningKey {
  std::string kid;
  std::shared_ptr<EVP_PKEY> key;
};

class Bulkhead;
class ProviderMetadata;

/// Scalekit's signing keys. One fetch at a time however many threads wait (single flight); an unknown kid may force a
/// refetch once per cool-down and is remembered as unknown for a minute; keys stay good for their Cache-Control age
/// clamped to 60 s ... 10 min, and while a refetch fails for at most an hour more (SEC-JW-01 to -18). While it fails
/// one caller in 30 s asks again and the others go on at once with what there is. No lock is held across the fetch.
/// Thread-safe.
class JwksCache {
 public:
  JwksCache(std::shared_ptr<HttpTransport> transport, std::shared_ptr<ProviderMetadata> metadata,
            std::shared_ptr<Clock> clock, std::shared_ptr<LogSink> log, std::chrono::milliseconds requestTimeout,
            std::shared_ptr<Bulkhead> bulkhead = nullptr);
  ~JwksCache();
  /// The key with this kid; empty kid: the only usable key (SECURITY, preamble). Throws Error(kLoginFailed, kid) when
  /// there is none, Error(kUpstreamUnavailable | kUpstreamRejected, upstream) when keys cannot be had.
  std::shared_ptr<const SigningKey> keyFor(std::string_view kid);
  /// True when usable keys are at hand; fetches when none are and none was tried in the last few seconds. Never throws.
  bool ready() noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sso::detail
