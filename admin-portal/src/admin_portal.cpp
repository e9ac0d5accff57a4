// SPDX-License-Identifier: Apache-2.0
#include "sso/admin_portal/admin_portal.h"

#include <utility>

#include "link_limits.h"
#include "setup_reading.h"
#include "sso/digest.h"
#include "sso/reason.h"
#include "sso/scalekit/client.h"
#include "words.h"

namespace sso::admin_portal {
namespace {

/// scheme://host[:port] of the environment's address, as browsers spell an origin.
std::string originOf(std::string url) {
  const auto scheme = url.find("://");
  const auto end = url.find('/', scheme == std::string::npos ? 0 : scheme + 3);
  return end == std::string::npos ? url : url.substr(0, end);
}

void requireAdministrator(const Administrator& who) {
  if (who.tenant.id.empty() || who.actor.accountId.empty()) {
    throw Error(ErrorCode::kInvalidRequest, reason::kHost, "an administrator without tenant or account");
  }
}

/// The connection that this session came in through, or else the first that is switched on; null: none is.
const scalekit::ConnectionSummary* connectionToJudge(const SsoSetup& setup,
                                                     const std::optional<SignInThrough>& signIn) {
  const scalekit::ConnectionSummary* first = nullptr;
  for (const auto& connection : setup.connections) {
    if (!connection.active()) continue;
    if (signIn && connection.id == signIn->connectionId) return &connection;
    if (first == nullptr) first = &connection;
  }
  return first;
}

/// Whoever may set up, by an account or by a link; the name that the limits count.
std::string nameForLimits(const Administrator& who) {
  if (who.actor.setupLinkId.empty()) {
    requireAdministrator(who);
    return "account " + who.actor.accountId;
  }
  if (who.tenant.id.empty() || !who.actor.accountId.empty()) {
    throw Error(ErrorCode::kInvalidRequest, reason::kHost, "a setup link without tenant, or beside an account");
  }
  return "setup link " + who.actor.setupLinkId;
}

/// Passing troubles between us and Scalekit; what is stored here is shown meanwhile.
bool scalekitsFault(const Error& error) {
  return error.code() == ErrorCode::kUpstreamUnavailable || error.code() == ErrorCode::kUpstreamRejected;
}

}  // namespace

TooManyLinks::TooManyLinks(std::chrono::seconds wait)
    : Error(ErrorCode::kRateLimited, reason::kHost, "too many portal links"), wait_(wait) {}

AdminPortal::AdminPortal(Dependencies dependencies, Options options)
    : parts_(std::move(dependencies)),
      options_(std::move(options)),
      limits_(
          std::make_unique<LinkLimits>(options_.linksPerAccount, options_.linksPerTenant, options_.looksPerAccount)) {
  if (!parts_.module || !parts_.storage) {
    throw Error(ErrorCode::kConfig, reason::kConfig, "AdminPortal needs the module and its storage");
  }
  if (!parts_.clock) parts_.clock = systemClock();
  if (!parts_.log) parts_.log = stderrLog();
  frameOrigin_ = originOf(parts_.module->options().environmentUrl);
}

AdminPortal::~AdminPortal() = default;

FreshLink AdminPortal::freshLink(const Administrator& who) const {
  if (const auto wait = limits_->takeLink(nameForLimits(who), who.tenant.id, parts_.clock->steady())) {
    throw TooManyLinks(*wait);
  }
  const auto organization = parts_.module->tenants().organizationOf(who.tenant, who.actor);
  const auto scalekit = parts_.module->scalekit();
  const auto& links = scalekit->portalLinks();
  auto link = links.create(organization.id, options_.features);
  try {
    record(who, organization.id, link.id);
  } catch (const Error&) {
    // A way in that nobody can account for must not be used. It dies in a minute even if this fails.
    try {
      links.revoke(organization.id, link.id);
    } catch (const Error& error) {
      parts_.log->write({LogLevel::kWarning, "sso.portal.link_not_revoked", {{"reason", error.reason()}}});
    }
    throw;
  }
  return {std::move(link.location), organization.id,
          link.expireTime.value_or(parts_.clock->now() + std::chrono::seconds(60))};
}

void AdminPortal::record(const Administrator& who, const std::string& organizationId, const std::string& linkId) const {
  AuditEvent event;
  event.name = "sso.portal.link_created";
  event.organizationId = organizationId;
  event.accountId = who.actor.accountId;
  event.remoteAddress = who.actor.remoteAddress;
  event.reference = who.actor.reference;
  // Scalekit's guide shows ids that are the secret part of the location (CONTRACT.md 5.1): only a hash of it is kept.
  event.details["link"] = sha256Hex(linkId).substr(0, 32);
  if (!who.actor.setupLinkId.empty()) event.details["setup_link"] = who.actor.setupLinkId;
  event.at = parts_.clock->now();
  parts_.storage->audit().record(event);
}

SetupView AdminPortal::look(const Administrator& who) const {
  const std::string name = nameForLimits(who);
  const auto& tenants = parts_.module->tenants();
  const auto stored = tenants.find(who.tenant.id);
  SetupView view;
  if (!stored) {
    view = describeNothing();
  } else if (limits_->takeLook(name, parts_.clock->steady())) {
    view = storedView(*stored, "You asked very often. This is what we knew last; look again in a minute.");
  } else {
    try {
      const auto setup = tenants.refresh(who.tenant, who.actor);
      view = liveView(who, setup);
      view.lastSignIn = parts_.storage->audit().lastLogin(setup.organization.id);
    } catch (const Error& error) {
      if (!scalekitsFault(error)) throw;
      parts_.log->write({LogLevel::kWarning, "sso.portal.not_read", {{"reason", error.reason()}}});
      view =
          storedView(*stored, "The service behind this page does not answer at the moment. This is what we knew last.");
    }
  }
  view.frameOrigin = frameOrigin_;
  tellNextStep(view);
  return view;
}

SetupView AdminPortal::liveView(const Administrator& who, const SsoSetup& setup) const {
  const auto& tenants = parts_.module->tenants();
  Ways ways;
  ways.emergencyPath = options_.emergencyPath;
  ways.previewPath = options_.previewPath;
  if (setup.organization.policy.mode != SsoMode::kOff && setup.hasActiveConnection()) {
    ways.signInPath = parts_.module->options().loginPath + "?organization_id=" + percentEncode(setup.organization.id) +
                      "&return_to=" + percentEncode(options_.settingsPath);
  }
  auto required = tenants.obstacles(setup, {SsoMode::kRequired, who.signIn});
  // The way to the switch leads over the preview, so it is nothing to clear away before.
  if (!ways.previewPath.empty()) std::erase(required, ModeObstacle::kPreviewNotSeen);
  return describeSetup(setup, tenants.obstacles(setup, {SsoMode::kOptional, who.signIn}), required, ways);
}

PreviewView AdminPortal::preview(const Administrator& who) const {
  requireAdministrator(who);
  PreviewView view;
  const auto& tenants = parts_.module->tenants();
  if (!tenants.find(who.tenant.id)) {
    view.problem = "Nothing is connected yet, so there is nothing to look at.";
    return view;
  }
  if (limits_->takeLook(nameForLimits(who), parts_.clock->steady())) {
    view.problem = "You asked very often. Look again in a minute.";
    return view;
  }
  try {
    const auto setup = tenants.refresh(who.tenant, who.actor);
    const auto* connection = connectionToJudge(setup, who.signIn);
    if (connection == nullptr) {
      view.problem = "No connection is switched on, so nobody could sign in through one.";
      return view;
    }
    view = describePreview(tenants.preview(setup.organization, connection->id));
    view.connection = providerName(connection->provider);
    view.required = liveView(who, setup).modes.back();
  } catch (const Error& error) {
    if (!scalekitsFault(error)) throw;
    parts_.log->write({LogLevel::kWarning, "sso.portal.not_read", {{"reason", error.reason()}}});
    view.problem = "The service behind this page does not answer at the moment. Nothing was changed; try again soon.";
  }
  return view;
}

SetupView AdminPortal::storedView(const Organization& organization, std::string problem) const {
  auto view = describeStored(organization);
  view.problem = std::move(problem);
  view.lastSignIn = parts_.storage->audit().lastLogin(organization.id);
  return view;
}

ModeOutcome AdminPortal::switchMode(const Administrator& who, SsoMode mode, const std::string& previewDigest) const {
  requireAdministrator(who);
  return parts_.module->tenants().switchMode(who.tenant, {mode, who.signIn, previewDigest}, who.actor);
}

}  // namespace sso::admin_portal
