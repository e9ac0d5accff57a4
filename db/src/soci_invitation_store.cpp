// SPDX-License-Identifier: Apache-2.0
#include "soci_invitation_store.h"

#include <algorithm>

#include "bounds.h"
#include "organization_lock.h"

namespace sso::db {
namespace {

#define SSO_INVITATION_COLUMNS \
  "id, token_hash, organization_id, tenant_id, connection_id, email, role, invited_by, sent_at, expires_at"

constexpr std::size_t kMostInvitations = 10'000;  // of one list, whatever the caller asks for

/// A statement that answers whole invitations.
struct InvitationQuery : KeptStatement {
  using KeptStatement::KeptStatement;
  Invitation read;
  long long sentAt = 0, expiresAt = 0;

  Invitation invitation() const {
    Invitation whole = read;
    whole.sentAt = fromEpochSeconds(sentAt);
    whole.expiresAt = fromEpochSeconds(expiresAt);
    return whole;
  }
  /// The statement with every column bound; the derived one adds what it looks for.
  soci::details::prepare_temp_type answering(Session& session, const std::string& sql) {
    return (session.prepare << sql, soci::into(read.id), soci::into(read.tokenHash), soci::into(read.organizationId),
            soci::into(read.tenantId), soci::into(read.connectionId), soci::into(read.email), soci::into(read.role),
            soci::into(read.invitedBy), soci::into(sentAt), soci::into(expiresAt));
  }
};

struct FindInvitation : InvitationQuery {
  Text tokenHash;
  explicit FindInvitation(Session& session) : InvitationQuery(session, "invitation.find") {
    prepare((answering(session, "SELECT " SSO_INVITATION_COLUMNS " FROM sso_invitations WHERE token_hash = :hash"),
             soci::use(tokenHash.bound(), "hash")));
  }
};

struct FindInvitationFor : InvitationQuery {
  Text organizationId, email;
  explicit FindInvitationFor(Session& session) : InvitationQuery(session, "invitation.find_for") {
    prepare((answering(session, "SELECT " SSO_INVITATION_COLUMNS
                                " FROM sso_invitations WHERE organization_id = :organization AND email = :email"),
             soci::use(organizationId.bound(), "organization"), soci::use(email.bound(), "email")));
  }
};

struct InvitationsOf : InvitationQuery {
  Text tenantId;
  long long limit = 0;
  explicit InvitationsOf(Session& session) : InvitationQuery(session, "invitation.of_tenant") {
    prepare((answering(session, "SELECT " SSO_INVITATION_COLUMNS
                                " FROM sso_invitations WHERE tenant_id = :tenant ORDER BY sent_at DESC, id DESC "
                                "LIMIT :limit"),
             soci::use(tenantId.bound(), "tenant"), soci::use(limit, "limit")));
  }
};

struct RenewInvitation : InvitationQuery {
  Text tokenHash, tenantId, id;
  long long newSentAt = 0, newExpiresAt = 0;
  explicit RenewInvitation(Session& session) : InvitationQuery(session, "invitation.renew") {
    prepare((answering(session,
                       "UPDATE sso_invitations SET token_hash = :hash, sent_at = :sent, expires_at = :expires WHERE "
                       "tenant_id = :tenant AND id = :id RETURNING " SSO_INVITATION_COLUMNS),
             soci::use(tokenHash.bound(), "hash"), soci::use(newSentAt, "sent"), soci::use(newExpiresAt, "expires"),
             soci::use(tenantId.bound(), "tenant"), soci::use(id.bound(), "id")));
  }
};

struct RemoveInvitation : InvitationQuery {
  Text tenantId, id;
  explicit RemoveInvitation(Session& session) : InvitationQuery(session, "invitation.remove") {
    prepare((answering(session,
                       "DELETE FROM sso_invitations WHERE tenant_id = :tenant AND id = :id "
                       "RETURNING " SSO_INVITATION_COLUMNS),
             soci::use(tenantId.bound(), "tenant"), soci::use(id.bound(), "id")));
  }
};

/// What makes room: this address's expired one, and what nobody asks for any more.
struct ForgetInvitations : KeptStatement {
  Text organizationId, email;
  long long now = 0, longAgo = 0;
  explicit ForgetInvitations(Session& session) : KeptStatement(session, "invitation.forget") {
    prepare((session.prepare << "DELETE FROM sso_invitations WHERE organization_id = :organization AND "
                                "(expires_at <= :longago OR (email = :email AND expires_at <= :now))",
             soci::use(organizationId.bound(), "organization"), soci::use(longAgo, "longago"),
             soci::use(email.bound(), "email"), soci::use(now, "now")));
  }
};

struct CountInvitations : KeptStatement {
  Text organizationId, email;
  long long count = 0, forAddress = 0;
  explicit CountInvitations(Session& session) : KeptStatement(session, "invitation.count") {
    prepare((session.prepare << "SELECT count(*), coalesce(sum(CASE WHEN email = :email THEN 1 ELSE 0 END), 0) FROM "
                                "sso_invitations WHERE organization_id = :organization",
             soci::into(count), soci::into(forAddress), soci::use(email.bound(), "email"),
             soci::use(organizationId.bound(), "organization")));
  }
};

struct InsertInvitation : KeptStatement {
  Text id, tokenHash, organizationId, tenantId, connectionId, email, role, invitedBy;
  long long sentAt = 0, expiresAt = 0;
  explicit InsertInvitation(Session& session) : KeptStatement(session, "invitation.add") {
    prepare((session.prepare << "INSERT INTO sso_invitations (" SSO_INVITATION_COLUMNS ") VALUES (:id, :hash, "
                                ":organization, :tenant, :connection, :email, :role, :inviter, :sent, :expires)",
             soci::use(id.bound(), "id"), soci::use(tokenHash.bound(), "hash"),
             soci::use(organizationId.bound(), "organization"), soci::use(tenantId.bound(), "tenant"),
             soci::use(connectionId.bound(), "connection"), soci::use(email.bound(), "email"),
             soci::use(role.bound(), "role"), soci::use(invitedBy.bound(), "inviter"), soci::use(sentAt, "sent"),
             soci::use(expiresAt, "expires")));
  }
};

std::optional<Invitation> oneInvitationOf(InvitationQuery& query) {
  if (!query.row()) return std::nullopt;
  return query.invitation();
}

void requireSoundTimes(TimePoint sentAt, TimePoint expiresAt) {
  if (toEpochSeconds(expiresAt) > toEpochSeconds(sentAt)) return;
  throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, "an invitation that expires before it is sent");
}

void requireSoundInvitation(const Invitation& invitation) {
  requireLength("invitation id", invitation.id, 1, 64);
  requireLength("invitation digest", invitation.tokenHash, 64, 64);
  requireLength("invitation organization", invitation.organizationId, 1, 64);
  requireLength("invitation tenant", invitation.tenantId, 1, 255);
  requireLength("invitation connection", invitation.connectionId, 1, 64);
  requireLength("invitation address", invitation.email, 1, 254);
  requireLength("invitation role", invitation.role, 1, 64);
  requireLength("inviter", invitation.invitedBy, 1, 255);
  requireSoundTimes(invitation.sentAt, invitation.expiresAt);
}

}  // namespace

InvitationStore::Added SociInvitationStore::addInvitation(UnitOfWork& work, const Invitation& invitation,
                                                          std::size_t most) {
  requireSoundInvitation(invitation);
  Session& session = sessionOf(work);
  if (!lockOrganization(session, invitation.organizationId, invitation.tenantId)) {
    throw Error(ErrorCode::kConflict, reason::kStorage, "the invitation's organization is not its tenant's");
  }
  auto& forget = session.kept<ForgetInvitations>();
  forget.organizationId = invitation.organizationId;
  forget.email = invitation.email;
  forget.now = toEpochSeconds(invitation.sentAt);
  forget.longAgo = toEpochSeconds(invitation.sentAt - kForgotten);
  forget.run();
  // A statement of its own: what was committed while we waited is seen only by one that begins after the lock.
  auto& count = session.kept<CountInvitations>();
  count.organizationId = invitation.organizationId;
  count.email = invitation.email;
  if (!count.row()) throw Error(ErrorCode::kStorage, reason::kStorage, "no answer to a count");
  if (count.forAddress > 0) return Added::kInvitedAlready;
  if (static_cast<std::size_t>(count.count) >= most) return Added::kTooMany;
  auto& insert = session.kept<InsertInvitation>();
  insert.id = invitation.id;
  insert.tokenHash = invitation.tokenHash;
  insert.organizationId = invitation.organizationId;
  insert.tenantId = invitation.tenantId;
  insert.connectionId = invitation.connectionId;
  insert.email = invitation.email;
  insert.role = invitation.role;
  insert.invitedBy = invitation.invitedBy;
  insert.sentAt = toEpochSeconds(invitation.sentAt);
  insert.expiresAt = toEpochSeconds(invitation.expiresAt);
  insert.run();
  return Added::kYes;
}

std::optional<Invitation> SociInvitationStore::findInvitation(UnitOfWork& work, std::string_view tokenHash) {
  auto& find = sessionOf(work).kept<FindInvitation>();
  find.tokenHash = tokenHash;
  return oneInvitationOf(find);
}

std::optional<Invitation> SociInvitationStore::findInvitationFor(UnitOfWork& work, std::string_view organizationId,
                                                                 std::string_view email) {
  auto& find = sessionOf(work).kept<FindInvitationFor>();
  find.organizationId = organizationId;
  find.email = email;
  return oneInvitationOf(find);
}

std::vector<Invitation> SociInvitationStore::invitationsOf(std::string_view tenantId, std::size_t limit) {
  std::vector<Invitation> found;
  database_.withSession([&](Session& session) {
    found.clear();
    auto& list = session.kept<InvitationsOf>();
    list.tenantId = tenantId;
    list.limit = static_cast<long long>(std::min(limit, kMostInvitations));
    list.each([&] { found.push_back(list.invitation()); });
  });
  return found;
}

std::optional<Invitation> SociInvitationStore::renewInvitation(UnitOfWork& work, std::string_view tenantId,
                                                               std::string_view id, std::string_view tokenHash,
                                                               TimePoint sentAt, TimePoint expiresAt) {
  requireLength("invitation digest", tokenHash, 64, 64);
  requireSoundTimes(sentAt, expiresAt);
  auto& renew = sessionOf(work).kept<RenewInvitation>();
  renew.tokenHash = tokenHash;
  renew.newSentAt = toEpochSeconds(sentAt);
  renew.newExpiresAt = toEpochSeconds(expiresAt);
  renew.tenantId = tenantId;
  renew.id = id;
  return oneInvitationOf(renew);
}

std::optional<Invitation> SociInvitationStore::removeInvitation(UnitOfWork& work, std::string_view tenantId,
                                                                std::string_view id) {
  auto& remove = sessionOf(work).kept<RemoveInvitation>();
  remove.tenantId = tenantId;
  remove.id = id;
  return oneInvitationOf(remove);
}

}  // namespace sso::db
