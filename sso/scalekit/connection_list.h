// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace sso::detail {

/// One connection as GET /api/v1/connections lists it (CONTRACT.md 4.5), as far as we need it.
struct ListedConnection {
  std::string id, organizationId;
  bool active = false;  ///< COMPLETED and enabled; a status we do not know is not active
  std::vector<std::string> domains;
};
using ConnectionList = std::vector<ListedConnection>;

/// Reads the answer's body strictly; {} is an empty list. Throws Error(kUpstreamRejected).
ConnectionList readConnectionList(std::string_view body);

/// Is there an active connection of this organization? connectionId and domain narrow the question, and may be empty.
/// Drafts and connections of another organization never count (SEC-MG-06). A connection that lists no domain at all
/// leaves the question of the domain to Scalekit's own filter.
bool hasActive(const ConnectionList& list, std::string_view organizationId, std::string_view connectionId,
               std::string_view domain);

/// The one active connection of this organization that says it serves this (canonical) domain. Empty when none does,
/// when several do, or when one of its active connections names no domain at all and might: then Scalekit has to
/// choose.
std::string onlyServing(const ConnectionList& list, std::string_view organizationId, std::string_view domain);

}  // namespace sso::detail
