// SPDX-License-Identifier: Apache-2.0
#include "scalekit/connection_list.h"

#include <algorithm>

#include "base/strict_json.h"
#include "oidc/upstream_answer.h"
#include "sso/identity.h"

namespace sso::detail {
namespace {

ListedConnection readConnection(const nlohmann::json& item) {
  if (!item.is_object()) rejectAnswer("connection is no object");
  ListedConnection connection;
  const auto id = stringMember(item, "id");
  const auto organization = stringMember(item, "organization_id");
  if (!id || id->empty()) rejectAnswer("connection without id");
  connection.id = *id;
  // Connections of the environment itself (social sign-in) belong to no organization: listed, never matched.
  connection.organizationId = organization.value_or("");
  connection.active = stringMember(item, "status") == "COMPLETED" && booleanMember(item, "enabled") == true;
  for (const auto& domain : stringsMember(item, "domains").value_or(std::vector<std::string>())) {
    // One that we cannot read is kept as it is: it then matches nothing, and the list is not taken for empty.
    connection.domains.push_back(canonicalDomain(domain).value_or(domain));
  }
  return connection;
}

}  // namespace

ConnectionList readConnectionList(std::string_view body) {
  const auto document = parseStrictJson(body);
  if (!document.is_object()) rejectAnswer("connections: no object");
  const auto found = document.find("connections");
  ConnectionList list;
  if (found == document.end()) return list;
  if (!found->is_array()) rejectAnswer("connections: no array");
  for (const auto& item : *found) list.push_back(readConnection(item));
  return list;
}

bool hasActive(const ConnectionList& list, std::string_view organizationId, std::string_view connectionId,
               std::string_view domain) {
  if (organizationId.empty()) return false;
  return std::any_of(list.begin(), list.end(), [&](const ListedConnection& connection) {
    if (!connection.active || connection.organizationId != organizationId) return false;
    if (!connectionId.empty() && connection.id != connectionId) return false;
    if (domain.empty() || connection.domains.empty()) return true;
    return std::find(connection.domains.begin(), connection.domains.end(), domain) != connection.domains.end();
  });
}

std::string onlyServing(const ConnectionList& list, std::string_view organizationId, std::string_view domain) {
  if (organizationId.empty() || domain.empty()) return "";
  std::string only;
  for (const auto& connection : list) {
    if (!connection.active || connection.organizationId != organizationId) continue;
    if (connection.domains.empty()) return "";
    if (std::find(connection.domains.begin(), connection.domains.end(), domain) == connection.domains.end()) continue;
    if (!only.empty()) return "";
    only = connection.id;
  }
  return only;
}

}  // namespace sso::detail
