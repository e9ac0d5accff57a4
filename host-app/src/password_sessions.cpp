// SPDX-License-Identifier: Apache-2.0
#include "password_sessions.h"

#include <string>

#include "in_transaction.h"
#include "stores/session_store.h"

namespace hostapp {

void endPasswordSessions(const Parts& parts, std::string_view tenantId, std::string_view organizationId) {
  std::int64_t ended = 0;
  inTransaction(*parts.storage, [&](sso::UnitOfWork& work, sso::db::Session& session) {
    ended = sessions::endPasswordSessions(session, tenantId);
    if (ended == 0) return;
    sso::AuditEvent event;
    event.name = "app.sessions.ended";
    event.reason = "sso_required";
    event.organizationId = organizationId;
    event.details = {{"sessions", std::to_string(ended)}};
    event.at = parts.clock->now();
    parts.storage->audit().record(work, event);
  });
  if (ended == 0) return;
  parts.log->write(
      {sso::LogLevel::kInfo,
       "app.sessions.ended",
       {{"reason", "sso_required"}, {"org", std::string(organizationId)}, {"sessions", std::to_string(ended)}}});
}

}  // namespace hostapp
