// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "sso/storage.h"
#include "sso/tenants.h"

namespace sso::detail {

/// An audit event of what this actor did to an organization, without details.
inline AuditEvent eventBy(const Actor& actor, std::string_view name, std::string_view organizationId, TimePoint at) {
  AuditEvent event;
  event.name = name;
  event.reference = actor.reference;
  event.organizationId = organizationId;
  event.accountId = actor.accountId;
  event.remoteAddress = actor.remoteAddress;
  event.at = at;
  return event;
}

}  // namespace sso::detail
