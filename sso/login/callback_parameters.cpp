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
constexpr std::string_view kAddressDelimiters = " ,;:<>()\"'";

template <std::size_t N>
bool isOneOf(std::string_view value, const std::array<std::string_view, N>& list) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

/// Everything beyond printable ASCII counts as one '?': line separators and direction marks hide in there.
std::string printableOnly(std::string_view text) {
  std::string printable;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte < 0x7f) {
      printable += text[i];
    } else {
      printable += '?';
      while (i + 1 < text.size() && (static_cast<unsigned char>(text[i + 1]) & 0xC0) == 0x80) ++i;
    }
  }
  return printable;
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
  const std::string printable = printableOnly(text);
  std::string cleaned;
  // Word by word, and cut last: an address that the cut goes through, or that the marks make longer, stays neither
  // readable nor unbounded.
  for (std::size_t at = 0; at < printable.size() && cleaned.size() < kMaxAuditCharacters;) {
    const auto end = std::min(printable.find_first_of(kAddressDelimiters, at), printable.size());
    const auto word = std::string_view(printable).substr(at, end - at);
    cleaned += word.find('@') == std::string_view::npos ? word : "[address]";
    if (end < printable.size()) cleaned += printable[end];
    at = end + 1;
  }
  cleaned.resize(std::min(cleaned.size(), kMaxAuditCharacters));
  return cleaned;
}

}  // namespace sso::detail
