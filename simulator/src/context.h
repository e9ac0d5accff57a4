// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "state.h"

namespace scalekit_simulator {

/// What every endpoint works with. One per simulator; thread-safe.
struct Context {
  explicit Context(SimulatorOptions given) : options(std::move(given)), clock(options.clock) {}

  SimulatorOptions options;
  std::string baseUrl;  ///< The issuer; set before the first request.
  State state;
  IdSource ids;
  ShiftedClock clock;

  Instant now() const { return clock.now(); }
  bool https() const { return baseUrl.starts_with("https:"); }
  /// A key that nobody published, for forged tokens; made when first needed.
  KeyPtr unpublishedKey();
  /// The claims of a token of ours that is neither expired (unless allowed) nor revoked; else nullopt.
  std::optional<nlohmann::json> readLiveToken(std::string_view token, bool expiredToo = false);

 private:
  std::once_flag unpublishedOnce_;
  KeyPtr unpublishedKey_;
};

}  // namespace scalekit_simulator
