// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "http/deadline.h"

namespace Poco::Net {
class StreamSocket;
}

namespace sso::detail {

/// A byte stream to one server, in the clear or under TLS. Every wait ends at a deadline. Used by one thread at a time.
/// Failures throw ConnectionLost (closed, reset) or Error(kUpstreamUnavailable) (time, TLS).
class Connection {
 public:
  virtual ~Connection() = default;
  /// Sends all of it.
  virtual void write(std::string_view bytes, const Deadline& deadline) = 0;
  /// What has come, at least one byte; 0 when the peer closed.
  virtual std::size_t read(char* buffer, std::size_t size, const Deadline& deadline) = 0;
  /// Bytes that the kernel took so far: whether a request can have been seen at all.
  virtual std::uint64_t bytesWritten() const = 0;
  /// While idle: still open, and nothing unasked has come. Does not wait.
  virtual bool idle() noexcept = 0;
};

/// Waits until the socket can be read or written. Throws when the deadline passes first.
void awaitReadable(const Poco::Net::StreamSocket& socket, const Deadline& deadline);
void awaitWritable(const Poco::Net::StreamSocket& socket, const Deadline& deadline);
/// Neither a byte nor the end. Does not wait.
bool nothingArrived(const Poco::Net::StreamSocket& socket) noexcept;

/// Over a connected, non-blocking socket.
std::unique_ptr<Connection> plainConnection(const Poco::Net::StreamSocket& socket);

}  // namespace sso::detail
