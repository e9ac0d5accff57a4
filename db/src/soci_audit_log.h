// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "sso/db/database.h"

namespace sso::db {

/// sso_audit_events.
class SociAuditLog : public AuditLog {
 public:
  explicit SociAuditLog(Database& database) : database_(database) {}
  void record(UnitOfWork& work, const AuditEvent& event) override;
  void record(const AuditEvent& event) override;
  std::size_t accountsCreated(UnitOfWork& work, std::string_view connectionId, TimePoint since) override;
  std::optional<TimePoint> lastLogin(std::string_view organizationId) override;
  std::vector<AuditEvent> recent(std::string_view organizationId, std::size_t limit) override;
  std::vector<AuditEvent> decisionsOf(std::string_view reference) override;

 private:
  Database& database_;
};

}  // namespace sso::db
