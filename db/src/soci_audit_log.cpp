// SPDX-License-Identifier: Apache-2.0
#include "soci_audit_log.h"

#include <algorithm>

#include "bounds.h"
#include "json_text.h"

namespace sso::db {
namespace {

#define SSO_AUDIT_COLUMNS \
  "at, name, reason, reference, organization_id, account_id, connection_id, remote_address, details"

constexpr std::size_t kMostEvents = 1000;  // of one answer
constexpr std::size_t kMostDetails = 32;

struct RecordEvent : KeptStatement {
  Text name, reason, reference, organizationId, accountId, connectionId, remoteAddress, details, decision;
  long long at = 0;
  explicit RecordEvent(Session& session) : KeptStatement(session, "audit.record") {
    prepare((session.prepare << "INSERT INTO sso_audit_events (" SSO_AUDIT_COLUMNS ", decision) VALUES (:at, :name, "
                                ":reason, :reference, :organization, :account, :connection, :remote, :details, "
                                ":decision)",
             soci::use(at, "at"), soci::use(name.bound(), "name"), soci::use(reason.bound(), "reason"),
             soci::use(reference.bound(), "reference"), soci::use(organizationId.bound(), "organization"),
             soci::use(accountId.bound(), "account"), soci::use(connectionId.bound(), "connection"),
             soci::use(remoteAddress.bound(), "remote"), soci::use(details.bound(), "details"),
             soci::use(decision.bound(), "decision")));
  }
};

/// What the columns of SSO_AUDIT_COLUMNS are read into.
struct EventRow {
  AuditEvent read;
  long long at = 0;
  std::string details;
  AuditEvent event() const {
    AuditEvent whole = read;
    whole.at = fromEpochSeconds(at);
    whole.details = detailsFromJson(details);
    return whole;
  }
};

struct RecentEvents : KeptStatement, EventRow {
  Text organizationId;
  long long limit = 0;
  explicit RecentEvents(Session& session) : KeptStatement(session, "audit.recent") {
    prepare((session.prepare << "SELECT " SSO_AUDIT_COLUMNS " FROM sso_audit_events WHERE organization_id = "
                                ":organization ORDER BY at DESC, id DESC LIMIT :limit",
             soci::into(at), soci::into(read.name), soci::into(read.reason), soci::into(read.reference),
             soci::into(read.organizationId), soci::into(read.accountId), soci::into(read.connectionId),
             soci::into(read.remoteAddress), soci::into(details), soci::use(organizationId.bound(), "organization"),
             soci::use(limit, "limit")));
  }
};

/// Over the partial index of 0008.
struct DecisionsOf : KeptStatement, EventRow {
  Text reference;
  long long limit = static_cast<long long>(AuditLog::kMostDecisions);
  explicit DecisionsOf(Session& session) : KeptStatement(session, "audit.decisions_of") {
    prepare((session.prepare << "SELECT " SSO_AUDIT_COLUMNS ", decision FROM sso_audit_events WHERE reference = "
                                ":reference AND decision <> '' ORDER BY id LIMIT :limit",
             soci::into(at), soci::into(read.name), soci::into(read.reason), soci::into(read.reference),
             soci::into(read.organizationId), soci::into(read.accountId), soci::into(read.connectionId),
             soci::into(read.remoteAddress), soci::into(details), soci::into(read.decision),
             soci::use(reference.bound(), "reference"), soci::use(limit, "limit")));
  }
};

/// PostgreSQL: until the transaction ends, the next one that asks for this connection waits here. SQLite has one writer
/// at a time, and every unit of work is one.
struct LockCreations : KeptStatement {
  Text connectionId;
  std::string nothing;
  explicit LockCreations(Session& session) : KeptStatement(session, "audit.lock_creations") {
    prepare((session.prepare << "SELECT CAST(pg_advisory_xact_lock(hashtextextended('sso.account.created ' || "
                                "CAST(:connection AS TEXT), 0)) AS TEXT)",
             soci::into(nothing), soci::use(connectionId.bound(), "connection")));
  }
};

/// Over the partial index of 0002: the name stands in the statement, not in a parameter.
struct CountCreations : KeptStatement {
  Text connectionId;
  long long since = 0, count = 0;
  explicit CountCreations(Session& session) : KeptStatement(session, "audit.count_creations") {
    prepare((session.prepare << "SELECT count(*) FROM sso_audit_events WHERE name = 'sso.account.created' AND "
                                "connection_id = :connection AND at >= :since",
             soci::into(count), soci::use(connectionId.bound(), "connection"), soci::use(since, "since")));
  }
};

/// Over the partial index of 0006.
struct LastLogin : KeptStatement {
  Text organizationId;
  long long at = 0;
  explicit LastLogin(Session& session) : KeptStatement(session, "audit.last_login") {
    prepare((session.prepare << "SELECT at FROM sso_audit_events WHERE name = 'sso.login.completed' AND "
                                "organization_id = :organization ORDER BY at DESC LIMIT 1",
             soci::into(at), soci::use(organizationId.bound(), "organization")));
  }
};

std::string checkedDetails(const AuditEvent& event) {
  if (event.details.size() > kMostDetails) {
    throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, "audit details: too many");
  }
  for (const auto& [name, value] : event.details) {
    requireLength("audit detail's name", name, 1, 64);
    requireLength("audit detail", value, 0, 1024);
    requireText(name);   // before the JSON printer, which refuses bad UTF-8 in its own words
    requireText(value);  // and would hide a NUL as \u0000
  }
  return detailsToJson(event.details);
}

void insert(Session& session, const AuditEvent& event) {
  requireLength("audit name", event.name, 1, 128);
  requireLength("audit reason", event.reason, 0, 128);
  requireLength("audit reference", event.reference, 0, 128);
  requireLength("audit organization", event.organizationId, 0, 255);
  requireLength("audit account", event.accountId, 0, 255);
  requireLength("audit connection", event.connectionId, 0, 255);
  requireLength("audit remote address", event.remoteAddress, 0, 128);
  requireLength("audit decision", event.decision, 0, AuditEvent::kMostDecisionBytes);
  const std::string details = checkedDetails(event);
  auto& record = session.kept<RecordEvent>();
  record.at = toEpochSeconds(event.at);
  record.name = event.name;
  record.reason = event.reason;
  record.reference = event.reference;
  record.organizationId = event.organizationId;
  record.accountId = event.accountId;
  record.connectionId = event.connectionId;
  record.remoteAddress = event.remoteAddress;
  record.details = details;
  record.decision = event.decision;
  record.run();
}

}  // namespace

void SociAuditLog::record(UnitOfWork& work, const AuditEvent& event) { insert(sessionOf(work), event); }

void SociAuditLog::record(const AuditEvent& event) {
  database_.withSession([&](Session& session) { insert(session, event); });
}

std::size_t SociAuditLog::accountsCreated(UnitOfWork& work, std::string_view connectionId, TimePoint since) {
  Session& session = sessionOf(work);
  if (session.dialect() == Dialect::kPostgres) {
    auto& lock = session.kept<LockCreations>();
    lock.connectionId = connectionId;
    if (!lock.row()) throw Error(ErrorCode::kStorage, reason::kStorage, "no answer to a lock");
  }
  // A statement of its own: what the transaction before us committed is seen only by one that begins after the lock.
  auto& statement = session.kept<CountCreations>();
  statement.connectionId = connectionId;
  statement.since = toEpochSeconds(since);
  if (!statement.row()) throw Error(ErrorCode::kStorage, reason::kStorage, "no answer to a count");
  return static_cast<std::size_t>(statement.count);
}

std::optional<TimePoint> SociAuditLog::lastLogin(std::string_view organizationId) {
  std::optional<TimePoint> found;
  database_.withSession([&](Session& session) {
    auto& find = session.kept<LastLogin>();
    find.organizationId = organizationId;
    found.reset();
    if (find.row()) found = fromEpochSeconds(find.at);
  });
  return found;
}

std::vector<AuditEvent> SociAuditLog::decisionsOf(std::string_view reference) {
  std::vector<AuditEvent> events;
  if (reference.empty()) return events;
  database_.withSession([&](Session& session) {
    auto& find = session.kept<DecisionsOf>();
    find.reference = reference;
    events.clear();
    find.each([&] { events.push_back(find.event()); });
  });
  return events;
}

std::vector<AuditEvent> SociAuditLog::recent(std::string_view organizationId, std::size_t limit) {
  std::vector<AuditEvent> events;
  database_.withSession([&](Session& session) {
    auto& find = session.kept<RecentEvents>();
    find.organizationId = organizationId;
    find.limit = static_cast<long long>(std::min(limit, kMostEvents));
    find.each([&] { events.push_back(find.event()); });
  });
  return events;
}

}  // namespace sso::db
