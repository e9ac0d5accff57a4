// SPDX-License-Identifier: Apache-2.0
#include "oidc/upstream_answer.h"

#include <algorithm>

#include "sso/error.h"
#include "sso/reason.h"

namespace sso::detail {

bool hasMediaType(const HttpResponse& response, std::string_view mediaType) {
  std::string_view value = response.header("content-type");
  value = value.substr(0, value.find(';'));
  while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; };
  return std::equal(value.begin(), value.end(), mediaType.begin(), mediaType.end(), same);
}

void throwBadStatus(const HttpResponse& response, std::string_view reason, const std::string& what,
                    std::string_view hint) {
  const bool mayPass = response.status == 429 || response.status >= 500;
  throw Error(mayPass ? ErrorCode::kUpstreamUnavailable : ErrorCode::kUpstreamRejected, reason,
              what + " answered " + std::to_string(response.status), hint);
}

void rejectAnswer(std::string_view detail) { throw Error(ErrorCode::kUpstreamRejected, reason::kUpstream, detail); }

HttpRequest documentRequest(const std::string& url, std::chrono::milliseconds timeout) {
  HttpRequest request;
  request.url = url;
  request.headers = {{"Accept", "application/json"}};
  request.timeout = timeout;
  request.safeToRepeat = true;
  return request;
}

}  // namespace sso::detail
