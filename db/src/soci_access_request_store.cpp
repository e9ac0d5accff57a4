// SPDX-License-Identifier: Apache-2.0
#include "soci_access_request_store.h"

#include <algorithm>

#include "bounds.h"

namespace sso::db {
namespace {

constexpr std::size_t kMostRequests = 1000;

#define SSO_REQUEST_COLUMNS \
  "id, issuer, connection_id, subject, organization_id, email, display_name, state, requested_at, decided_at"

AccessRequestState requestStateOf(const std::string& word) {
  for (const auto state :
       {AccessRequestState::kPending, AccessRequestState::kApproved, AccessRequestState::kDeclined}) {
    if (word == nameOf(state)) return state;
  }
  throw Error(ErrorCode::kStorage, reason::kStorage, "stored access request: unknown state");
}

/// A SELECT of whole requests.
struct RequestQuery : KeptStatement {
  using KeptStatement::KeptStatement;
  AccessRequest read;
  std::string state;
  long long requestedAt = 0, decidedAt = 0;

  AccessRequest request() const {
    AccessRequest whole = read;
    whole.state = requestStateOf(state);
    whole.requestedAt = fromEpochSeconds(requestedAt);
    whole.decidedAt = fromEpochSeconds(decidedAt);
    return whole;
  }
  soci::details::prepare_temp_type selectRequests(Session& session, const std::string& where) {
    return (session.prepare << "SELECT " SSO_REQUEST_COLUMNS " FROM sso_access_requests WHERE " + where,
            soci::into(read.id), soci::into(read.key.issuer), soci::into(read.key.connectionId),
            soci::into(read.key.subject), soci::into(read.organizationId), soci::into(read.email),
            soci::into(read.displayName), soci::into(state), soci::into(requestedAt), soci::into(decidedAt));
  }
};

struct FindRequest : RequestQuery {
  Text issuer, connectionId, subject;
  explicit FindRequest(Session& session) : RequestQuery(session, "access_request.find") {
    prepare((selectRequests(session, "issuer = :issuer AND connection_id = :connection AND subject = :subject"),
             soci::use(issuer.bound(), "issuer"), soci::use(connectionId.bound(), "connection"),
             soci::use(subject.bound(), "subject")));
  }
};

struct ListRequests : RequestQuery {
  Text organizationId;
  long long limit = 0;
  explicit ListRequests(Session& session) : RequestQuery(session, "access_request.list") {
    prepare((selectRequests(session,
                            "organization_id = :organization AND state <> 'approved' ORDER BY CASE WHEN state = "
                            "'pending' THEN 0 ELSE 1 END, CASE WHEN state = 'pending' THEN requested_at ELSE "
                            "-decided_at END, id LIMIT :limit"),
             soci::use(organizationId.bound(), "organization"), soci::use(limit, "limit")));
  }
};

struct FileRequest : KeptStatement {
  Text id, issuer, connectionId, subject, organizationId, email, displayName, state;
  long long requestedAt = 0, decidedAt = 0;
  explicit FileRequest(Session& session) : KeptStatement(session, "access_request.file") {
    prepare((session.prepare << "INSERT INTO sso_access_requests (" SSO_REQUEST_COLUMNS
                                ") VALUES (:id, :issuer, :connection, :subject, :organization, :email, :name, :state, "
                                ":requested, :decided) ON CONFLICT (issuer, connection_id, subject) DO UPDATE SET id = "
                                "excluded.id, organization_id = excluded.organization_id, email = excluded.email, "
                                "display_name = excluded.display_name, state = excluded.state, requested_at = "
                                "excluded.requested_at, decided_at = excluded.decided_at",
             soci::use(id.bound(), "id"), soci::use(issuer.bound(), "issuer"),
             soci::use(connectionId.bound(), "connection"), soci::use(subject.bound(), "subject"),
             soci::use(organizationId.bound(), "organization"), soci::use(email.bound(), "email"),
             soci::use(displayName.bound(), "name"), soci::use(state.bound(), "state"),
             soci::use(requestedAt, "requested"), soci::use(decidedAt, "decided")));
  }
};

struct CountPending : KeptStatement {
  Text organizationId;
  long long count = 0;
  explicit CountPending(Session& session) : KeptStatement(session, "access_request.count_pending") {
    prepare((session.prepare << "SELECT count(*) FROM sso_access_requests WHERE organization_id = :organization AND "
                                "state = 'pending'",
             soci::into(count), soci::use(organizationId.bound(), "organization")));
  }
};

/// Only forwards: a decision that somebody else took meanwhile is not undone, save that a refusal may be thought over.
struct DecideRequest : KeptStatement {
  Text organizationId, id, state, wanted;
  long long at = 0;
  explicit DecideRequest(Session& session) : KeptStatement(session, "access_request.decide") {
    prepare((session.prepare << "UPDATE sso_access_requests SET state = :state, decided_at = :at WHERE id = :id AND "
                                "organization_id = :organization AND (state = 'pending' OR (state = 'declined' AND "
                                ":wanted = 'approved'))",
             soci::use(state.bound(), "state"), soci::use(at, "at"), soci::use(id.bound(), "id"),
             soci::use(organizationId.bound(), "organization"), soci::use(wanted.bound(), "wanted")));
  }
};

struct RemoveRequest : KeptStatement {
  Text issuer, connectionId, subject;
  explicit RemoveRequest(Session& session) : KeptStatement(session, "access_request.remove") {
    prepare((session.prepare << "DELETE FROM sso_access_requests WHERE issuer = :issuer AND connection_id = "
                                ":connection AND subject = :subject",
             soci::use(issuer.bound(), "issuer"), soci::use(connectionId.bound(), "connection"),
             soci::use(subject.bound(), "subject")));
  }
};

template <class Statement>
void assignRequestKey(Statement& statement, const IdentityKey& key) {
  statement.issuer = key.issuer;
  statement.connectionId = key.connectionId;
  statement.subject = key.subject;
}

}  // namespace

std::optional<AccessRequest> SociAccessRequestStore::findRequest(UnitOfWork& work, const IdentityKey& key) {
  auto& find = sessionOf(work).kept<FindRequest>();
  assignRequestKey(find, key);
  if (!find.row()) return std::nullopt;
  return find.request();
}

void SociAccessRequestStore::fileRequest(UnitOfWork& work, const AccessRequest& request) {
  requireLength("request id", request.id, 1, 64);
  requireLength("issuer", request.key.issuer, 1, 255);
  requireLength("connection id", request.key.connectionId, 1, 255);
  requireLength("subject", request.key.subject, 1, 255);
  requireLength("organization id", request.organizationId, 1, 64);
  requireLength("email", request.email, 1, 254);
  requireLength("display name", request.displayName, 0, 1024);
  auto& file = sessionOf(work).kept<FileRequest>();
  assignRequestKey(file, request.key);
  file.id = request.id;
  file.organizationId = request.organizationId;
  file.email = request.email;
  file.displayName = request.displayName;
  file.state = nameOf(request.state);
  file.requestedAt = toEpochSeconds(request.requestedAt);
  file.decidedAt = toEpochSeconds(request.decidedAt);
  file.run();
}

std::size_t SociAccessRequestStore::countPending(UnitOfWork& work, std::string_view organizationId) {
  auto& count = sessionOf(work).kept<CountPending>();
  count.organizationId = organizationId;
  return count.row() ? static_cast<std::size_t>(count.count) : 0;
}

std::vector<AccessRequest> SociAccessRequestStore::listRequests(std::string_view organizationId, std::size_t limit) {
  std::vector<AccessRequest> found;
  database_.withSession([&](Session& session) {
    found.clear();
    auto& list = session.kept<ListRequests>();
    list.organizationId = organizationId;
    list.limit = static_cast<long long>(std::min(limit, kMostRequests));
    list.each([&] { found.push_back(list.request()); });
  });
  return found;
}

bool SociAccessRequestStore::decideRequest(UnitOfWork& work, std::string_view organizationId, std::string_view id,
                                           AccessRequestState state, TimePoint at) {
  if (state == AccessRequestState::kPending) return false;
  auto& decide = sessionOf(work).kept<DecideRequest>();
  decide.organizationId = organizationId;
  decide.id = id;
  decide.state = nameOf(state);
  decide.wanted = nameOf(state);
  decide.at = toEpochSeconds(at);
  return decide.run() == 1;
}

bool SociAccessRequestStore::removeRequest(UnitOfWork& work, const IdentityKey& key) {
  auto& remove = sessionOf(work).kept<RemoveRequest>();
  assignRequestKey(remove, key);
  return remove.run() == 1;
}

}  // namespace sso::db
