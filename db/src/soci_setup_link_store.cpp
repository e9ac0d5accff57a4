// SPDX-License-Identifier: Apache-2.0
#include "soci_setup_link_store.h"

#include "bounds.h"
#include "organization_lock.h"

namespace sso::db {
namespace {

#define SSO_SETUP_LINK_COLUMNS \
  "id, token_hash, organization_id, tenant_id, created_by, created_at, expires_at, times_opened, last_opened_at"

// What else than time makes a link a live one.
#define SSO_SETUP_LINK_STANDS                                             \
  "EXISTS (SELECT 1 FROM sso_organizations WHERE sso_organizations.id = " \
  "sso_setup_links.organization_id AND sso_organizations.tenant_id = "    \
  "sso_setup_links.tenant_id AND sso_organizations.status = 'active')"

/// A statement that answers whole links.
struct SetupLinkQuery : KeptStatement {
  using KeptStatement::KeptStatement;
  SetupLink read;
  long long createdAt = 0, expiresAt = 0, timesOpened = 0, lastOpenedAt = 0;

  SetupLink link() const {
    SetupLink whole = read;
    whole.createdAt = fromEpochSeconds(createdAt);
    whole.expiresAt = fromEpochSeconds(expiresAt);
    whole.timesOpened = timesOpened;
    if (lastOpenedAt != 0) whole.lastOpenedAt = fromEpochSeconds(lastOpenedAt);
    return whole;
  }
  /// The statement with every column bound; the derived one adds what it looks for.
  soci::details::prepare_temp_type answering(Session& session, const std::string& sql) {
    return (session.prepare << sql, soci::into(read.id), soci::into(read.tokenHash), soci::into(read.organizationId),
            soci::into(read.tenantId), soci::into(read.createdBy), soci::into(createdAt), soci::into(expiresAt),
            soci::into(timesOpened), soci::into(lastOpenedAt));
  }
};

struct FindSetupLink : SetupLinkQuery {
  Text tokenHash;
  long long now = 0;
  explicit FindSetupLink(Session& session) : SetupLinkQuery(session, "setup_link.find") {
    prepare((answering(session, "SELECT " SSO_SETUP_LINK_COLUMNS " FROM sso_setup_links WHERE token_hash = :hash AND "
                                "expires_at > :now AND " SSO_SETUP_LINK_STANDS),
             soci::use(tokenHash.bound(), "hash"), soci::use(now, "now")));
  }
};

struct OpenSetupLink : SetupLinkQuery {
  Text tokenHash;
  long long now = 0;
  explicit OpenSetupLink(Session& session) : SetupLinkQuery(session, "setup_link.open") {
    prepare((answering(session,
                       "UPDATE sso_setup_links SET times_opened = times_opened + 1, last_opened_at = :at WHERE "
                       "token_hash = :hash AND expires_at > :now AND " SSO_SETUP_LINK_STANDS
                       " RETURNING " SSO_SETUP_LINK_COLUMNS),
             soci::use(now, "at"), soci::use(tokenHash.bound(), "hash"), soci::use(now, "now")));
  }
};

struct SetupLinksOf : SetupLinkQuery {
  Text tenantId;
  long long now = 0;
  explicit SetupLinksOf(Session& session) : SetupLinkQuery(session, "setup_link.of_tenant") {
    prepare((answering(session, "SELECT " SSO_SETUP_LINK_COLUMNS
                                " FROM sso_setup_links WHERE tenant_id = :tenant AND expires_at > :now "
                                "ORDER BY created_at DESC, id DESC"),
             soci::use(tenantId.bound(), "tenant"), soci::use(now, "now")));
  }
};

struct RemoveSetupLink : SetupLinkQuery {
  Text tenantId, id;
  explicit RemoveSetupLink(Session& session) : SetupLinkQuery(session, "setup_link.remove") {
    prepare(
        (answering(
             session,
             "DELETE FROM sso_setup_links WHERE tenant_id = :tenant AND id = :id RETURNING " SSO_SETUP_LINK_COLUMNS),
         soci::use(tenantId.bound(), "tenant"), soci::use(id.bound(), "id")));
  }
};

struct RemoveExpiredLinks : KeptStatement {
  Text organizationId;
  long long now = 0;
  explicit RemoveExpiredLinks(Session& session) : KeptStatement(session, "setup_link.remove_expired") {
    prepare((session.prepare << "DELETE FROM sso_setup_links WHERE organization_id = :organization AND "
                                "expires_at <= :now",
             soci::use(organizationId.bound(), "organization"), soci::use(now, "now")));
  }
};

struct CountSetupLinks : KeptStatement {
  Text organizationId;
  long long count = 0;
  explicit CountSetupLinks(Session& session) : KeptStatement(session, "setup_link.count") {
    prepare((session.prepare << "SELECT count(*) FROM sso_setup_links WHERE organization_id = :organization",
             soci::into(count), soci::use(organizationId.bound(), "organization")));
  }
};

struct InsertSetupLink : KeptStatement {
  Text id, tokenHash, organizationId, tenantId, createdBy;
  long long createdAt = 0, expiresAt = 0;
  explicit InsertSetupLink(Session& session) : KeptStatement(session, "setup_link.add") {
    prepare((session.prepare << "INSERT INTO sso_setup_links (" SSO_SETUP_LINK_COLUMNS ") VALUES (:id, :hash, "
                                ":organization, :tenant, :creator, :created, :expires, 0, 0)",
             soci::use(id.bound(), "id"), soci::use(tokenHash.bound(), "hash"),
             soci::use(organizationId.bound(), "organization"), soci::use(tenantId.bound(), "tenant"),
             soci::use(createdBy.bound(), "creator"), soci::use(createdAt, "created"),
             soci::use(expiresAt, "expires")));
  }
};

std::optional<SetupLink> oneLinkOf(SetupLinkQuery& query) {
  if (!query.row()) return std::nullopt;
  return query.link();
}

void requireSoundLink(const SetupLink& link) {
  requireLength("setup link id", link.id, 1, 64);
  requireLength("setup link digest", link.tokenHash, 64, 64);
  requireLength("setup link organization", link.organizationId, 1, 64);
  requireLength("setup link tenant", link.tenantId, 1, 255);
  requireLength("setup link creator", link.createdBy, 1, 255);
  if (toEpochSeconds(link.expiresAt) > toEpochSeconds(link.createdAt)) return;
  throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, "a setup link that expires before it is made");
}

}  // namespace

bool SociSetupLinkStore::addSetupLink(UnitOfWork& work, const SetupLink& link, std::size_t most) {
  requireSoundLink(link);
  Session& session = sessionOf(work);
  if (!lockOrganization(session, link.organizationId, link.tenantId)) {
    throw Error(ErrorCode::kConflict, reason::kStorage, "the setup link's organization is not its tenant's");
  }
  auto& expired = session.kept<RemoveExpiredLinks>();
  expired.organizationId = link.organizationId;
  expired.now = toEpochSeconds(link.createdAt);
  expired.run();
  // A statement of its own: what was committed while we waited is seen only by one that begins after the lock.
  auto& count = session.kept<CountSetupLinks>();
  count.organizationId = link.organizationId;
  if (!count.row()) throw Error(ErrorCode::kStorage, reason::kStorage, "no answer to a count");
  if (static_cast<std::size_t>(count.count) >= most) return false;
  auto& insert = session.kept<InsertSetupLink>();
  insert.id = link.id;
  insert.tokenHash = link.tokenHash;
  insert.organizationId = link.organizationId;
  insert.tenantId = link.tenantId;
  insert.createdBy = link.createdBy;
  insert.createdAt = toEpochSeconds(link.createdAt);
  insert.expiresAt = toEpochSeconds(link.expiresAt);
  insert.run();
  return true;
}

std::optional<SetupLink> SociSetupLinkStore::findSetupLink(std::string_view tokenHash, TimePoint now) {
  std::optional<SetupLink> found;
  database_.withSession([&](Session& session) {
    auto& find = session.kept<FindSetupLink>();
    find.tokenHash = tokenHash;
    find.now = toEpochSeconds(now);
    found = oneLinkOf(find);
  });
  return found;
}

std::optional<SetupLink> SociSetupLinkStore::openSetupLink(UnitOfWork& work, std::string_view tokenHash,
                                                           TimePoint now) {
  auto& open = sessionOf(work).kept<OpenSetupLink>();
  open.tokenHash = tokenHash;
  open.now = toEpochSeconds(now);
  return oneLinkOf(open);
}

std::vector<SetupLink> SociSetupLinkStore::setupLinksOf(std::string_view tenantId, TimePoint now) {
  std::vector<SetupLink> links;
  database_.withSession([&](Session& session) {
    links.clear();
    auto& find = session.kept<SetupLinksOf>();
    find.tenantId = tenantId;
    find.now = toEpochSeconds(now);
    find.each([&] { links.push_back(find.link()); });
  });
  return links;
}

std::optional<SetupLink> SociSetupLinkStore::removeSetupLink(UnitOfWork& work, std::string_view tenantId,
                                                             std::string_view id) {
  auto& remove = sessionOf(work).kept<RemoveSetupLink>();
  remove.tenantId = tenantId;
  remove.id = id;
  return oneLinkOf(remove);
}

}  // namespace sso::db
