// SPDX-License-Identifier: Apache-2.0
#include "stores/session_store.h"

#include "sso/db/kept_statement.h"

namespace hostapp::sessions {
namespace {

using sso::db::KeptStatement;
using sso::db::Session;
using sso::db::Text;

struct FindSession : KeptStatement {
  Text idHash;
  SignedIn out;
  long long createdAt = 0, lastSeenAt = 0, expiresAt = 0;
  int reauthenticated = 0, emailVerified = 0, hasPassword = 0, breakGlass = 0;
  std::string organizationStatus;

  explicit FindSession(Session& session) : KeptStatement(session, "app.session.find") {
    prepare(
        (session.prepare
             << "SELECT s.id_hash, s.handle, s.created_at, s.last_seen_at, s.expires_at, s.method, "
                "s.reauthenticated, s.identity_issuer, s.identity_connection, s.identity_subject, s.organization_id, "
                "a.id, a.email, a.display_name, a.email_verified, "
                "CASE WHEN a.password_hash IS NULL THEN 0 ELSE 1 END, "
                "t.id, t.name, m.role, m.break_glass, COALESCE(o.status, '') "
                "FROM app_sessions s "
                "JOIN app_accounts a ON a.id = s.account_id AND a.state = 'active' "
                "JOIN app_memberships m ON m.account_id = s.account_id AND m.tenant_id = s.tenant_id "
                "JOIN app_tenants t ON t.id = s.tenant_id "
                // The module's own row, in the same database: a suspension counts at the next request.
                "LEFT JOIN sso_organizations o ON o.id = s.organization_id WHERE s.id_hash = :hash",
         soci::into(out.idHash), soci::into(out.handle), soci::into(createdAt), soci::into(lastSeenAt),
         soci::into(expiresAt), soci::into(out.method), soci::into(reauthenticated), soci::into(out.identityIssuer),
         soci::into(out.identityConnection), soci::into(out.identitySubject), soci::into(out.organizationId),
         soci::into(out.accountId), soci::into(out.email), soci::into(out.displayName), soci::into(emailVerified),
         soci::into(hasPassword), soci::into(out.tenantId), soci::into(out.tenantName), soci::into(out.role),
         soci::into(breakGlass), soci::into(organizationStatus), soci::use(idHash.bound(), "hash")));
  }
};

struct InsertSession : KeptStatement {
  Text idHash, handle, accountId, tenantId, method, issuer, connection, subject, organization, userAgent, address,
      sealed;
  long long createdAt = 0, expiresAt = 0;
  int reauthenticated = 0;
  explicit InsertSession(Session& session) : KeptStatement(session, "app.session.insert") {
    prepare((session.prepare << "INSERT INTO app_sessions (id_hash, handle, account_id, tenant_id, created_at, "
                                "last_seen_at, expires_at, method, identity_issuer, identity_connection, "
                                "identity_subject, organization_id, user_agent, address, id_token_sealed, "
                                "reauthenticated) VALUES "
                                "(:hash, :handle, :account, :tenant, :created, :seen, :expires, :method, :issuer, "
                                ":connection, :subject, :organization, :agent, :address, NULLIF(:sealed, ''), "
                                ":reauthenticated)",
             soci::use(idHash.bound(), "hash"), soci::use(handle.bound(), "handle"),
             soci::use(accountId.bound(), "account"), soci::use(tenantId.bound(), "tenant"),
             soci::use(createdAt, "created"), soci::use(createdAt, "seen"), soci::use(expiresAt, "expires"),
             soci::use(method.bound(), "method"), soci::use(issuer.bound(), "issuer"),
             soci::use(connection.bound(), "connection"), soci::use(subject.bound(), "subject"),
             soci::use(organization.bound(), "organization"), soci::use(userAgent.bound(), "agent"),
             soci::use(address.bound(), "address"), soci::use(sealed.bound(), "sealed"),
             soci::use(reauthenticated, "reauthenticated")));
  }
};

struct TouchSession : KeptStatement {
  Text idHash;
  long long now = 0;
  explicit TouchSession(Session& session) : KeptStatement(session, "app.session.touch") {
    // Never backwards: of two requests on two instances the later clock wins.
    prepare((session.prepare << "UPDATE app_sessions SET last_seen_at = :now WHERE id_hash = :hash AND "
                                "last_seen_at < :since",
             soci::use(now, "now"), soci::use(idHash.bound(), "hash"), soci::use(now, "since")));
  }
};

struct EndSession : KeptStatement {
  Text idHash;
  Ended out;
  explicit EndSession(Session& session) : KeptStatement(session, "app.session.end") {
    prepare((session.prepare << "DELETE FROM app_sessions WHERE id_hash = :hash "
                                "RETURNING account_id, COALESCE(id_token_sealed, ''), organization_id",
             soci::into(out.accountId), soci::into(out.sealedIdToken), soci::into(out.organizationId),
             soci::use(idHash.bound(), "hash")));
  }
};

struct EndByHandle : KeptStatement {
  Text accountId, handle, tenant, sameTenant;
  explicit EndByHandle(Session& session) : KeptStatement(session, "app.session.end_by_handle") {
    // The account is part of the condition: nobody ends another person's session by its handle.
    prepare((session.prepare << "DELETE FROM app_sessions WHERE handle = :handle AND account_id = :account AND "
                                "(:tenant = '' OR tenant_id = :same_tenant)",
             soci::use(handle.bound(), "handle"), soci::use(accountId.bound(), "account"),
             soci::use(tenant.bound(), "tenant"), soci::use(sameTenant.bound(), "same_tenant")));
  }
};

struct EndAll : KeptStatement {
  Text accountId, except, tenant, sameTenant;
  explicit EndAll(Session& session) : KeptStatement(session, "app.session.end_all") {
    prepare((session.prepare << "DELETE FROM app_sessions WHERE account_id = :account AND id_hash <> :except AND "
                                "(:tenant = '' OR tenant_id = :same_tenant)",
             soci::use(accountId.bound(), "account"), soci::use(except.bound(), "except"),
             soci::use(tenant.bound(), "tenant"), soci::use(sameTenant.bound(), "same_tenant")));
  }
};

struct TrimSessions : KeptStatement {
  Text accountId, sameAccount, kept, sameKept;
  int others = 0;
  explicit TrimSessions(Session& session) : KeptStatement(session, "app.session.trim") {
    prepare((session.prepare << "DELETE FROM app_sessions WHERE account_id = :account AND id_hash <> :kept AND id_hash "
                                "NOT IN (SELECT id_hash FROM app_sessions WHERE account_id = :same AND id_hash <> "
                                ":same_kept ORDER BY created_at DESC, last_seen_at DESC, id_hash LIMIT :others)",
             soci::use(accountId.bound(), "account"), soci::use(kept.bound(), "kept"),
             soci::use(sameAccount.bound(), "same"), soci::use(sameKept.bound(), "same_kept"),
             soci::use(others, "others")));
  }
};

struct ListSessions : KeptStatement {
  Text accountId, tenant, sameTenant;
  long long now = 0, idleSince = 0, createdAt = 0, lastSeenAt = 0;
  Listed out;
  explicit ListSessions(Session& session) : KeptStatement(session, "app.session.list") {
    prepare((session.prepare << "SELECT s.handle, s.method, s.user_agent, s.address, t.name, s.created_at, "
                                "s.last_seen_at FROM app_sessions s JOIN app_tenants t ON t.id = s.tenant_id WHERE "
                                "s.account_id = :account AND s.expires_at > :now AND s.last_seen_at > :idle "
                                "AND (:tenant = '' OR s.tenant_id = :same_tenant) "
                                "ORDER BY s.last_seen_at DESC, s.handle",
             soci::into(out.handle), soci::into(out.method), soci::into(out.userAgent), soci::into(out.address),
             soci::into(out.tenantName), soci::into(createdAt), soci::into(lastSeenAt),
             soci::use(accountId.bound(), "account"), soci::use(now, "now"), soci::use(idleSince, "idle"),
             soci::use(tenant.bound(), "tenant"), soci::use(sameTenant.bound(), "same_tenant")));
  }
};

struct ListOpeners : KeptStatement {
  Opener out;
  explicit ListOpeners(Session& session) : KeptStatement(session, "app.session.openers") {
    prepare((session.prepare << "SELECT DISTINCT organization_id, identity_connection FROM app_sessions WHERE "
                                "method = 'sso'",
             soci::into(out.organizationId), soci::into(out.connectionId)));
  }
};

struct EndOpenedBy : KeptStatement {
  Text organizationId, connection, sameConnection;
  explicit EndOpenedBy(Session& session) : KeptStatement(session, "app.session.end_opened_by") {
    prepare((session.prepare << "DELETE FROM app_sessions WHERE method = 'sso' AND organization_id = :organization AND "
                                "(:connection = '' OR identity_connection = :same_connection)",
             soci::use(organizationId.bound(), "organization"), soci::use(connection.bound(), "connection"),
             soci::use(sameConnection.bound(), "same_connection")));
  }
};

struct EndOpenedByIdentity : KeptStatement {
  Text accountId, issuer, connection, subject;
  explicit EndOpenedByIdentity(Session& session) : KeptStatement(session, "app.session.end_opened_by_identity") {
    prepare((session.prepare << "DELETE FROM app_sessions WHERE account_id = :account AND method = 'sso' AND "
                                "identity_issuer = :issuer AND identity_connection = :connection AND identity_subject "
                                "= :subject",
             soci::use(accountId.bound(), "account"), soci::use(issuer.bound(), "issuer"),
             soci::use(connection.bound(), "connection"), soci::use(subject.bound(), "subject")));
  }
};

struct ListPasswordTenants : KeptStatement {
  std::string tenantId;
  explicit ListPasswordTenants(Session& session) : KeptStatement(session, "app.session.password_tenants") {
    prepare((session.prepare << "SELECT DISTINCT s.tenant_id FROM app_sessions s JOIN sso_organizations o ON "
                                "o.tenant_id = s.tenant_id JOIN app_memberships m ON m.account_id = s.account_id AND "
                                "m.tenant_id = s.tenant_id WHERE s.method = 'password' AND m.break_glass = 0",
             soci::into(tenantId)));
  }
};

struct EndPasswordSessions : KeptStatement {
  Text tenant, sameTenant;
  explicit EndPasswordSessions(Session& session) : KeptStatement(session, "app.session.end_passwords") {
    prepare((session.prepare << "DELETE FROM app_sessions WHERE method = 'password' AND tenant_id = :tenant AND "
                                "account_id IN (SELECT account_id FROM app_memberships WHERE tenant_id = :same_tenant "
                                "AND break_glass = 0)",
             soci::use(tenant.bound(), "tenant"), soci::use(sameTenant.bound(), "same_tenant")));
  }
};

struct PruneSessions : KeptStatement {
  long long now = 0, idleSince = 0;
  explicit PruneSessions(Session& session) : KeptStatement(session, "app.session.prune") {
    prepare((session.prepare << "DELETE FROM app_sessions WHERE expires_at <= :now OR last_seen_at <= :idle",
             soci::use(now, "now"), soci::use(idleSince, "idle")));
  }
};

}  // namespace

std::optional<SignedIn> find(Session& session, std::string_view idHash) {
  auto& statement = session.kept<FindSession>();
  statement.idHash = idHash;
  if (!statement.row()) return std::nullopt;
  SignedIn found = statement.out;
  found.createdAt = statement.createdAt;
  found.lastSeenAt = statement.lastSeenAt;
  found.expiresAt = statement.expiresAt;
  found.emailVerified = statement.emailVerified == 1;
  found.organizationSuspended = statement.organizationStatus == "suspended";
  found.reauthenticated = statement.reauthenticated == 1;
  found.hasPassword = statement.hasPassword == 1;
  found.breakGlass = statement.breakGlass == 1;
  return found;
}

void insert(Session& session, const NewSession& row) {
  auto& statement = session.kept<InsertSession>();
  statement.idHash = row.idHash;
  statement.handle = row.handle;
  statement.accountId = row.accountId;
  statement.tenantId = row.tenantId;
  statement.method = row.method;
  statement.issuer = row.identityIssuer;
  statement.connection = row.identityConnection;
  statement.subject = row.identitySubject;
  statement.organization = row.organizationId;
  statement.userAgent = row.userAgent;
  statement.address = row.address;
  statement.sealed = row.sealedIdToken;
  statement.reauthenticated = row.reauthenticated ? 1 : 0;
  statement.createdAt = row.createdAt;
  statement.expiresAt = row.expiresAt;
  statement.run();
}

void touch(Session& session, std::string_view idHash, std::int64_t now) {
  auto& statement = session.kept<TouchSession>();
  statement.idHash = idHash;
  statement.now = now;
  statement.run();
}

std::optional<Ended> end(Session& session, std::string_view idHash) {
  auto& statement = session.kept<EndSession>();
  statement.idHash = idHash;
  if (!statement.row()) return std::nullopt;
  return statement.out;
}

bool endByHandle(Session& session, std::string_view accountId, std::string_view tenantId, std::string_view handle) {
  auto& statement = session.kept<EndByHandle>();
  statement.tenant = tenantId;
  statement.sameTenant = tenantId;
  statement.accountId = accountId;
  statement.handle = handle;
  return statement.run() == 1;
}

void endAll(Session& session, std::string_view accountId, std::string_view tenantId, std::string_view exceptIdHash) {
  auto& statement = session.kept<EndAll>();
  statement.tenant = tenantId;
  statement.sameTenant = tenantId;
  statement.accountId = accountId;
  statement.except = exceptIdHash;
  statement.run();
}

void trim(Session& session, std::string_view accountId, std::string_view keptIdHash, int most) {
  auto& statement = session.kept<TrimSessions>();
  statement.accountId = accountId;
  statement.sameAccount = accountId;
  statement.kept = keptIdHash;
  statement.sameKept = keptIdHash;
  statement.others = most - 1;
  statement.run();
}

std::vector<Listed> list(Session& session, std::string_view accountId, std::string_view tenantId, std::int64_t now,
                         std::int64_t idleSince) {
  std::vector<Listed> found;
  auto& statement = session.kept<ListSessions>();
  statement.tenant = tenantId;
  statement.sameTenant = tenantId;
  statement.accountId = accountId;
  statement.now = now;
  statement.idleSince = idleSince;
  statement.each([&] {
    found.push_back(statement.out);
    found.back().createdAt = statement.createdAt;
    found.back().lastSeenAt = statement.lastSeenAt;
  });
  return found;
}

std::vector<Opener> openersInUse(Session& session) {
  std::vector<Opener> found;
  auto& statement = session.kept<ListOpeners>();
  statement.each([&] { found.push_back(statement.out); });
  return found;
}

std::int64_t endOpenedBy(Session& session, std::string_view organizationId, std::string_view connectionId) {
  auto& statement = session.kept<EndOpenedBy>();
  statement.organizationId = organizationId;
  statement.connection = connectionId;
  statement.sameConnection = connectionId;
  return statement.run();
}

std::int64_t endOpenedByIdentity(Session& session, std::string_view accountId, const sso::IdentityKey& key) {
  auto& statement = session.kept<EndOpenedByIdentity>();
  statement.accountId = accountId;
  statement.issuer = key.issuer;
  statement.connection = key.connectionId;
  statement.subject = key.subject;
  return statement.run();
}

std::vector<std::string> tenantsWithPasswordSessions(Session& session) {
  std::vector<std::string> found;
  auto& statement = session.kept<ListPasswordTenants>();
  statement.each([&] { found.push_back(statement.tenantId); });
  return found;
}

std::int64_t endPasswordSessions(Session& session, std::string_view tenantId) {
  auto& statement = session.kept<EndPasswordSessions>();
  statement.tenant = tenantId;
  statement.sameTenant = tenantId;
  return statement.run();
}

std::int64_t prune(Session& session, std::int64_t now, std::int64_t idleSince) {
  auto& statement = session.kept<PruneSessions>();
  statement.now = now;
  statement.idleSince = idleSince;
  return statement.run();
}

}  // namespace hostapp::sessions
