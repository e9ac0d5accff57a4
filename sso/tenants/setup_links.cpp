// SPDX-License-Identifier: Apache-2.0
#include "sso/setup_links.h"

#include <utility>

#include "base/link_token.h"
#include "identity/run_unit_of_work.h"
#include "sso/digest.h"
#include "sso/error.h"
#include "sso/reason.h"
#include "tenants/event_by.h"
#include "tenants/tenant_tie.h"

namespace sso {
namespace {

/// "24 h", "30 min".
std::string lifetimeInWords(std::chrono::seconds lifetime) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(lifetime).count();
  return minutes % 60 == 0 ? std::to_string(minutes / 60) + " h" : std::to_string(minutes) + " min";
}

}  // namespace

SetupLinks::SetupLinks(std::shared_ptr<const detail::TenantTie> tie, std::shared_ptr<Storage> storage,
                       std::shared_ptr<Clock> clock, std::shared_ptr<RandomSource> random)
    : tie_(std::move(tie)), storage_(std::move(storage)), clock_(std::move(clock)), random_(std::move(random)) {}

std::optional<NewSetupLink> SetupLinks::create(const Tenant& tenant, std::chrono::seconds lifetime,
                                               const Actor& actor) const {
  if (lifetime < kShortest || lifetime > kLongest) {
    throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, "a setup link lasts five minutes to seven days");
  }
  if (actor.accountId.empty()) {
    throw Error(ErrorCode::kInvalidRequest, reason::kHost, "a setup link is made by an account");
  }
  const auto organization = tie_->organizationOf(tenant, actor);
  if (organization.status != OrganizationStatus::kActive) {
    throw Error(ErrorCode::kForbidden, reason::kOrganization, "the organization is suspended");
  }
  NewSetupLink made;
  made.token = detail::newLinkToken(*random_);
  made.id = detail::newLinkId(*random_);
  SetupLink link;
  link.id = made.id;
  link.tokenHash = sha256Hex(made.token.reveal());
  link.organizationId = organization.id;
  link.tenantId = organization.tenantId;
  link.createdBy = actor.accountId;
  link.createdAt = clock_->now();
  link.expiresAt = made.expiresAt = link.createdAt + lifetime;
  bool added = false;
  detail::runUnitOfWork(*storage_, [&](UnitOfWork& work) {
    added = storage_->setupLinks().addSetupLink(work, link, kMostLive);
    if (!added) return;
    record(work, "sso.setup_link.created", link, actor, {{"lifetime", lifetimeInWords(lifetime)}});
    work.commit();
  });
  if (!added) return std::nullopt;
  return made;
}

std::optional<SharedSetup> SetupLinks::find(std::string_view token) const {
  if (!detail::hasFormOfLinkToken(token)) return std::nullopt;
  const auto link = storage_->setupLinks().findSetupLink(sha256Hex(token), clock_->now());
  if (!link) return std::nullopt;
  const auto organization = storage_->organizations().findOrganization(link->organizationId);
  if (!organization) return std::nullopt;
  return SharedSetup{link->id, *organization, link->expiresAt};
}

std::optional<SharedSetup> SetupLinks::open(std::string_view token, const Actor& actor) const {
  const auto found = find(token);
  if (!found) return std::nullopt;
  bool opened = false;
  detail::runUnitOfWork(*storage_, [&](UnitOfWork& work) {
    // Judged again, and counted, in one statement: whoever revoked it a moment ago was heard.
    const auto link = storage_->setupLinks().openSetupLink(work, sha256Hex(token), clock_->now());
    opened = link.has_value();
    if (!opened) return;
    record(work, "sso.setup_link.opened", *link, actor, {{"times", std::to_string(link->timesOpened)}});
    work.commit();
  });
  return opened ? found : std::nullopt;
}

std::vector<SetupLink> SetupLinks::list(std::string_view tenantId) const {
  return storage_->setupLinks().setupLinksOf(tenantId, clock_->now());
}

bool SetupLinks::revoke(std::string_view tenantId, std::string_view id, const Actor& actor) const {
  bool removed = false;
  detail::runUnitOfWork(*storage_, [&](UnitOfWork& work) {
    const auto link = storage_->setupLinks().removeSetupLink(work, tenantId, id);
    removed = link.has_value();
    if (!removed) return;
    record(work, "sso.setup_link.revoked", *link, actor);
    work.commit();
  });
  return removed;
}

void SetupLinks::record(UnitOfWork& work, std::string_view name, const SetupLink& link, const Actor& actor,
                        std::map<std::string, std::string> details) const {
  auto event = detail::eventBy(actor, name, link.organizationId, clock_->now());
  event.details = std::move(details);
  event.details["setup_link"] = link.id;
  storage_->audit().record(work, event);
}

}  // namespace sso
