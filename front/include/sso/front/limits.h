// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace sso::front {

/// What a client may send before anything of it is believed. Each limit is met while the bytes arrive, not afterwards.
struct HeadLimits {
  std::size_t maxHeadBytes = 16 << 10;      ///< request line, fields and the empty line after them; more is 431
  std::size_t maxTargetBytes = 8 << 10;     ///< more is 414
  std::size_t maxFields = 64;               ///< more is 431
  std::uint64_t maxBodyBytes = 1ULL << 20;  ///< a declared or chunked body over it is 413; never over 2^53
};

/// What one client may hold, and for how long. All times are absolute: a byte now and then moves none of them, but
/// sendStall, which lies inside requestTimeout.
struct ServerLimits {
  using Time = std::chrono::milliseconds;

  Time idleTimeout{30'000};     ///< a connection without a byte, before its first request or between two
  Time headTimeout{10'000};     ///< from the first byte of a head to its last; then 408. And for all of a TLS handshake
  Time bodyTimeout{20'000};     ///< from the first byte of a head to the last of its body; then the stream is bad
  Time requestTimeout{30'000};  ///< from the first byte of a head to the last of its answer; then the socket is shut
  Time sendStall{5'000};        ///< without one byte of an answer leaving
  Time lingerTimeout{2'000};    ///< for the client to take the last answer, after which the connection ends
  /// A body up to this size is there before a thread is taken for it, so that one in drips holds none. Who waits for
  /// 100 Continue is given a thread at once: only the handler can say it.
  std::size_t maxCollectedBytes = 64 << 10;
  std::size_t maxCollecting = 1024;      ///< bodies at a time; others are given a thread at once
  std::size_t maxDrainBytes = 64 << 10;  ///< of a body that a handler left unread; more ends the connection

  /// In all. Never more than three quarters of the descriptors that the process may open. At this limit, and at the
  /// next, the oldest quiet connection makes room for the new one; when none is quiet, the new one waits or is closed.
  std::size_t maxConnections = 16'384;
  std::size_t maxConnectionsPerAddress = 512;  ///< an IPv4 address, or the first 64 bits of an IPv6 one

  std::size_t threads = 32;  ///< requests that are handled at a time; started on need
  /// Of them, how many may wait for their clients at a time: for a body that was not collected, or for a client to take
  /// more of an answer than the kernel holds for it. When one more has to, whoever has had his thread the longest is
  /// cut. 0: half of all. Less than all of them, or clients that do not read can take every thread.
  std::size_t threadsForSlowClients = 0;
  std::size_t maxQueued = 256;  ///< complete requests that wait for a thread; more is 503 at once
};

}  // namespace sso::front
