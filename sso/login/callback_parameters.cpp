// SPDX-License-Identifier: Apache-2.0
#include "login/callback_parameters.h"

#include <algorithm>
#include <array>

#include "sso/http_types.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

constexpr std::size_t kMaxCodeBytes = 2048;
constexpr std::size_t kMaxAuditCharacters = 200;

template <std::size_t N>
bool isOneOf(std::string_view value, const std::array<std::string_view, N>& list) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

}  // namespace

CallbackParameters CallbackParameters::parse(std::string_view query) {
  const auto fields = Parameters::parse(query, 100, 16384);
  CallbackParameters found;
  found.state = fields.single("state").value_or("");
  found.code = fields.single("code").value_or("");
  found.error = fields.single("error").value_or("");
  found.errorDescription = fields.single("error_description").value_or("");
  found.issuer = fields.single("iss");
  found.idpInitiatedLogin = fields.single("idp_initiated_login").value_or("");
  found.hasCode = fields.has("code");
  found.hasError = fields.has("error");
  if (fields.has("id_token") || fields.has("access_token")) {
    throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, "a token in the query");
  }
  return found;
}

bool isWellFormedCode(std::string_view code) {
  return !code.empty() && code.size() <= kMaxCodeBytes &&
         std::all_of(code.begin(), code.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

Error providerError(std::string_view code) {
  static constexpr std::array<std::string_view, 4> kRefused{"access_denied", "user_not_active", "unauthorized",
                                                            "invalid_user_domain"};
  static constexpr std::array<std::string_view, 2> kTrouble{"server_error", "temporarily_unavailable"};
  static constexpr std::array<std::string_view, 5> kStartAgain{
      "authentication_not_completed", "user_login_required", "login_required", "assertion_expired", "response_expired"};
  static constexpr std::array<std::string_view, 3> kNotSetUp{"no_active_connections", "no_configured_connections",
                                                             "connection_not_active"};
  auto meaning = ErrorCode::kLoginFailed;
  if (isOneOf(code, kRefused)) meaning = ErrorCode::kAccessDenied;
  if (isOneOf(code, kTrouble)) meaning = ErrorCode::kUpstreamRejected;
  if (isOneOf(code, kStartAgain)) meaning = ErrorCode::kLoginExpired;
  if (isOneOf(code, kNotSetUp)) meaning = ErrorCode::kNotAllowed;
  return Error(meaning, reason::kProviderError, "the callback carries an error");
}

std::string cleanedForAudit(std::string_view text) {
  std::string cleaned;
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size() && characters < kMaxAuditCharacters; ++i, ++characters) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte < 0x7f) {
      cleaned += text[i];
    } else {
      // Everything beyond printable ASCII counts as one: line separators and direction marks hide in there.
      cleaned += '?';
      while (i + 1 < text.size() && (static_cast<unsigned char>(text[i + 1]) & 0xC0) == 0x80) ++i;
    }
  }
  for (auto at = cleaned.find('@'); at != std::string::npos; at = cleaned.find('@')) {
    const auto begin = cleaned.find_last_of(" ,;:<>()\"'", at);
    const auto end = cleaned.find_first_of(" ,;:<>()\"'", at);
    const auto from = begin == std::string::npos ? 0 : begin + 1;
    cleaned.replace(from, (end == std::string::npos ? cleaned.size() : end) - from, "[address]");
  }
  return cleaned;
}

}  // namespace sso::detail
