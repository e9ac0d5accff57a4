// SPDX-License-Identifier: Apache-2.0
#include "sso/front/server.h"

#include <algorithm>
#include <stdexcept>
#include <thread>
#include <utility>

#include "exchange.h"
#include "reactor.h"
#include "worker_pool.h"

namespace sso::front {
namespace {

using detail::Connection;

/// At a millisecond each, as many as are done before whoever waits gives up.
constexpr std::size_t kHandshakesQueued = 2048;

void requireSense(const ServerOptions& options) {
  const ServerLimits& limits = options.limits;
  const auto shortest = std::min({limits.idleTimeout, limits.headTimeout, limits.bodyTimeout, limits.requestTimeout,
                                  limits.sendStall, limits.lingerTimeout});
  const bool some = limits.maxConnections > 0 && limits.maxConnectionsPerAddress > 0 && limits.threads > 0 &&
                    options.head.maxHeadBytes > 0 && options.head.maxTargetBytes > 0 && options.head.maxFields > 0;
  if (shortest.count() <= 0 || !some) throw std::invalid_argument("a limit of the front is zero");
  if (limits.headTimeout > limits.requestTimeout || limits.bodyTimeout > limits.requestTimeout) {
    throw std::invalid_argument("headTimeout and bodyTimeout lie within requestTimeout");
  }
}

std::size_t threadsForSlowClients(const ServerLimits& limits) {
  return limits.threadsForSlowClients > 0 ? limits.threadsForSlowClients : std::max<std::size_t>(limits.threads / 2, 1);
}

/// For serverParams(), which Poco's interface demands; nothing of ours reads it.
Poco::Net::HTTPServerParams::Ptr paramsOf(const ServerLimits& limits) {
  Poco::Net::HTTPServerParams::Ptr params(new Poco::Net::HTTPServerParams);
  params->setMaxThreads(static_cast<int>(limits.threads));
  params->setMaxQueued(static_cast<int>(limits.maxQueued));
  params->setTimeout(Poco::Timespan(std::chrono::microseconds(limits.bodyTimeout).count()));
  params->setKeepAliveTimeout(Poco::Timespan(std::chrono::microseconds(limits.idleTimeout).count()));
  return params;
}

}  // namespace

class Server::Impl {
 public:
  Impl(Poco::Net::HTTPRequestHandlerFactory::Ptr factory, const Poco::Net::ServerSocket& socket, ServerOptions options)
      : notice_(options.notice),
        port_(socket.address().port()),
        reactor_(socket, options,
                 {[this](const auto& connection) { return pool_.submit(connection); },
                  [this](const auto& connection) { return handshakes_.submit(connection); },
                  [this](const Connection& connection, int status, std::string_view reason) {
                    tell(connection, status, reason);
                  }}),
        context_{std::move(factory),
                 paramsOf(options.limits),
                 options,
                 std::make_shared<detail::ClientWaits>(threadsForSlowClients(options.limits)),
                 [this] { return reactor_.stopping(); },
                 [this](const Connection& connection, int status, std::string_view reason) {
                   tell(connection, status, reason);
                 }},
        pool_(options.limits.threads, options.limits.maxQueued,
              [this](const auto& connection) {
                const bool keep = detail::exchange(context_, *connection);
                if (keep && pool_.plenty()) reactor_.awaitNext(*connection);
                reactor_.done(connection, keep);
              }),
        handshakes_(std::max(std::thread::hardware_concurrency() / 2, 1U), kHandshakesQueued,
                    [this](const auto& connection) {
                      reactor_.handsShaken(connection, connection->channel->shakeHands().outcome);
                    }) {}

  ~Impl() { stop(std::chrono::milliseconds(0), std::chrono::milliseconds(0)); }

  void start() {
    thread_ = std::thread([this] { reactor_.run(); });
  }

  bool stop(std::chrono::milliseconds grace, std::chrono::milliseconds afterCut) {
    const auto cutAt = detail::Clock::now() + grace;
    reactor_.beginStop(cutAt);
    if (thread_.joinable()) thread_.join();
    handshakes_.close();
    pool_.close();
    const auto until = std::max(cutAt, detail::Clock::now()) + afterCut;
    return handshakes_.waitUntilIdle(until) && pool_.waitUntilIdle(until);
  }

  std::uint16_t port() const { return port_; }

  Counts counts() const {
    Counts counts = reactor_.counts();
    counts.inHandlers = pool_.running();
    counts.waiting = pool_.waiting();
    return counts;
  }

 private:
  void tell(const Connection& connection, int status, std::string_view reason) const noexcept {
    if (!notice_) return;
    try {
      notice_({status, reason, connection.peer.host().toString()});
    } catch (...) {
      // A log that fails must not fail the server.
    }
  }

  const std::function<void(const Notice&)> notice_;
  const std::uint16_t port_;
  detail::Reactor reactor_;
  detail::ExchangeContext context_;
  detail::WorkerPool pool_, handshakes_;  ///< last: their threads use what stands above
  std::thread thread_;
};

Server::Server(Poco::Net::HTTPRequestHandlerFactory::Ptr factory, const Poco::Net::ServerSocket& socket,
               ServerOptions options) {
  requireSense(options);
  if (options.tls) options.secure = true;
  impl_ = std::make_unique<Impl>(std::move(factory), socket, std::move(options));
}

Server::~Server() = default;
void Server::start() { impl_->start(); }
bool Server::stop(std::chrono::milliseconds grace, std::chrono::milliseconds afterCut) {
  return impl_->stop(grace, afterCut);
}
std::uint16_t Server::port() const { return impl_->port(); }
Server::Counts Server::counts() const { return impl_->counts(); }

}  // namespace sso::front
