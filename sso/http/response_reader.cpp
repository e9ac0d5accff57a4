// SPDX-License-Identifier: Apache-2.0
#include "http/response_reader.h"

#include <algorithm>
#include <vector>

#include "base/ascii_case.h"
#include "base/ows.h"
#include "http/header_rules.h"
#include "http/upstream_error.h"

namespace sso::detail {
namespace {

/// RFC 9110 5.6.3: optional white space is spaces and tabs.
std::vector<std::string> valuesOf(const HttpResponse& response, std::string_view name) {
  std::vector<std::string> values;
  for (const auto& [key, value] : response.headers) {
    if (key == name) values.push_back(value);
  }
  return values;
}

/// The members of a comma-separated list, lower-cased (RFC 9110 5.6.1).
std::vector<std::string> listOf(const HttpResponse& response, std::string_view name) {
  std::vector<std::string> members;
  for (const auto& value : valuesOf(response, name)) {
    for (std::string_view rest = value; !rest.empty();) {
      const auto comma = rest.find(',');
      members.push_back(inLowerCase(withoutOws(rest.substr(0, comma))));
      rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    }
  }
  return members;
}

/// RFC 9112 7.1: chunk-size = 1*HEXDIG. Eight digits are far beyond any limit of ours, and cannot overflow.
std::uint64_t parseChunkSize(std::string_view text) {
  if (text.empty() || text.size() > 8) throw upstreamRejected("chunk size");
  std::uint64_t size = 0;
  for (const char c : text) {
    std::uint64_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<std::uint64_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      digit = static_cast<std::uint64_t>(c - 'a' + 10);
    } else if (c >= 'A' && c <= 'F') {
      digit = static_cast<std::uint64_t>(c - 'A' + 10);
    } else {
      throw upstreamRejected("chunk size");
    }
    size = size * 16 + digit;
  }
  return size;
}

bool isHeaderText(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) { return c == '\t' || isSafeHeaderValue({&c, 1}); });
}

}  // namespace

ResponseReader::ResponseReader(std::string_view method, std::size_t maxBodyBytes)
    : headRequest_(method == "HEAD"), maxBodyBytes_(maxBodyBytes) {}

bool ResponseReader::feed(std::string_view bytes) {
  started_ = started_ || !bytes.empty();
  pending_.append(bytes);
  while (state_ != State::kDone && step()) {
  }
  return complete();
}

HttpResponse ResponseReader::take() {
  if (!complete()) throw upstreamUnavailable("answer is not complete");
  return std::move(response_);
}

/// Reads one line or one piece of body; false when more bytes are needed.
bool ResponseReader::step() {
  if (state_ == State::kFixedBody) return takeBody(State::kDone);
  if (state_ == State::kChunkData) return takeBody(State::kChunkEnd);
  const auto line = nextLine();
  if (!line) return false;
  switch (state_) {
    case State::kStatusLine:
      readStatusLine(*line);
      break;
    case State::kHeaders:
      line->empty() ? finishHead() : readHeader(*line);
      break;
    case State::kChunkSize:
      readChunkSize(*line);
      break;
    case State::kChunkEnd:
      if (!line->empty()) throw upstreamRejected("chunk longer than its size");
      state_ = State::kChunkSize;
      break;
    case State::kTrailers:
      line->empty() ? static_cast<void>(state_ = State::kDone) : readTrailer(*line);
      break;
    default:
      break;
  }
  return true;
}

/// The next line without its CR LF. RFC 9112 2.2 lets a recipient take a bare LF for an end of line; we do not, for two
/// readers that disagree on lines are how answers are smuggled.
std::optional<std::string> ResponseReader::nextLine() {
  const auto end = pending_.find('\n');
  const auto length = end == std::string::npos ? pending_.size() : end;
  if (length > kMaxLineBytes) throw upstreamRejected("line too long");
  const auto carriageReturn = pending_.find('\r');
  if (carriageReturn != std::string::npos && carriageReturn + 1 < length) throw upstreamRejected("bare CR");
  if (end == std::string::npos) return std::nullopt;
  if (carriageReturn == std::string::npos || carriageReturn + 1 != end) throw upstreamRejected("bare LF");
  std::string line = pending_.substr(0, carriageReturn);
  pending_.erase(0, end + 1);
  const bool ofChunks = state_ == State::kChunkSize || state_ == State::kChunkEnd;
  (ofChunks ? chunkLineBytes_ : headBytes_) += end + 1;
  if (headBytes_ > kMaxHeadBytes) throw upstreamRejected("head too long");
  // Chunks of one byte are legal, and cost five bytes each: bounded by what they bring.
  if (chunkLineBytes_ > kMaxHeadBytes + response_.body.size()) throw upstreamRejected("chunk framing outweighs body");
  return line;
}

/// RFC 9112 4: HTTP-version SP 3DIGIT SP [reason-phrase]; some servers leave the last space away.
void ResponseReader::readStatusLine(const std::string& line) {
  const bool current = line.starts_with("HTTP/1.1 ");
  oldVersion_ = line.starts_with("HTTP/1.0 ");
  if (!current && !oldVersion_) throw upstreamRejected("status line");
  const auto status = parseDecimal(std::string_view(line).substr(9, 3));
  if (line.size() < 12 || !status || *status < 100 || *status > 599) throw upstreamRejected("status code");
  if (line.size() > 12 && line[12] != ' ') throw upstreamRejected("status line");
  if (!isHeaderText(line)) throw upstreamRejected("control byte in the status line");
  response_.status = static_cast<int>(*status);
  response_.headers.clear();
  state_ = State::kHeaders;
}

void ResponseReader::readHeader(const std::string& line) {
  if (++headerCount_ > kMaxHeaders) throw upstreamRejected("too many headers");
  const auto colon = line.find(':');
  // A folded line (RFC 9112 5.2) begins with white space, which is no token either.
  if (colon == std::string::npos || !isToken(std::string_view(line).substr(0, colon))) {
    throw upstreamRejected("header name");
  }
  const auto value = withoutOws(std::string_view(line).substr(colon + 1));
  if (!isHeaderText(value)) throw upstreamRejected("control byte in a header");
  response_.headers.emplace_back(inLowerCase(std::string_view(line).substr(0, colon)), value);
}

/// Trailers are checked like headers and dropped: no check of ours may hang on a field that comes after the body.
void ResponseReader::readTrailer(const std::string& line) {
  readHeader(line);
  response_.headers.pop_back();
}

void ResponseReader::finishHead() {
  if (response_.status >= 200) return startBody();
  // RFC 9110 15.2: any number of interim answers is legal, and endless ones are an attack. 101 was never asked for.
  if (response_.status == 101) throw upstreamRejected("switching protocols");
  if (++interim_ > kMaxInterim) throw upstreamRejected("too many interim answers");
  state_ = State::kStatusLine;
}

/// RFC 9112 6.3, without its last resort: a body that ends with the connection cannot be told from a cut one.
void ResponseReader::startBody() {
  readConnectionHeaders();
  const auto lengths = valuesOf(response_, "content-length");
  const auto encodings = valuesOf(response_, "transfer-encoding");
  if (!lengths.empty() && !encodings.empty()) throw upstreamRejected("Content-Length and Transfer-Encoding");
  if (lengths.size() > 1) throw upstreamRejected("Content-Length repeated");
  const auto length = lengths.empty() ? std::nullopt : parseDecimal(lengths[0]);
  if (!lengths.empty() && !length) throw upstreamRejected("Content-Length");
  if (headRequest_ || response_.status == 204 || response_.status == 304) {
    state_ = State::kDone;
    return;
  }
  // Accept-Encoding is never sent; a coding that came all the same could be a bomb (SEC-TR-11).
  for (const auto& coding : listOf(response_, "content-encoding")) {
    if (coding != "identity") throw upstreamRejected("content coding");
  }
  if (!encodings.empty()) {
    if (encodings.size() != 1 || !equalsIgnoringCase(encodings[0], "chunked") || oldVersion_) {
      throw upstreamRejected("Transfer-Encoding");
    }
    state_ = State::kChunkSize;
    return;
  }
  if (!length) throw upstreamRejected("body without a length");
  if (*length > maxBodyBytes_) throw upstreamRejected("body over the limit");
  bodyLeft_ = *length;
  state_ = State::kFixedBody;
}

void ResponseReader::readConnectionHeaders() {
  keepAlive_ = !oldVersion_;
  for (const auto& option : listOf(response_, "connection")) {
    if (option == "close") keepAlive_ = false;
  }
  for (const auto& parameter : listOf(response_, "keep-alive")) {
    if (!parameter.starts_with("timeout=")) continue;
    const auto seconds = parseDecimal(std::string_view(parameter).substr(8));
    if (seconds) keepAliveTimeout_ = std::chrono::seconds(std::min<std::uint64_t>(*seconds, 86400));
  }
}

void ResponseReader::readChunkSize(const std::string& line) {
  // RFC 9112 7.1.1: extensions that are not understood are ignored.
  const auto size = parseChunkSize(withoutOws(std::string_view(line).substr(0, line.find(';'))));
  if (size > maxBodyBytes_ - response_.body.size()) throw upstreamRejected("body over the limit");
  bodyLeft_ = size;
  state_ = size == 0 ? State::kTrailers : State::kChunkData;
}

bool ResponseReader::takeBody(State next) {
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(bodyLeft_, pending_.size()));
  response_.body.append(pending_, 0, size);
  pending_.erase(0, size);
  bodyLeft_ -= size;
  if (bodyLeft_ > 0) return false;
  state_ = next;
  return true;
}

}  // namespace sso::detail
