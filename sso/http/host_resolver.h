// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <Poco/Net/IPAddress.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "http/deadline.h"

namespace sso::detail {

/// Looks host names up without outliving a deadline: getaddrinfo(3) cannot be interrupted, so it runs on a thread of
/// its own, one per name however many wait, at most 16 at once, and whoever waited too long leaves.
/// Nothing is cached: connections are kept, so lookups are rare, and a new address is used at once. Thread-safe.
class HostResolver {
 public:
  using Lookup = std::function<std::vector<Poco::Net::IPAddress>(const std::string& host)>;
  explicit HostResolver(Lookup lookup = systemLookup);
  /// At least one address. Throws Error(kUpstreamUnavailable) for an unknown name or when the deadline passes.
  std::vector<Poco::Net::IPAddress> resolve(const std::string& host, const Deadline& deadline);

 private:
  struct State;
  static std::vector<Poco::Net::IPAddress> systemLookup(const std::string& host);
  std::shared_ptr<State> state_;
};

}  // namespace sso::detail
