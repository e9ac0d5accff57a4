// SPDX-License-Identifier: Apache-2.0
#include "reactor.h"

#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>
#include <system_error>

#include "answer_head.h"

namespace sso::front::detail {
namespace {

using std::chrono::milliseconds;

/// Another thread may set a deadline while this one waits; it is noticed within this time.
constexpr milliseconds kTick{100};
constexpr int kNextRequest = 1;         ///< milliseconds
constexpr milliseconds kCutSlack{250};  ///< a thread that waits on the socket notices by itself before that
constexpr std::size_t kReadBytes = Channel::kRecordBytes, kMaxLingerBytes = 1 << 20;

/// Descriptors are for the application's files and databases, too.
std::size_t withinDescriptors(std::size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return wanted;
  return std::min(wanted, std::max<std::size_t>(limit.rlim_cur / 4 * 3, 1));
}

/// What fits goes; the rest would make this thread wait.
void sendAtOnce(const Connection& connection, std::string_view bytes) { connection.channel->send(bytes); }

}  // namespace

Reactor::Reactor(const Poco::Net::ServerSocket& listener, const ServerOptions& options, Callbacks callbacks)
    : options_(options),
      callbacks_(std::move(callbacks)),
      listener_(listener),
      maxConnections_(withinDescriptors(options.limits.maxConnections)) {
  listener_.setBlocking(false);
  if (!epoll_.watch(listener_.impl()->sockfd(), kListener)) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

void Reactor::run() {
  for (;;) {
    try {
      turn();
      if (stopping_) {
        if (!left_) leave();
        if (over(Clock::now())) return;
      }
    } catch (const std::bad_alloc&) {
      // For a new connection, or one whose time is up: that is looked at again.
    }
  }
}

void Reactor::turn() {
  bool connecting = false;
  for (const std::uint64_t key : epoll_.wait(timeToWait(Clock::now()))) {
    if (key == EpollSet::kWake) continue;
    if (key == kListener) {
      connecting = true;
      continue;
    }
    Ptr connection;
    {
      const std::lock_guard lock(mutex_);
      connection = table_.find(key);
    }
    if (connection) takeCareOf(connection);
  }
  if (connecting && !left_) acceptSome();
  const TimePoint now = Clock::now();
  expire(now);
  resumeAccepting(now);
}

milliseconds Reactor::timeToWait(TimePoint now) const {
  const std::lock_guard lock(mutex_);
  if (table_.size() == 0 && !stopping_ && resumeAt_ == TimePoint::max()) return milliseconds(-1);
  const TimePoint next = std::min({table_.nextDeadline().value_or(now + kTick), resumeAt_, cutAt_, now + kTick});
  return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(next - now));
}

/// Its event comes once. Without the memory for it, this connection ends, and the others of this turn are served.
void Reactor::takeCareOf(const Ptr& connection) {
  try {
    onInput(connection);
  } catch (const std::bad_alloc&) {
    drop(connection);
  }
}

/// One that is quiet or lingers has something to say, or room for more. One that was handed over is silent in the set.
void Reactor::onInput(const Ptr& connection) {
  bool lingering = false;
  {
    const std::lock_guard lock(mutex_);
    if (connection->state == Connection::State::kInFlight) return;
    lingering = connection->state == Connection::State::kLingering;
  }
  if (lingering) return hearOut(connection);
  connection->channel->shakingHands() ? onHandshake(connection) : collect(connection);
}

/// Takes what has arrived of a head. Once for each event: another connection's turn comes before the rest.
void Reactor::collect(const Ptr& connection) {
  std::array<char, kReadBytes> buffer;
  const auto got = connection->channel->receive(buffer.data(), buffer.size());
  if (got.outcome == Channel::Outcome::kEnd && connection->collecting) return refuse(connection, 400, "body_broken");
  if (got.outcome == Channel::Outcome::kEnd || got.outcome == Channel::Outcome::kBroken) return drop(connection);
  if (got.bytes > 0) {
    if (connection->input.empty() && !connection->collecting) connection->headBegan = Clock::now();
    connection->input.append(buffer.data(), got.bytes);
  }
  connection->collecting ? collectBody(connection) : advance(connection);
}

/// What the input amounts to. On the reactor's thread, or on the one that answered the last request.
void Reactor::advance(const Ptr& connection) {
  switch (connection->reader.read(connection->input)) {
    case HeadReader::State::kIncomplete:
      return stayQuiet(connection);
    case HeadReader::State::kRefused:
      return refuse(connection, connection->reader.refusal().status, connection->reader.refusal().reason);
    case HeadReader::State::kComplete:
      return beginBody(connection);
  }
}

void Reactor::beginBody(const Ptr& connection) {
  connection->head = connection->reader.take();
  connection->reader = HeadReader(options_.head);
  connection->input.erase(0, connection->head.size);
  connection->chunks = ChunkedDecoder(options_.head.maxBodyBytes);
  connection->scanned = 0;
  connection->collecting = isWorthCollecting(connection->head);
  collectBody(connection);
}

bool Reactor::isWorthCollecting(const RequestHead& head) const {
  if (head.framing == BodyFraming::kNone || head.expectsContinue) return false;
  if (head.contentLength > options_.limits.maxCollectedBytes || options_.limits.maxCollectedBytes == 0) return false;
  const std::lock_guard lock(mutex_);
  return table_.in(Connection::State::kCollecting) < options_.limits.maxCollecting;
}

void Reactor::collectBody(const Ptr& connection) {
  if (connection->collecting && !bodyIsThere(*connection)) {
    if (connection->chunks.state() != ChunkedDecoder::State::kRefused) return stayQuiet(connection);
    return refuse(connection, connection->chunks.refusal().status, connection->chunks.refusal().reason);
  }
  connection->collecting = false;
  handOver(connection);
}

/// All of it, or, in chunks, as much as is collected.
bool Reactor::bodyIsThere(Connection& connection) const {
  if (connection.head.framing == BodyFraming::kLength) return connection.input.size() >= connection.head.contentLength;
  const std::string_view arrived = connection.input;
  while (connection.chunks.state() == ChunkedDecoder::State::kMore && connection.scanned < arrived.size()) {
    connection.scanned += connection.chunks.next(arrived.substr(connection.scanned)).consumed;
  }
  return connection.chunks.state() == ChunkedDecoder::State::kDone ||
         (connection.chunks.state() == ChunkedDecoder::State::kMore &&
          arrived.size() > options_.limits.maxCollectedBytes);
}

void Reactor::handOver(const Ptr& connection) {
  {
    const std::lock_guard lock(mutex_);
    table_.move(*connection, Connection::State::kInFlight,
                connection->headBegan + options_.limits.requestTimeout + kCutSlack);
  }
  bool taken = false;
  try {
    taken = callbacks_.handOver(connection);  // from here on it may be in another thread's hands
  } catch (const std::bad_alloc&) {
    // It is still in ours.
  }
  if (!taken) refuse(connection, 503, "queue_full", "Retry-After: 2\r\n");
}

void Reactor::stayQuiet(const Ptr& connection) {
  const bool collecting = connection->collecting;
  const bool begun = collecting || !connection->input.empty();
  const TimePoint now = Clock::now();
  const std::lock_guard lock(mutex_);
  if (stopping_ && connection->served && !begun) return table_.remove(connection->id);
  const ServerLimits& limits = options_.limits;
  // What woke us may have been no byte of a head, but a piece of a TLS record: it moves nothing.
  const bool idleBefore = connection->state == Connection::State::kQuiet;
  TimePoint deadline = idleBefore ? connection->deadline : now + limits.idleTimeout;
  if (begun) deadline = connection->headBegan + limits.headTimeout;
  if (collecting) deadline = connection->headBegan + limits.bodyTimeout;
  if (stopping_) {
    const bool wasQuiet = connection->state != Connection::State::kInFlight;  // then on the reactor's thread
    deadline = std::min(deadline, wasQuiet && left_ ? connection->deadline : now + kLastMoment);
  }
  table_.move(*connection, collecting ? Connection::State::kCollecting : Connection::State::kQuiet, deadline);
  if (!epoll_.rearm(connection->socket.get(), connection->id)) table_.remove(connection->id);
}

void Reactor::awaitNext(Connection& connection) const {
  pollfd wanted{connection.socket.get(), POLLIN, 0};
  if (stopping_ || !connection.input.empty() || ::poll(&wanted, 1, kNextRequest) <= 0) return;
  std::array<char, kReadBytes> buffer;
  const auto got = connection.channel->receive(buffer.data(), buffer.size());
  connection.input.assign(buffer.data(), got.bytes);  // what else became of it is seen by the next to look
}

void Reactor::done(const Ptr& connection, bool keep) noexcept try {
  connection->served = true;
  connection->head = {};
  if (connection->cut) return reset(connection);
  if (!keep || stopping_) return linger(connection);
  connection->headBegan = Clock::now();  // of what was sent along with the last request, if anything was
  advance(connection);
} catch (const std::bad_alloc&) {
  drop(connection);
}

void Reactor::refuse(const Ptr& connection, int status, std::string_view reason, std::string_view extra) {
  callbacks_.tell(*connection, status, reason);
  sendAtOnce(*connection, ownAnswer(status, options_.secure, connection->head.method == "HEAD", extra));
  linger(connection);
}

/// Ends our side and drops what still comes: closed with unread input, the kernel would reset the connection, and the
/// client might lose the answer (RFC 9112 9.6).
void Reactor::linger(const Ptr& connection) {
  connection->channel->end();
  connection->input = {};
  connection->collecting = false;
  const std::lock_guard lock(mutex_);
  if (!table_.find(connection->id)) return;
  const auto longest = stopping_ ? std::min(options_.limits.lingerTimeout, kLastMoment) : options_.limits.lingerTimeout;
  table_.move(*connection, Connection::State::kLingering, Clock::now() + longest);
  if (!epoll_.rearm(connection->socket.get(), connection->id)) table_.remove(connection->id);
}

void Reactor::hearOut(const Ptr& connection) {
  // Whatever it is, encrypted or not: it is dropped.
  std::array<char, kReadBytes> buffer;
  const auto got = ::recv(connection->socket.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  const bool more = got > 0 || (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR));
  if (got > 0) connection->lingered += static_cast<std::size_t>(got);
  if (!more || connection->lingered > kMaxLingerBytes) return drop(connection);
  const std::lock_guard lock(mutex_);
  if (!epoll_.rearm(connection->socket.get(), connection->id)) table_.remove(connection->id);
}

void Reactor::drop(const Ptr& connection) {
  const std::lock_guard lock(mutex_);
  table_.remove(connection->id);
}

/// The client sees an error, not an end.
void Reactor::reset(const Ptr& connection) {
  connection->channel->abandon();
  const ::linger now{1, 0};
  ::setsockopt(connection->socket.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  drop(connection);
}

void Reactor::expire(TimePoint now) {
  for (;;) {
    Ptr connection;
    {
      const std::lock_guard lock(mutex_);
      connection = table_.expired(now);
      if (!connection) return;
      if (connection->state == Connection::State::kInFlight) {
        // Its thread still holds the socket, and finds it shut.
        table_.move(*connection, Connection::State::kInFlight, TimePoint::max());
        ::shutdown(connection->socket.get(), SHUT_RDWR);
        continue;
      }
    }
    onExpired(connection);
  }
}

void Reactor::onExpired(const Ptr& connection) {
  if (connection->state == Connection::State::kCollecting) return refuse(connection, 408, "body_timeout");
  const bool inHead = connection->state == Connection::State::kQuiet && !connection->input.empty();
  inHead ? refuse(connection, 408, "head_timeout") : drop(connection);
}

Server::Counts Reactor::counts() const {
  Server::Counts counts;
  counts.accepted = accepted_;
  counts.acceptPauses = pauses_;
  const std::lock_guard lock(mutex_);
  counts.connections = table_.size();
  counts.collecting = table_.in(Connection::State::kCollecting);
  return counts;
}

}  // namespace sso::front::detail
