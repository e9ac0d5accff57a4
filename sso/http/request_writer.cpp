// SPDX-License-Identifier: Apache-2.0
#include "http/request_writer.h"

#include <algorithm>
#include <array>

#include "http/header_rules.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

[[noreturn]] void refuseToWrite(std::string_view detail) {
  throw Error(ErrorCode::kInternal, reason::kInternal, detail);
}

/// Framing is decided in one place; a coding is never asked for, so none has to be undone (SEC-TR-11).
constexpr std::array<std::string_view, 7> kOurs = {"host",       "content-length", "transfer-encoding", "connection",
                                                   "user-agent", "expect",         "accept-encoding"};

bool isOurs(std::string_view name) {
  return std::any_of(kOurs.begin(), kOurs.end(), [&](auto ours) { return equalsIgnoringCase(ours, name); });
}

void addHeader(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

std::string authorityOf(const Url& url) { return url.origin().substr(url.scheme.size() + 3); }

}  // namespace

std::string requestBytes(const HttpRequest& request, const Url& url) {
  if (!isToken(request.method)) refuseToWrite("request method");
  std::string out = request.method + " " + url.path;
  if (!url.query.empty()) out += "?" + url.query;
  out += " HTTP/1.1\r\n";
  addHeader(out, "Host", authorityOf(url));
  addHeader(out, "User-Agent", "modular-sso-cpp/" MODULAR_SSO_VERSION);
  for (const auto& [name, value] : request.headers) {
    if (!isToken(name) || isOurs(name)) refuseToWrite("request header name");
    if (!isSafeHeaderValue(value)) refuseToWrite("control byte in a request header");
    addHeader(out, name, value);
  }
  // RFC 9110 8.6: a method that defines a body says its length even when it is zero.
  const bool hasBody =
      !request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  if (hasBody) addHeader(out, "Content-Length", std::to_string(request.body.size()));
  out += "\r\n";
  out += request.body;
  return out;
}

}  // namespace sso::detail
