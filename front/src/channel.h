// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <memory>
#include <string_view>

namespace sso::front {
class TlsIdentity;
}

namespace sso::front::detail {

/// Bytes in and out of one accepted connection, as they are or through TLS. Nothing in here waits: what cannot be done
/// at once says what it waits for. Owns no socket. Used by one thread at a time: whoever holds the connection.
class Channel {
 public:
  enum class Outcome {
    kDone,         ///< some bytes, at least one
    kEnd,          ///< the client has ended its side in order
    kWantsInput,   ///< nothing yet; to be tried again when the socket can be read, which may be at once
    kWantsOutput,  ///< ... or written
    kBroken,       ///< nothing will come or go any more
  };
  struct Result {
    Outcome outcome = Outcome::kBroken;
    std::size_t bytes = 0;
  };
  /// The most that TLS holds in one record (RFC 8446 5.1). Read with less, the rest of a record would stay where no
  /// epoll set sees it.
  static constexpr std::size_t kRecordBytes = 16 << 10;

  virtual ~Channel() = default;
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  /// size: kRecordBytes at least.
  virtual Result receive(char* buffer, std::size_t size) = 0;
  /// bytes: not empty. May take a part of them.
  virtual Result send(std::string_view bytes) = 0;
  /// Ends our side, so that the client knows that nothing is missing.
  virtual void end() = 0;
  /// Nothing more is said, nor that this is the end: something is missing.
  virtual void abandon() {}

  /// Before this is false nothing may be received or sent; it then stays false.
  virtual bool shakingHands() const { return false; }
  /// Goes on with the handshake as far as possible; kDone when it is over. Costs up to a millisecond of processor time.
  virtual Result shakeHands() { return {Outcome::kDone, 0}; }

 protected:
  Channel() = default;
};

/// descriptor: a non-blocking socket that outlives the channel.
std::unique_ptr<Channel> plainChannel(int descriptor);
/// Null when OpenSSL has no memory.
std::unique_ptr<Channel> tlsChannel(int descriptor, const TlsIdentity& identity);

}  // namespace sso::front::detail
