// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sso/front/limits.h"

namespace sso::front {

/// How the body of a request is delimited (RFC 9112 6.3); there is never more than one answer.
enum class BodyFraming { kNone, kLength, kChunked };

/// One field line. The name is a token, as it was sent. The value has lost the spaces around it and nothing else:
/// no RFC 2047 word is decoded. It holds no control byte but HTAB; bytes from 0x80 up are opaque (RFC 9110 5.5).
struct Field {
  std::string name = {}, value = {};
};

/// One complete request head that every reader along the way understands alike.
struct RequestHead {
  std::string method = {};  ///< GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS
  std::string target = {};  ///< origin-form (RFC 9112 3.2.1), as it was sent; its path has no dot segment
  bool http11 = true;       ///< false: HTTP/1.0
  std::vector<Field> fields = {};
  BodyFraming framing = BodyFraming::kNone;
  std::uint64_t contentLength = 0;  ///< with kLength; within HeadLimits::maxBodyBytes
  bool keepAlive = true;            ///< what version and Connection say (RFC 9112 9.3)
  bool expectsContinue = false;     ///< Expect: 100-continue, and a body to wait for (RFC 9110 10.1.1)
  std::size_t size = 0;             ///< bytes of the head; the body begins after them

  /// The first field of this name, any letter case; null when there is none.
  const Field* find(std::string_view name) const;
};

/// Why a request is not served. After it nothing on the connection can be trusted: answer and close.
struct Refusal {
  int status = 400;
  std::string_view reason = {};  ///< stable word for logs and tests; never shown to the client
};

/// Judges one request head by RFC 9112 and 9110, strictly: wherever a standard lets a recipient be lenient, two readers
/// may differ, and that difference is how requests are smuggled (SEC-HT-04 to -08). Refused are
///
///  - line ends other than CR LF, control bytes, a folded line, white space before a colon (RFC 9112 2.2, 5.1, 5.2);
///    tabs around a value, which nginx takes for part of it; one empty line before the request line is skipped (2.2);
///  - methods that are unknown (501), TRACE and CONNECT (405), versions other than HTTP/1.0 and 1.1 (505);
///  - targets other than a path and query of visible ASCII, and in the path escapes that are not whole. What a query
///    means, broken escapes included, is for the handler to judge: a login that is refused must be told. Absolute-form
///    too, which RFC 9112 3.2.2 lets any client send: it would name another host than Host does, and none but proxies
///    need it;
///  - dot segments and NUL in the path, written out or escaped: clients resolve them, proxies and files disagree;
///  - Host: none or two in HTTP/1.1, two in 1.0, anything but a name or address with an optional port (3.2);
///  - Transfer-Encoding but one "chunked" in HTTP/1.1, both framings at once, a repeated or odd Content-Length (6.1 to
///    6.3); POST, PUT and PATCH without a framing (411), a body over the limit (413);
///  - Expect but 100-continue (417), members of Connection that are no tokens;
///  - Authorization, Content-Type or Origin twice: of two, one reader takes the first and another the last.
///
/// Upgrade is ignored (RFC 9110 7.8), and the connection ends after the answer. A pure state machine: no socket, no
/// clock; each byte is looked at once, so a client that drips costs no more than one that does not. One head, one
/// reader, one thread.
class HeadReader {
 public:
  enum class State { kIncomplete, kComplete, kRefused };

  explicit HeadReader(const HeadLimits& limits) : limits_(limits) {}
  /// bytes: everything since the head began, what was passed before included. Once the state is not kIncomplete it
  /// stays; the verdict is the same however the bytes were cut.
  State read(std::string_view bytes);
  State state() const { return state_; }
  /// With kComplete; once.
  RequestHead take();
  /// With kRefused.
  const Refusal& refusal() const { return refusal_; }

 private:
  bool readByte(std::string_view bytes);
  void endLine(std::string_view line);
  void endHead();
  bool refuse(const Refusal& refusal);

  HeadLimits limits_;
  State state_ = State::kIncomplete;
  Refusal refusal_;
  RequestHead head_;
  std::size_t at_ = 0, lineStart_ = 0;
  bool requestLine_ = true, emptyLineSkipped_ = false;
};

}  // namespace sso::front
