// SPDX-License-Identifier: Apache-2.0
#include "answer.h"

#include <Poco/Exception.h>

#include <array>
#include <fstream>
#include <stdexcept>

#include "answer_head.h"

namespace sso::front::detail {
namespace {

constexpr std::size_t kPendingBytes = 16 << 10;

std::string inHexadecimal(std::size_t value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  do {
    text.insert(text.begin(), kDigits[value % 16]);
    value /= 16;
  } while (value > 0);
  return text;
}

}  // namespace

AnswerStream::int_type AnswerStream::overflow(int_type c) {
  if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
  const char byte = traits_type::to_char_type(c);
  take({&byte, 1});
  return c;
}

std::streamsize AnswerStream::xsputn(const char* bytes, std::streamsize size) {
  take({bytes, static_cast<std::size_t>(size)});
  return size;
}

int AnswerStream::sync() {
  // A body of a known length gains nothing by a head that leaves alone.
  if (!pending_.empty()) sendPending(false);
  return 0;
}

void AnswerStream::take(std::string_view bytes) {
  if (lost_) throw ConnectionLost("answer not sent");
  written_ += bytes.size();
  if (plan_.bodyless || plan_.head) return;
  if (plan_.declaredLength && written_ > *plan_.declaredLength) throw std::length_error("body over its length");
  if (pending_.size() + bytes.size() >= kPendingBytes) return sendPending(false, bytes);
  pending_ += bytes;
}

/// last: the body is whole.
std::string AnswerStream::headFor(bool last) {
  std::string text = plan_.fields;
  if (plan_.head) {
    if (plan_.declaredLength || written_ > 0) {
      text += "Content-Length: " + std::to_string(plan_.declaredLength.value_or(written_)) + "\r\n";
    }
  } else if (!plan_.bodyless) {
    framing_ = plan_.declaredLength || last ? Framing::kLength
               : plan_.http11               ? Framing::kChunked
                                            : Framing::kUntilClose;
    if (framing_ == Framing::kLength) {
      text += "Content-Length: " + std::to_string(plan_.declaredLength.value_or(written_)) + "\r\n";
    } else if (framing_ == Framing::kChunked) {
      text += "Transfer-Encoding: chunked\r\n";
    }
  }
  keptAlive_ = framing_ != Framing::kUntilClose && mayKeep_();
  if (!keptAlive_) {
    text += "Connection: close\r\n";
  } else if (!plan_.http11) {
    text += "Connection: keep-alive\r\n";
  }
  return text + "\r\n";
}

void AnswerStream::sendPending(bool last, std::string_view behind) {
  std::string bytes = headSent_ ? std::string() : headFor(last);
  headSent_ = true;
  const std::size_t size = pending_.size() + behind.size();
  const bool chunked = framing_ == Framing::kChunked;
  if (chunked && size > 0) bytes += inHexadecimal(size) + "\r\n";
  bytes += pending_;
  pending_.clear();
  lost_ = true;  // unless all of it leaves
  if (!behind.empty()) {
    socket_.send(bytes);
    socket_.send(behind);
    bytes.clear();
  }
  if (chunked && size > 0) bytes += "\r\n";
  if (chunked && last) bytes += "0\r\n\r\n";
  socket_.send(bytes);
  lost_ = false;
}

void AnswerStream::finish() {
  // A handler may have swallowed what was thrown at it.
  if (lost_) throw ConnectionLost("answer not sent");
  if (!plan_.bodyless && !plan_.head && plan_.declaredLength && written_ != *plan_.declaredLength) {
    throw std::length_error("body under its length");
  }
  if (!headSent_ || !pending_.empty() || framing_ == Framing::kChunked) sendPending(true);
}

Answer::Answer(const RequestHead& head, TimedSocket& socket, AnswerStream& stream)
    : socket_(socket),
      buffer_(stream),
      out_(&stream),
      http11_(head.http11),
      toHead_(head.method == "HEAD"),
      continued_(!head.expectsContinue) {
  setVersion(HTTP_1_1);  // RFC 9110 2.5: the version we speak, whatever the client does
  setKeepAlive(head.keepAlive);
  setDate(Poco::Timestamp());
  // What goes wrong while sending reaches the server's catch-all, and not only a flag that nobody looks at.
  out_.exceptions(std::ios::badbit);
}

void Answer::sendContinue() {
  if (continued_ || buffer_.anythingSent()) return;
  continued_ = true;
  socket_.send("HTTP/1.1 100 Continue\r\n\r\n");
}

std::ostream& Answer::send() {
  if (begun_) throw Poco::IllegalStateException("the answer was begun before");
  AnswerStream::Plan plan;
  plan.fields = fieldsOf(*this);
  plan.declaredLength = declaredLength(*this);
  plan.http11 = http11_;
  plan.head = toHead_;
  plan.bodyless = getStatus() == HTTP_NO_CONTENT || getStatus() == HTTP_NOT_MODIFIED;  // RFC 9110 8.6, 15.3.5, 15.4.5
  begun_ = true;
  buffer_.begin(std::move(plan));
  return out_;
}

void Answer::sendFile(const std::string& path, const std::string& mediaType) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) throw Poco::OpenFileException();  // without the path: it could end up on a page
  setContentLength64(static_cast<Poco::Int64>(file.tellg()));
  setContentType(mediaType);
  setChunkedTransferEncoding(false);
  file.seekg(0);
  std::ostream& out = send();
  std::array<char, 16 << 10> buffer;
  while (!toHead_ && file.read(buffer.data(), buffer.size()).gcount() > 0) out.write(buffer.data(), file.gcount());
}

void Answer::sendBuffer(const void* buffer, std::size_t length) {
  setContentLength64(static_cast<Poco::Int64>(length));
  setChunkedTransferEncoding(false);
  send().write(static_cast<const char*>(buffer), static_cast<std::streamsize>(length));
}

void Answer::redirect(const std::string& uri, HTTPStatus status) {
  setStatusAndReason(status);
  set("Location", uri);
  setContentLength(0);
  setChunkedTransferEncoding(false);
  send();
}

void Answer::requireAuthentication(const std::string& realm) {
  // RFC 9110 5.6.4: what would end the quoted string is escaped.
  std::string quoted;
  for (const char c : realm) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  setStatusAndReason(HTTP_UNAUTHORIZED);
  set("WWW-Authenticate", "Basic realm=\"" + quoted + "\"");
}

}  // namespace sso::front::detail
