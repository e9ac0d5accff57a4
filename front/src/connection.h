// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <Poco/Net/SocketAddress.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "channel.h"
#include "chunked_decoder.h"
#include "descriptor.h"
#include "sso/front/request_head.h"

namespace sso::front::detail {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using ConnectionId = std::uint64_t;

/// One accepted connection. Whoever holds it in its present state works on it alone: the reactor's thread while it is
/// kQuiet, kCollecting or kLingering, the thread of a handler while it is kInFlight. state and deadline belong to
/// ConnectionTable.
struct Connection {
  enum class State {
    kQuiet,       ///< hands are not shaken, or no complete head is there yet
    kCollecting,  ///< a complete head, and a small body that is on its way
    kInFlight,    ///< a complete request, or a step of the handshake, waits for a thread, or has one
    kLingering,   ///< the last answer is out; the client is heard out, so that a reset does not destroy it
  };

  /// accepted: valid; through: its channel.
  Connection(ConnectionId number, Descriptor accepted, std::unique_ptr<Channel> through,
             const Poco::Net::SocketAddress& client, const HeadLimits& limits)
      : id(number), socket(std::move(accepted)), channel(std::move(through)), peer(client), reader(limits) {}

  const ConnectionId id;
  const Descriptor socket;
  const std::unique_ptr<Channel> channel;  ///< over socket
  const Poco::Net::SocketAddress peer;
  std::string input = {};    ///< received, not yet taken
  HeadReader reader;         ///< over input
  RequestHead head = {};     ///< with kCollecting and kInFlight
  ChunkedDecoder chunks{0};  ///< with kCollecting: looks for the end of a body in chunks, which stays in input
  std::size_t scanned = 0;   ///< bytes of input that it has seen
  bool collecting = false;
  TimePoint handshakeUntil = {};  ///< with TLS
  TimePoint headBegan = {};       ///< when the first byte of this head came
  bool served = false;            ///< a request was answered on it
  bool cut = false;               ///< its last answer broke off, and would look whole if the connection ended in order
  std::size_t lingered = 0;       ///< bytes dropped while lingering

  State state = State::kQuiet;
  TimePoint deadline = {};
};

}  // namespace sso::front::detail
