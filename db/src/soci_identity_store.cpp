// SPDX-License-Identifier: Apache-2.0
#include "soci_identity_store.h"

#include "bounds.h"
#include "sso/db/database.h"

namespace sso::db {
namespace {

#define SSO_IDENTITY_COLUMNS \
  "issuer, connection_id, subject, organization_id, account_id, email, linked_at, last_login_at"

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
            soci::into(lastLoginAt));
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

struct LinkIdentity : KeptStatement {
  Text issuer, connectionId, subject, organizationId, accountId, email;
  long long linkedAt = 0, lastLoginAt = 0;
  explicit LinkIdentity(Session& session) : KeptStatement(session, "identity.link") {
    prepare((session.prepare << "INSERT INTO sso_identities (" SSO_IDENTITY_COLUMNS ") VALUES (:issuer, :connection, "
                                ":subject, :organization, :account, :email, :linked, :login)",
             soci::use(issuer.bound(), "issuer"), soci::use(connectionId.bound(), "connection"),
             soci::use(subject.bound(), "subject"), soci::use(organizationId.bound(), "organization"),
             soci::use(accountId.bound(), "account"), soci::use(email.bound(), "email"), soci::use(linkedAt, "linked"),
             soci::use(lastLoginAt, "login")));
  }
};

struct RecordLogin : KeptStatement {
  Text issuer, connectionId, subject, email;
  long long at = 0;
  explicit RecordLogin(Session& session) : KeptStatement(session, "identity.record_login") {
    prepare((session.prepare << "UPDATE sso_identities SET email = :email, last_login_at = :at WHERE issuer = :issuer "
                                "AND connection_id = :connection AND subject = :subject",
             soci::use(email.bound(), "email"), soci::use(at, "at"), soci::use(issuer.bound(), "issuer"),
             soci::use(connectionId.bound(), "connection"), soci::use(subject.bound(), "subject")));
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
  auto& link = sessionOf(work).kept<LinkIdentity>();
  assignKey(link, identity.key);
  link.organizationId = identity.organizationId;
  link.accountId = identity.accountId;
  link.email = identity.email;
  link.linkedAt = toEpochSeconds(identity.linkedAt);
  link.lastLoginAt = toEpochSeconds(identity.lastLoginAt);
  link.run();
}

void SociIdentityStore::recordLogin(UnitOfWork& work, const IdentityKey& key, std::string_view email, TimePoint at) {
  requireLength("email", email, 0, 254);
  auto& record = sessionOf(work).kept<RecordLogin>();
  assignKey(record, key);
  record.email = email;
  record.at = toEpochSeconds(at);
  record.run();
}

bool SociIdentityStore::unlinkIdentity(UnitOfWork& work, const IdentityKey& key) {
  auto& unlink = sessionOf(work).kept<UnlinkIdentity>();
  assignKey(unlink, key);
  return unlink.run() == 1;
}

}  // namespace sso::db
