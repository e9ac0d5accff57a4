// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <Poco/Net/HTTPServerResponse.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <streambuf>
#include <string>

#include "sso/front/request_head.h"
#include "timed_socket.h"

namespace sso::front::detail {

/// Takes the body of an answer and sends it behind its head, in exactly one framing (RFC 9112 6.3): with its length
/// when that is known or the whole body was there before anything left; else in chunks; else, to HTTP/1.0, until the
/// connection closes. Nothing leaves before 16 KiB are there, a flush, or finish(). One answer, one thread.
class AnswerStream : public std::streambuf {
 public:
  struct Plan {
    std::string fields;  ///< status line and fields, see fieldsOf()
    std::optional<std::uint64_t> declaredLength = std::nullopt;
    bool http11 = true;
    bool head = false;      ///< to HEAD: the length is told, the body is not sent
    bool bodyless = false;  ///< 204, 304: neither
  };
  /// keepAlive: asked when the head leaves, whether the connection stays; told false by what cannot be kept.
  AnswerStream(TimedSocket& socket, std::function<bool()> keepAlive)
      : socket_(socket), mayKeep_(std::move(keepAlive)) {}

  void begin(Plan plan) { plan_ = std::move(plan); }
  /// Sends what is left, and the end. Throws std::length_error when the body is not as long as it was declared,
  /// ConnectionLost when something could not be sent, now or before.
  void finish();
  bool anythingSent() const { return headSent_; }
  /// Nothing but the end of the connection tells the client that the body is whole (RFC 9112 6.3, HTTP/1.0).
  bool endsWithConnection() const { return framing_ == Framing::kUntilClose; }
  /// The client was told that the connection stays.
  bool keptAlive() const { return keptAlive_; }

 protected:
  int_type overflow(int_type c) override;
  std::streamsize xsputn(const char* bytes, std::streamsize size) override;
  int sync() override;

 private:
  enum class Framing { kLength, kChunked, kUntilClose, kNone };

  void take(std::string_view bytes);
  /// behind: more of the body, sent without being copied.
  void sendPending(bool last, std::string_view behind = {});
  std::string headFor(bool last);

  TimedSocket& socket_;
  std::function<bool()> mayKeep_;
  Plan plan_;
  Framing framing_ = Framing::kNone;
  std::string pending_;
  std::uint64_t written_ = 0;
  bool headSent_ = false, keptAlive_ = false, lost_ = false;
};

/// HTTPServerResponse on a TimedSocket. What a handler does to it after send() has no effect. One answer, one thread.
class Answer : public Poco::Net::HTTPServerResponse {
 public:
  /// stream: outlives this.
  Answer(const RequestHead& head, TimedSocket& socket, AnswerStream& stream);

  void sendContinue() override;
  std::ostream& send() override;
  void sendFile(const std::string& path, const std::string& mediaType) override;
  void sendBuffer(const void* buffer, std::size_t length) override;
  void redirect(const std::string& uri, HTTPStatus status) override;
  void requireAuthentication(const std::string& realm) override;
  bool sent() const override { return begun_; }

  /// 100 Continue was sent, or is not waited for.
  bool continued() const { return continued_; }

 private:
  TimedSocket& socket_;
  AnswerStream& buffer_;
  std::ostream out_;
  bool http11_, toHead_, continued_, begun_ = false;
};

}  // namespace sso::front::detail
