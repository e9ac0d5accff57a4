// SPDX-License-Identifier: Apache-2.0
#include "http/tcp_connect.h"

#include <Poco/Net/SocketAddress.h>

#include "http/connection.h"
#include "http/upstream_error.h"

namespace sso::detail {
namespace {

using Poco::Net::SocketAddress;
using Poco::Net::StreamSocket;

StreamSocket connectTo(const SocketAddress& address, const Deadline& deadline) {
  StreamSocket socket;
  socket.connectNB(address);
  socket.setBlocking(false);
  awaitWritable(socket, deadline);
  if (socket.impl()->socketError() != 0) throw upstreamUnavailable("connection refused or host unreachable");
  socket.setNoDelay(true);
  return socket;
}

}  // namespace

std::string bareHost(const std::string& host) {
  return host.size() > 2 && host.front() == '[' ? host.substr(1, host.size() - 2) : host;
}

StreamSocket connectToAny(const std::vector<Poco::Net::IPAddress>& addresses, std::uint16_t port,
                          const Deadline& deadline) {
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const auto share = deadline.remaining() / static_cast<std::int64_t>(addresses.size() - i);
    try {
      return connectTo(SocketAddress(addresses[i], port), deadline.within(share));
    } catch (const std::exception&) {
      if (i + 1 == addresses.size()) throw;
    }
  }
  throw upstreamUnavailable("host name has no address");
}

}  // namespace sso::detail
