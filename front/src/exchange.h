// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServerParams.h>

#include <functional>
#include <memory>
#include <string_view>

#include "client_waits.h"
#include "connection.h"
#include "sso/front/server.h"

namespace sso::front::detail {

/// What all exchanges of a server share. Immutable but for the waits; thread-safe.
struct ExchangeContext {
  Poco::Net::HTTPRequestHandlerFactory::Ptr factory;
  Poco::Net::HTTPServerParams::Ptr params;
  ServerOptions options;
  /// See ServerLimits::threadsForSlowClients.
  std::shared_ptr<ClientWaits> waits;
  /// No connection is to be kept any more.
  std::function<bool()> stopping;
  /// Must not throw.
  std::function<void(const Connection&, int status, std::string_view reason)> tell;
};

/// Answers the request whose head the connection holds, on the calling thread, within the deadlines that began with its
/// first byte. Nothing a handler throws gets past it. True when the connection may carry another request; its input
/// then begins with whatever came behind this one.
bool exchange(const ExchangeContext& context, Connection& connection) noexcept;

}  // namespace sso::front::detail
