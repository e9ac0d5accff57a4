// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sso/http_types.h"

namespace sso::detail {

/// Reads one HTTP/1.1 answer from bytes, however they are cut (RFC 9112). A pure state machine: no socket, no clock;
/// tests/fuzz feeds it. Strict where leniency would let a broken answer look complete (SECURITY 5, item 8): a body must
/// be framed by one Content-Length or by chunks with their last one; bare line feeds, folded lines, repeated or signed
/// lengths, content codings (never asked for) and more than 4 interim answers are refused.
/// Every refusal throws Error(kUpstreamRejected). One answer, one reader, one thread.
class ResponseReader {
 public:
  static constexpr std::size_t kMaxLineBytes = 8 << 10;
  static constexpr std::size_t kMaxHeadBytes = 64 << 10;  ///< of all heads, interim ones and trailers included
  static constexpr std::size_t kMaxHeaders = 100;
  static constexpr int kMaxInterim = 4;

  /// method: of the request; an answer to HEAD has no body.
  ResponseReader(std::string_view method, std::size_t maxBodyBytes);
  /// Takes the next bytes; true once the answer is complete.
  bool feed(std::string_view bytes);
  bool complete() const { return state_ == State::kDone; }
  /// Anything at all was fed.
  bool started() const { return started_; }
  /// The connection may carry another exchange: HTTP/1.1, no "Connection: close", nothing after the answer.
  bool reusable() const { return complete() && keepAlive_ && pending_.empty(); }
  /// How long the server promised to keep the connection (Keep-Alive: timeout=N), if it did.
  std::optional<std::chrono::seconds> keepAliveTimeout() const { return keepAliveTimeout_; }
  /// The answer, once complete.
  HttpResponse take();

 private:
  enum class State { kStatusLine, kHeaders, kFixedBody, kChunkSize, kChunkData, kChunkEnd, kTrailers, kDone };

  bool step();
  std::optional<std::string> nextLine();
  void readStatusLine(const std::string& line);
  void readHeader(const std::string& line);
  void readTrailer(const std::string& line);
  void finishHead();
  void startBody();
  void readConnectionHeaders();
  void readChunkSize(const std::string& line);
  bool takeBody(State next);

  const bool headRequest_;
  const std::size_t maxBodyBytes_;
  State state_ = State::kStatusLine;
  std::string pending_;  ///< fed, not yet read
  HttpResponse response_;
  std::uint64_t bodyLeft_ = 0;  ///< of the body or of the chunk
  std::size_t headBytes_ = 0, headerCount_ = 0, chunkLineBytes_ = 0;
  int interim_ = 0;
  bool started_ = false, keepAlive_ = true, oldVersion_ = false;
  std::optional<std::chrono::seconds> keepAliveTimeout_;
};

}  // namespace sso::detail
