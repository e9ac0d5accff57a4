// SPDX-License-Identifier: Apache-2.0
#include "audit_trail.h"

#include "sso/error.h"

namespace hostapp {

sso::AuditEvent auditEvent(const Parts& parts, std::string_view name, const sso::RequestInfo& request) {
  sso::AuditEvent event;
  event.name = name;
  event.remoteAddress = request.remoteAddress;
  event.at = parts.clock->now();
  return event;
}

void recordAlone(const Parts& parts, const sso::AuditEvent& event) {
  try {
    parts.storage->audit().record(event);
  } catch (const sso::Error& error) {
    sso::LogEvent line{sso::LogLevel::kError, "app.audit.lost", {{"event", event.name}, {"cause", error.reason()}}};
    line.fields.emplace_back("reason", event.reason);
    line.fields.emplace_back("account", event.accountId);
    line.fields.emplace_back("client", event.remoteAddress);
    for (const auto& [key, value] : event.details) line.fields.emplace_back(key, value);
    parts.log->write(line);
  }
}

}  // namespace hostapp
