// SPDX-License-Identifier: Apache-2.0
#include "soci_identity_store.h"

#include <nlohmann/json.hpp>

#include "bounds.h"

namespace sso::db {
namespace {

#define SSO_IDENTITY_COLUMNS \
  "issuer, connection_id, subject, organization_id, account_id, email, linked_at, last_login_at, external_id"

/// A SELECT of whole identities.
struct IdentityQuery : KeptStatement {
  using KeptStatement::KeptStatement;
  Identity read;
  long long linkedAt = 0, lastLoginAt = 0;

  Identity identity() const {
    Identity whole = read;
    whole.linkedAt = fromEpochSeconds(linkedAt);
    whole.lastLoginAt = fromEpochSeconds(lastLoginAt);
    return whole;
  }
  /// The SELECT with every column bound; the derived statement adds what it looks for.
  soci::details::prepare_temp_type select(Session& session, const std::string& where) {
    return (session.prepare << "SELECT " SSO_IDENTITY_COLUMNS " FROM sso_identities WHERE " + where,
            soci::into(read.key.issuer), soci::into(read.key.connectionId), soci::into(read.key.subject),
            soci::into(read.organizationId), soci::into(read.accountId), soci::into(read.email), soci::into(linkedAt),
            soci::into(lastLoginAt), soci::into(read.externalId));
  }
};

struct FindIdentity : IdentityQuery {
  Text issuer, connectionId, subject;
  explicit FindIdentity(Session& session) : IdentityQuery(session, "identity.find") {
    prepare((select(session, "issuer = :issuer AND connection_id = :connection AND subject = :subject"),
             soci::use(issuer.bound(), "issuer"), soci::use(connectionId.bound(), "connection"),
             soci::use(subject.bound(), "subject")));
  }
};

struct FindOnConnection : IdentityQuery {
  Text accountId, issuer, connectionId;
  explicit FindOnConnection(Session& session) : IdentityQuery(session, "identity.find_on_connection") {
    prepare((select(session, "account_id = :account AND issuer = :issuer AND connection_id = :connection"),
             soci::use(accountId.bound(), "account"), soci::use(issuer.bound(), "issuer"),
             soci::use(connectionId.bound(), "connection")));
  }
};

struct IdentitiesOf : IdentityQuery {
  Text accountId;
  explicit IdentitiesOf(Session& session) : IdentityQuery(session, "identity.of_account") {
    prepare((select(session, "account_id = :account ORDER BY linked_at, issuer, connection_id, subject"),
             soci::use(accountId.bound(), "account")));
  }
};

/// Two rows are enough to know that it is nobody's alone.
struct FindByExternalId : IdentityQuery {
  Text organizationId, issuer, connectionId, externalId;
  explicit FindByExternalId(Session& session) : IdentityQuery(session, "identity.find_by_external_id") {
    prepare((select(session,
                    "organization_id = :organization AND issuer = :issuer AND connection_id = :connection AND "
                    "external_id = :external ORDER BY subject LIMIT 2"),
             soci::use(organizationId.bound(), "organization"), soci::use(issuer.bound(), "issuer"),
             soci::use(connectionId.bound(), "connection"), soci::use(externalId.bound(), "external")));
  }
};

struct ConnectionsWithIdentities : KeptStatement {
  Text organizationId;
  std::string connectionId;
  long long limit = IdentityStore::kMostConnections;
  explicit ConnectionsWithIdentities(Session& session) : KeptStatement(session, "identity.connections") {
    prepare((session.prepare << "SELECT DISTINCT connection_id FROM sso_identities WHERE organization_id = "
                                ":organization ORDER BY connection_id LIMIT :limit",
             soci::into(connectionId), soci::use(organizationId.bound(), "organization"), soci::use(limit, "limit")));
  }
};

/// One round trip for a page of people: the accounts come as a list in JSON, which both databases take apart.
struct IdentitiesOfTenant : IdentityQuery {
  // 200 ids of 255 bytes, each byte written as six characters at most.
  static constexpr std::size_t kMaxListBytes = 320 * 1024;
  Text tenantId, accounts{kMaxListBytes};
  explicit IdentitiesOfTenant(Session& session) : IdentityQuery(session, "identity.of_tenant") {
    const std::string list = session.dialect() == Dialect::kPostgres
                                 ? "SELECT json_array_elements_text(CAST(:accounts AS json))"
                                 : "SELECT value FROM json_each(:accounts)";
    prepare((select(session,
                    "organization_id = (SELECT id FROM sso_organizations WHERE tenant_id = :tenant) AND account_id IN "
                    "(" +
                        list + ") ORDER BY account_id, linked_at, issuer, connection_id, subject"),
             soci::use(tenantId.bound(), "tenant"), soci::use(accounts.bound(), "accounts")));
  }
};

struct LinkIdentity : KeptStatement {
  Text issuer, connectionId, subject, organizationId, accountId, email, externalId;
  long long linkedAt = 0, lastLoginAt = 0;
  explicit LinkIdentity(Session& session) : KeptStatement(session, "identity.link") {
    prepare((session.prepare << "INSERT INTO sso_identities (" SSO_IDENTITY_COLUMNS ") VALUES (:issuer, :connection, "
                                ":subject, :organization, :account, :email, :linked, :login, :external)",
             soci::use(issuer.bound(), "issuer"), soci::use(connectionId.bound(), "connection"),
             soci::use(subject.bound(), "subject"), soci::use(organizationId.bound(), "organization"),
             soci::use(accountId.bound(), "account"), soci::use(email.bound(), "email"), soci::use(linkedAt, "linked"),
             soci::use(lastLoginAt, "login"), soci::use(externalId.bound(), "external")));
  }
};

struct RecordLogin : KeptStatement {
  Text issuer, connectionId, subject, email, externalId;
  long long at = 0;
  explicit RecordLogin(Session& session) : KeptStatement(session, "identity.record_login") {
    prepare((session.prepare << "UPDATE sso_identities SET email = :email, external_id = :external, last_login_at = "
                                ":at WHERE issuer = :issuer AND connection_id = :connection AND subject = :subject",
             soci::use(email.bound(), "email"), soci::use(externalId.bound(), "external"), soci::use(at, "at"),
             soci::use(issuer.bound(), "issuer"), soci::use(connectionId.bound(), "connection"),
             soci::use(subject.bound(), "subject")));
  }
};

struct UnlinkIdentity : KeptStatement {
  Text issuer, connectionId, subject;
  explicit UnlinkIdentity(Session& session) : KeptStatement(session, "identity.unlink") {
    prepare((session.prepare << "DELETE FROM sso_identities WHERE issuer = :issuer AND connection_id = :connection AND "
                                "subject = :subject",
             soci::use(issuer.bound(), "issuer"), soci::use(connectionId.bound(), "connection"),
             soci::use(subject.bound(), "subject")));
  }
};

template <class Statement>
void assignKey(Statement& statement, const IdentityKey& key) {
  statement.issuer = key.issuer;
  statement.connectionId = key.connectionId;
  statement.subject = key.subject;
}

std::vector<Identity> identitiesIn(Session& session, std::string_view tenantId,
                                   const std::vector<std::string>& accountIds) {
  auto list = nlohmann::json::array();
  for (const auto& id : accountIds) {
    requireLength("account id", id, 1, 255);
    list.push_back(requireText(id));  // inside of JSON a NUL would no longer be seen
  }
  auto& find = session.kept<IdentitiesOfTenant>();
  find.tenantId = tenantId;
  find.accounts = list.dump();
  std::vector<Identity> found;
  find.each([&] { found.push_back(find.identity()); });
  return found;
}

std::optional<Identity> oneOf(IdentityQuery& query) {
  if (!query.row()) return std::nullopt;
  return query.identity();
}

}  // namespace

std::optional<Identity> SociIdentityStore::findIdentity(UnitOfWork& work, const IdentityKey& key) {
  auto& find = sessionOf(work).kept<FindIdentity>();
  assignKey(find, key);
  return oneOf(find);
}

std::optional<Identity> SociIdentityStore::findOnConnection(UnitOfWork& work, std::string_view accountId,
                                                            std::string_view issuer, std::string_view connectionId) {
  auto& find = sessionOf(work).kept<FindOnConnection>();
  find.accountId = accountId;
  find.issuer = issuer;
  find.connectionId = connectionId;
  return oneOf(find);
}

std::vector<Identity> SociIdentityStore::identitiesOf(UnitOfWork& work, std::string_view accountId) {
  auto& find = sessionOf(work).kept<IdentitiesOf>();
  find.accountId = accountId;
  std::vector<Identity> found;
  find.each([&] { found.push_back(find.identity()); });
  return found;
}

void SociIdentityStore::linkIdentity(UnitOfWork& work, const Identity& identity) {
  requireLength("issuer", identity.key.issuer, 1, 255);
  requireLength("connection id", identity.key.connectionId, 1, 255);
  requireLength("subject", identity.key.subject, 1, 255);
  requireLength("organization id", identity.organizationId, 1, 64);
  requireLength("account id", identity.accountId, 1, 255);
  requireLength("email", identity.email, 0, 254);
  requireLength("external id", identity.externalId, 0, 255);
  auto& link = sessionOf(work).kept<LinkIdentity>();
  assignKey(link, identity.key);
  link.organizationId = identity.organizationId;
  link.accountId = identity.accountId;
  link.email = identity.email;
  link.linkedAt = toEpochSeconds(identity.linkedAt);
  link.lastLoginAt = toEpochSeconds(identity.lastLoginAt);
  link.externalId = identity.externalId;
  link.run();
}

void SociIdentityStore::recordLogin(UnitOfWork& work, const IdentityKey& key, std::string_view email,
                                    std::string_view externalId, TimePoint at) {
  requireLength("email", email, 0, 254);
  requireLength("external id", externalId, 0, 255);
  auto& record = sessionOf(work).kept<RecordLogin>();
  assignKey(record, key);
  record.email = email;
  record.externalId = externalId;
  record.at = toEpochSeconds(at);
  record.run();
}

std::vector<Identity> SociIdentityStore::findByExternalId(UnitOfWork& work, std::string_view organizationId,
                                                          std::string_view issuer, std::string_view connectionId,
                                                          std::string_view externalId) {
  std::vector<Identity> found;
  if (externalId.empty()) return found;
  auto& find = sessionOf(work).kept<FindByExternalId>();
  find.organizationId = organizationId;
  find.issuer = issuer;
  find.connectionId = connectionId;
  find.externalId = externalId;
  find.each([&] { found.push_back(find.identity()); });
  return found;
}

std::vector<std::string> SociIdentityStore::connectionsWithIdentities(std::string_view organizationId) {
  std::vector<std::string> found;
  database_.withSession([&](Session& session) {
    found.clear();
    auto& find = session.kept<ConnectionsWithIdentities>();
    find.organizationId = organizationId;
    find.each([&] { found.push_back(find.connectionId); });
  });
  return found;
}

bool SociIdentityStore::unlinkIdentity(UnitOfWork& work, const IdentityKey& key) {
  auto& unlink = sessionOf(work).kept<UnlinkIdentity>();
  assignKey(unlink, key);
  return unlink.run() == 1;
}

std::vector<Identity> SociIdentityStore::identitiesOfTenant(std::string_view tenantId,
                                                            const std::vector<std::string>& accountIds) {
  if (accountIds.size() > kMostAccounts) {
    throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, "identities of too many accounts at once");
  }
  std::vector<Identity> found;
  database_.withSession([&](Session& session) { found = identitiesIn(session, tenantId, accountIds); });
  return found;
}

std::vector<Identity> SociIdentityStore::identitiesOfTenant(UnitOfWork& work, std::string_view tenantId,
                                                            std::string_view accountId) {
  return identitiesIn(sessionOf(work), tenantId, {std::string(accountId)});
}

}  // namespace sso::db
