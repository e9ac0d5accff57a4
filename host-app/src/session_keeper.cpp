// SPDX-License-Identifier: Apache-2.0
#include "session_keeper.h"

#include "crypto.h"
#include "sso/digest.h"
#include "text_rules.h"

namespace hostapp {
namespace {

constexpr std::size_t kIdBytes = 32;  // 256 bits; ASVS 7.2.3 asks for 128
constexpr std::string_view kTokenPurpose = "hostapp.id_token_hint";

bool isId(std::string_view value) {
  return value.size() == kIdBytes * 2 && value.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// The tenant whose sessions this one may see and end; empty: all of the account's.
std::string_view reachOf(const sessions::SignedIn& asking) {
  return asking.method == "password" ? std::string_view() : std::string_view(asking.tenantId);
}

}  // namespace

SessionKeeper::SessionKeeper(std::shared_ptr<sso::db::Database> database, std::shared_ptr<sso::Clock> clock,
                             std::shared_ptr<sso::RandomSource> random, std::shared_ptr<const sso::Sealer> sealer,
                             bool secureCookies, SessionRules rules)
    : database_(std::move(database)),
      clock_(std::move(clock)),
      random_(std::move(random)),
      sealer_(std::move(sealer)),
      secureCookies_(secureCookies),
      cookieName_(secureCookies ? "__Host-sid" : "sid"),
      rules_(rules) {}

std::int64_t SessionKeeper::now() const { return sso::toEpochSeconds(clock_->now()); }

std::optional<std::string> SessionKeeper::idHashOf(const sso::RequestInfo& request) const {
  const auto found = request.cookies.find(cookieName_);
  // Only the form that open() makes: a planted value costs no query.
  if (found == request.cookies.end() || !isId(found->second)) return std::nullopt;
  return sso::sha256Hex(found->second);
}

std::optional<sessions::SignedIn> SessionKeeper::find(const sso::RequestInfo& request) const {
  const auto idHash = idHashOf(request);
  if (!idHash) return std::nullopt;
  std::optional<sessions::SignedIn> found;
  database_->withSession([&](sso::db::Session& session) {
    found = sessions::find(session, *idHash);
    if (!found) return;
    const auto verdict = found->organizationSuspended
                             ? SessionVerdict::kEnded  // for good: to lift a suspension restores no session
                             : judgeSession({found->createdAt, found->lastSeenAt, found->expiresAt}, now(), rules_);
    switch (verdict) {
      case SessionVerdict::kLive:
        break;
      case SessionVerdict::kLiveNote:
        sessions::touch(session, *idHash, now());
        break;
      case SessionVerdict::kEnded:
        sessions::end(session, *idHash);
        found.reset();
        break;
    }
  });
  return found;
}

sso::Cookie SessionKeeper::open(sso::db::Session& session, const SessionOwner& owner,
                                const sso::RequestInfo& request) const {
  if (const auto carried = idHashOf(request)) sessions::end(session, *carried);

  const std::string id = randomHex(*random_, kIdBytes);
  sessions::NewSession row;
  row.idHash = sso::sha256Hex(id);
  row.handle = randomHex(*random_, 12);
  row.accountId = owner.accountId;
  row.tenantId = owner.tenantId;
  row.method = owner.identity ? "sso" : "password";
  if (owner.identity) {
    row.identityIssuer = owner.identity->key.issuer;
    row.identityConnection = owner.identity->key.connectionId;
    row.identitySubject = owner.identity->key.subject;
    row.organizationId = owner.identity->organizationId;
  }
  if (!owner.idTokenHint.empty()) row.sealedIdToken = sealer_->seal(kTokenPurpose, owner.idTokenHint, row.idHash);
  row.reauthenticated = owner.reauthenticated;
  row.userAgent = describeUserAgent(request.userAgent);
  row.address = request.remoteAddress;
  row.createdAt = now();
  row.expiresAt = row.createdAt + rules_.absolute.count();
  sessions::insert(session, row);
  sessions::trim(session, owner.accountId, row.idHash, rules_.mostPerAccount);

  sso::Cookie cookie = clearedCookie();
  cookie.value = id;
  cookie.maxAge = std::nullopt;  // until the browser closes; the server's limits count
  return cookie;
}

sso::EndedSession SessionKeeper::end(const sso::RequestInfo& request) const {
  sso::EndedSession ended;
  ended.cookies.push_back(clearedCookie());
  const auto idHash = idHashOf(request);
  if (!idHash) return ended;
  std::optional<sessions::Ended> row;
  database_->withSession([&](sso::db::Session& session) { row = sessions::end(session, *idHash); });
  if (!row) return ended;
  ended.accountId = row->accountId;
  ended.organizationId = row->organizationId;
  // A hint that no key opens any more only costs the sign-out at Scalekit.
  ended.idTokenHint = sealer_->open(kTokenPurpose, row->sealedIdToken, *idHash).value_or("");
  return ended;
}

bool SessionKeeper::endByHandle(const sessions::SignedIn& asking, std::string_view handle) const {
  bool ended = false;
  database_->withSession([&](sso::db::Session& session) {
    ended = sessions::endByHandle(session, asking.accountId, reachOf(asking), handle);
  });
  return ended;
}

void SessionKeeper::endAll(const sessions::SignedIn& asking) const {
  database_->withSession(
      [&](sso::db::Session& session) { sessions::endAll(session, asking.accountId, reachOf(asking), ""); });
}

std::vector<sessions::Listed> SessionKeeper::list(const sessions::SignedIn& asking) const {
  std::vector<sessions::Listed> found;
  database_->withSession([&](sso::db::Session& session) {
    found = sessions::list(session, asking.accountId, reachOf(asking), now(), now() - rules_.idle.count());
  });
  return found;
}

std::int64_t SessionKeeper::prune() const {
  std::int64_t removed = 0;
  database_->withSession(
      [&](sso::db::Session& session) { removed = sessions::prune(session, now(), now() - rules_.idle.count()); });
  return removed;
}

sso::Cookie SessionKeeper::clearedCookie() const {
  sso::Cookie cookie;
  cookie.name = cookieName_;
  cookie.maxAge = std::chrono::seconds{0};
  cookie.secure = secureCookies_;
  return cookie;
}

}  // namespace hostapp
