// SPDX-License-Identifier: Apache-2.0
#include "scalekit/api_error_body.h"

#include <algorithm>

#include "base/retry.h"
#include "base/strict_json.h"

namespace sso::detail {
namespace {

using nlohmann::json;
using Facts = scalekit::ApiError::Facts;

constexpr std::size_t kMaxTextBytes = 500, kMaxWordBytes = 128, kMaxViolations = 50;

/// Cut at a character, without control characters: it may be shown or written somewhere.
std::string tidied(const std::optional<std::string>& text, std::size_t mostBytes) {
  std::string out = text.value_or("");
  if (out.size() > mostBytes) {
    std::size_t end = mostBytes;
    while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80U) --end;
    out.resize(end);
  }
  std::erase_if(out, [](char c) { return (c >= 0 && c < 0x20) || c == 0x7F; });
  return out;
}

/// A word that goes into the log: letters, digits and what ids are made of, else nothing of it.
std::string word(const std::optional<std::string>& text) {
  const bool plain = text && text->size() <= kMaxWordBytes && std::all_of(text->begin(), text->end(), [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                              c == '-' || c == '.';
                     });
  return plain ? *text : std::string();
}

const json* memberOf(const json& object, std::string_view name, json::value_t type) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found != object.end() && found->type() == type ? &*found : nullptr;
}

void readInfo(const json& info, Facts& facts) {
  facts.errorCode = word(stringMember(info, "error_code"));
  if (const json* request = memberOf(info, "request_info", json::value_t::object)) {
    facts.requestId = word(stringMember(*request, "request_id"));
  }
  const json* validation = memberOf(info, "validation_error_info", json::value_t::object);
  const json* violations = validation ? memberOf(*validation, "field_violations", json::value_t::array) : nullptr;
  if (!violations) return;
  for (const json& one : *violations) {
    if (facts.violations.size() >= kMaxViolations) break;
    facts.violations.push_back({tidied(stringMember(one, "field"), kMaxWordBytes),
                                tidied(stringMember(one, "description"), kMaxTextBytes),
                                tidied(stringMember(one, "constraint"), kMaxWordBytes)});
  }
}

void readBody(const json& body, Facts& facts) {
  const auto code = integerMember(body, "code");
  if (code && *code >= 0 && *code <= 16) facts.code = static_cast<int>(*code);
  facts.message = tidied(stringMember(body, "message"), kMaxTextBytes);
  if (stringMember(body, "error_code")) return readInfo(body, facts);
  if (const json* details = memberOf(body, "details", json::value_t::array)) {
    for (const json& detail : *details) {
      if (stringMember(detail, "error_code")) return readInfo(detail, facts);
    }
  }
  if (const auto oauth = stringMember(body, "error")) {  // RFC 6749 5.2
    facts.errorCode = word(oauth);
    if (facts.message.empty()) facts.message = tidied(stringMember(body, "error_description"), kMaxTextBytes);
  }
}

}  // namespace

scalekit::ApiError apiErrorOf(std::string_view operation, const HttpResponse& response) {
  Facts facts;
  facts.operation = operation;
  facts.status = response.status;
  facts.traceId = word(std::string(response.header("x-trace-id")));
  facts.retryAfter = retryAfterOf(response);
  try {
    if (!response.body.empty()) readBody(parseStrictJson(response.body), facts);
  } catch (const Error&) {  // a page of a proxy, or worse: the status says enough
  }
  return scalekit::ApiError(std::move(facts));
}

}  // namespace sso::detail
