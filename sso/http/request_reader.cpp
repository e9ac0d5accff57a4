// SPDX-License-Identifier: Apache-2.0
#include "http/request_reader.h"

#include <algorithm>
#include <chrono>
#include <istream>

#include "base/cookies.h"
#include "http/header_rules.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

using Poco::Net::HTTPServerRequest;

constexpr std::size_t kMaxInformativeBytes = 1024;
constexpr std::size_t kMaxTargetBytes = 16 << 10;

[[noreturn]] void refuse(std::string_view detail) {
  throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, detail);
}

/// All values of one header, in the order they came.
std::vector<std::string> valuesOf(const HTTPServerRequest& request, std::string_view name) {
  std::vector<std::string> values;
  for (const auto& [key, value] : request) {
    if (equalsIgnoringCase(key, name)) values.push_back(value);
  }
  return values;
}

/// A value for information only: cut, and dropped when it holds control bytes.
std::string informative(const HTTPServerRequest& request, const std::string& name) {
  std::string value = request.get(name, "").substr(0, kMaxInformativeBytes);
  return isSafeHeaderValue(value) ? value : std::string();
}

/// RFC 6265 5.4 sends one Cookie header; HTTP/2 front ends may split it, to be joined with "; " (RFC 9113 8.2.3).
std::string cookieHeader(const HTTPServerRequest& request) {
  std::string joined;
  for (const auto& value : valuesOf(request, "Cookie")) {
    if (!joined.empty()) joined += "; ";
    joined += value;
  }
  return joined;
}

bool isPrefetch(const HTTPServerRequest& request) {
  for (const char* name : {"Sec-Purpose", "Purpose"}) {
    if (request.get(name, "").find("prefetch") != std::string::npos) return true;
  }
  return false;
}

bool isPrintableAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

bool expectsBody(const std::string& method) { return method == "POST" || method == "PUT" || method == "PATCH"; }

/// What has arrived, up to size bytes; empty at the end of the body. Waits for the first byte only, so that a body in
/// drips is seen by the deadline.
std::string readAvailable(std::istream& body, std::size_t size) {
  if (body.peek() == std::istream::traits_type::eof()) return {};
  const auto ready = static_cast<std::size_t>(std::max<std::streamsize>(body.rdbuf()->in_avail(), 1));
  std::string piece(std::min(ready, size), '\0');
  body.read(piece.data(), static_cast<std::streamsize>(piece.size()));
  piece.resize(static_cast<std::size_t>(body.gcount()));
  return piece;
}

}  // namespace

RequestInfo describeHead(const HTTPServerRequest& request) {
  RequestInfo info;
  info.method = request.getMethod();
  const std::string& target = request.getURI();
  const auto question = target.find('?');
  info.path = target.substr(0, question);
  if (question != std::string::npos) info.query = target.substr(question + 1);
  info.remoteAddress = request.clientAddress().host().toString();
  info.userAgent = informative(request, "User-Agent");
  info.accept = informative(request, "Accept");
  info.contentType = informative(request, "Content-Type");
  info.origin = informative(request, "Origin");
  info.secFetchSite = informative(request, "Sec-Fetch-Site");
  info.prefetch = isPrefetch(request);
  const std::string cookies = cookieHeader(request);
  if (isSafeHeaderValue(cookies)) info.cookies = parseCookieHeader(cookies);
  return info;
}

void checkHead(const HTTPServerRequest& request) {
  const std::string& version = request.getVersion();
  if (version != "HTTP/1.1" && version != "HTTP/1.0") refuse("HTTP version");
  const std::string& method = request.getMethod();
  if (!isToken(method)) refuse("method");
  // TRACE reflects cookies, CONNECT asks for a tunnel (RFC 9110 9.3.6, 9.3.8): neither has a use here.
  if (method == "TRACE" || method == "CONNECT") throw Error(ErrorCode::kMethodNotAllowed, reason::kMalformed);
  // Origin-form only (RFC 9112 3.2.1): absolute-form would let a client choose another host than the Host header's.
  const std::string& target = request.getURI();
  if (target.empty() || target.front() != '/') refuse("request target is not a path");
  if (target.size() > kMaxTargetBytes) refuse("request target too long");
  if (!isPrintableAscii(target) || target.find('#') != std::string::npos) refuse("request target");
  for (const auto& [name, value] : request) {
    if (!isToken(name)) refuse("header name");
    if (!isSafeHeaderValue(value)) refuse("header value with control bytes");
  }
  // RFC 9112 3.2: a server must refuse a request without Host, or with more than one.
  const auto hosts = valuesOf(request, "Host").size();
  if (hosts > 1 || (hosts == 0 && version == "HTTP/1.1")) refuse("Host");
}

BodyFraming framingOf(const HTTPServerRequest& request, std::size_t maxBodyBytes) {
  const auto lengths = valuesOf(request, "Content-Length");
  const auto encodings = valuesOf(request, "Transfer-Encoding");
  // Both together is how requests are smuggled past a proxy (RFC 9112 6.1, 6.3 item 3).
  if (!lengths.empty() && !encodings.empty()) refuse("Content-Length and Transfer-Encoding");
  BodyFraming framing;
  if (!encodings.empty()) {
    if (encodings.size() != 1 || !equalsIgnoringCase(encodings[0], "chunked")) refuse("Transfer-Encoding");
    framing.chunked = true;
    return framing;
  }
  if (lengths.empty()) {
    framing.lengthMissing = expectsBody(request.getMethod());
    return framing;
  }
  if (lengths.size() != 1) refuse("Content-Length repeated");
  const auto length = parseDecimal(lengths[0]);
  if (!length) refuse("Content-Length");
  if (*length > maxBodyBytes) throw Error(ErrorCode::kTooLarge, reason::kMalformed, "declared body over the limit");
  framing.length = static_cast<std::size_t>(*length);
  return framing;
}

std::string readBody(HTTPServerRequest& request, const BodyFraming& framing, const HandlerLimits& limits) {
  std::string body;
  if (!framing.chunked && framing.length == 0) return body;
  const auto giveUpAt = std::chrono::steady_clock::now() + limits.bodyDeadline;
  const std::size_t most = framing.chunked ? limits.maxBodyBytes + 1 : framing.length;
  std::istream& stream = request.stream();
  while (body.size() < most) {
    const std::string piece = readAvailable(stream, most - body.size());
    if (piece.empty()) break;
    body += piece;
    if (std::chrono::steady_clock::now() > giveUpAt) refuse("body took too long");
  }
  // The front's stream turns bad where a body breaks off; Poco's own shows the end of it.
  if (stream.bad()) refuse("body broke off");
  if (framing.chunked && body.size() > limits.maxBodyBytes) {
    throw Error(ErrorCode::kTooLarge, reason::kMalformed, "chunked body over the limit");
  }
  if (!framing.chunked && body.size() != framing.length) refuse("body ended early");
  return body;
}

}  // namespace sso::detail
