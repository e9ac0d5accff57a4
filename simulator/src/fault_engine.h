// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "http_message.h"
#include "scalekit_simulator/faults.h"

/// What a fault does. The list itself, one readable table, is in faults.cpp.
namespace scalekit_simulator {

/// A token about to be signed, open to tampering.
struct TokenDraft {
  enum class Signature { kCurrentKey, kUnpublishedKey, kNone, kHmacClientSecret, kHmacPublicKey };

  nlohmann::json header = {}, claims = {};
  Signature signature = Signature::kCurrentKey;
  std::string rawPayload = {};     ///< Sent instead of `claims` when not empty.
  std::string replacement = {};    ///< The whole token when not empty.
  std::string previousToken = {};  ///< The ID token issued before this one; empty when this is the first.
  bool leaveOut = false;           ///< The response carries no ID token at all.
};

/// The faults that are switched on. Not thread-safe: lives inside State.
class FaultBoard {
 public:
  /// Throws std::invalid_argument when name, endpoint or value makes no sense.
  void add(const Fault& fault);
  void clear() { active_.clear(); }
  const std::vector<Fault>& active() const { return active_; }

  /// The faults that strike a request at this endpoint now; each counts down.
  std::vector<Fault> takeForRequest(Endpoint endpoint);
  /// The faults that strike the ID token being issued now; each counts down.
  std::vector<Fault> takeForIdToken();

 private:
  template <typename Strikes>
  std::vector<Fault> take(const Strikes& strikes);
  std::vector<Fault> active_;
};

/// An answer that replaces the real one before any work is done, or nullopt.
std::optional<HttpResponse> answerInstead(const std::vector<Fault>& faults);
/// Spoils a real answer.
void spoilResponse(const std::vector<Fault>& faults, HttpResponse& response);
/// Spoils a token before it is signed.
void spoilToken(const std::vector<Fault>& faults, TokenDraft& draft);

}  // namespace scalekit_simulator
