// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <Poco/Net/ServerSocket.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>

#include "connection_table.h"
#include "epoll_set.h"
#include "sso/front/server.h"

namespace sso::front::detail {

/// Waits for all connections of a server that are quiet, on one thread: accepts, collects heads, hands complete
/// requests over, hears out those that end, and lets no deadline pass. run() belongs to that thread, everything else
/// may be called by any.
class Reactor {
 public:
  using Ptr = std::shared_ptr<Connection>;
  struct Callbacks {
    std::function<bool(const Ptr&)> handOver;    ///< a complete request; false: there is no room for it
    std::function<bool(const Ptr&)> shakeHands;  ///< the next step of a handshake; false: there is no room for it
    std::function<void(const Connection&, int status, std::string_view reason)> tell;
  };

  /// Throws std::system_error.
  Reactor(const Poco::Net::ServerSocket& listener, const ServerOptions& options, Callbacks callbacks);

  /// Returns when everything is over after beginStop().
  void run();
  /// Before done(), by a thread that has nothing else to do: a busy client's next request comes at once, and is taken
  /// without waking anybody. Waits a millisecond at most.
  void awaitNext(Connection& connection) const;
  /// A handed over request was answered; keep: its connection may carry another one.
  void done(const Ptr& connection, bool keep) noexcept;
  /// A step of the handshake is made, with this result.
  void handsShaken(const Ptr& connection, Channel::Outcome outcome) noexcept;

  /// No new connections, no idle ones; requests that are complete go on until cutAt, heads on their way for a moment.
  void beginStop(TimePoint cutAt);
  bool stopping() const { return stopping_; }
  Server::Counts counts() const;

 private:
  void turn();
  bool acceptSome();
  bool somebodyWaits() const;
  bool makeRoomFor(const Poco::Net::SocketAddress* peer);
  void admit(Descriptor socket, const Poco::Net::SocketAddress& peer);
  void pauseAccepting();
  void resumeAccepting(TimePoint now);

  void takeCareOf(const Ptr& connection);
  void onInput(const Ptr& connection);
  void onHandshake(const Ptr& connection);
  void awaitHandshake(const Ptr& connection, Channel::Outcome wants);
  void collect(const Ptr& connection);
  void hearOut(const Ptr& connection);
  void advance(const Ptr& connection);
  void beginBody(const Ptr& connection);
  void collectBody(const Ptr& connection);
  bool isWorthCollecting(const RequestHead& head) const;
  bool bodyIsThere(Connection& connection) const;
  void handOver(const Ptr& connection);
  void stayQuiet(const Ptr& connection);
  void refuse(const Ptr& connection, int status, std::string_view reason, std::string_view extra = {});
  void linger(const Ptr& connection);
  void drop(const Ptr& connection);
  void reset(const Ptr& connection);

  void expire(TimePoint now);
  void onExpired(const Ptr& connection);
  std::chrono::milliseconds timeToWait(TimePoint now) const;
  void leave();
  bool over(TimePoint now);

  /// When the server stops: for a head that is on its way, for a client to take its last answer.
  static constexpr std::chrono::milliseconds kLastMoment{500};
  static constexpr std::uint64_t kListener = 1;  ///< its key; EpollSet::kWake is 0

  const ServerOptions options_;
  const Callbacks callbacks_;
  Poco::Net::ServerSocket listener_;
  EpollSet epoll_;
  std::size_t maxConnections_;

  mutable std::mutex mutex_;
  ConnectionTable table_;               ///< guarded by mutex_
  TimePoint cutAt_ = TimePoint::max();  ///< guarded by mutex_
  std::atomic<bool> stopping_ = false;
  std::atomic<std::uint64_t> accepted_ = 0, pauses_ = 0;

  // The reactor's thread only.
  ConnectionId lastId_ = kListener;
  TimePoint resumeAt_ = TimePoint::max();
  bool left_ = false;
};

}  // namespace sso::front::detail
