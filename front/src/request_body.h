// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <streambuf>
#include <string>

#include "chunked_decoder.h"
#include "sso/front/request_head.h"
#include "timed_socket.h"

namespace sso::front::detail {

/// The body of one request as a stream buffer. Gives exactly the bytes that the framing says, and then the end. A body
/// that breaks off, breaks its framing or takes too long throws ConnectionLost, which an istream shows as bad().
/// What was received beyond the body stays in input: the next request. One request, one thread.
class RequestBody : public std::streambuf {
 public:
  /// Waits for at least one byte; 0 is the end of the stream. Throws ConnectionLost.
  using Receive = std::function<std::size_t(char* buffer, std::size_t size)>;
  /// receive: called for bytes that have not arrived yet.
  RequestBody(const RequestHead& head, std::uint64_t maxBodyBytes, std::string& input, Receive receive);

  /// All of the body was taken from the connection, read or not.
  bool complete() const { return complete_; }
  bool broken() const { return broken_; }
  /// Bytes that are still to come; nullopt when only the chunks will tell.
  std::optional<std::uint64_t> left() const;
  /// Takes the rest without giving it to anybody; false when that is more than so many bytes, or it broke.
  bool drain(std::size_t maxBytes);

 protected:
  int_type underflow() override;

 private:
  bool refill();
  void takeChunks();
  void receiveMore();
  [[noreturn]] void breakOff(const char* why);

  BodyFraming framing_;
  std::uint64_t left_ = 0;
  ChunkedDecoder decoder_;
  std::string& input_;
  Receive receive_;
  std::string piece_;  ///< what the get area shows
  bool complete_ = false, broken_ = false;
};

}  // namespace sso::front::detail
