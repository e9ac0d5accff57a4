// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string_view>

#include "channel.h"
#include "client_waits.h"
#include "connection.h"

namespace sso::front::detail {

/// The client went away, or was too slow. Nothing more can be read or written.
class ConnectionLost : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Waits for what a channel cannot do at once, never beyond an absolute deadline. Owns nothing. One request, one
/// thread.
class TimedSocket {
 public:
  /// waits: where each wait counts, with one ticket. deadlines: for all reading, and for all writing; stall: without
  /// one byte leaving.
  TimedSocket(const Connection& connection, ClientWaits& waits, TimePoint readUntil, TimePoint writeUntil,
              std::chrono::milliseconds stall)
      : channel_(*connection.channel),
        descriptor_(connection.socket.get()),
        waits_(waits),
        ticket_(waits.begin()),
        readUntil_(readUntil),
        writeUntil_(writeUntil),
        stall_(stall) {}

  /// Waits for at least one byte; 0 is the end of the stream. size: as Channel::receive(). Throws ConnectionLost.
  std::size_t receive(char* buffer, std::size_t size);
  /// All of it. Throws ConnectionLost.
  void send(std::string_view bytes);
  void readNoLongerThan(TimePoint until) { readUntil_ = until < readUntil_ ? until : readUntil_; }

 private:
  void wait(short events, TimePoint until) const;

  Channel& channel_;
  int descriptor_;
  ClientWaits& waits_;
  const ClientWaits::Ticket ticket_;
  TimePoint readUntil_, writeUntil_;
  std::chrono::milliseconds stall_;
};

}  // namespace sso::front::detail
