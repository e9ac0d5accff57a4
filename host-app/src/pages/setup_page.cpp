// SPDX-License-Identifier: Apache-2.0
#include "pages/setup_page.h"

#include <nlohmann/json.hpp>

#include "json_view.h"
#include "roles.h"
#include "sso/admin_portal/page_parts.h"
#include "sso/error.h"
#include "sso/error_view.h"
#include "sso/reason.h"
#include "text_rules.h"

namespace hostapp {
namespace {

namespace portal = sso::admin_portal;

constexpr std::string_view kSetupPage = "/setup", kSetupStatus = "/setup/status", kSetupLink = "/setup/portal-link";
// An office is one network to us, and an open page asks once a minute; who guesses tokens is slowed down, hopeless as
// it is against 256 bits. A link opens the portal as often as one account does.
constexpr RateLimiter::Limit kPerNetwork{300, std::chrono::minutes(5), 75}, kPerLink{20, std::chrono::minutes(1)};

Partial linkPartOf(std::string_view name) {
  return [text = std::string(portal::fragment(name))] { return text; };
}

sso::Actor actorThrough(const Visit& visit, const std::string& linkId) {
  sso::Actor actor;
  actor.remoteAddress = visit.request.remoteAddress;
  actor.setupLinkId = linkId;
  return actor;
}

portal::Administrator administratorThrough(const Visit& visit, const sso::SharedSetup& setup) {
  portal::Administrator administrator;
  administrator.tenant = {setup.organization.tenantId, setup.organization.displayName, std::string(kFirstRole)};
  administrator.actor = actorThrough(visit, setup.linkId);
  return administrator;
}

}  // namespace

SetupPage::SetupPage(std::shared_ptr<const Parts> parts)
    : parts_(std::move(parts)),
      portal_({parts_->sso, parts_->storage, parts_->clock, parts_->log}),
      perNetwork_(kPerNetwork, parts_->clock, {parts_->rates, "setup links opened by a network"}),
      perLink_(kPerLink, parts_->clock, {parts_->rates, "portal links of a setup link"}) {}

void SetupPage::addTo(Router& router, const std::shared_ptr<SetupPage>& page) {
  const auto post = [&](std::string_view path, auto method) {
    router.post(std::string(path), Access::kOpen,
                [page, method](const Visit& visit) { return (*page.*method)(visit); });
  };
  router.get(std::string(kSetupPage), Access::kOpen, [page](const Visit& visit) { return page->page(visit); });
  post(kSetupStatus, &SetupPage::status);
  post(kSetupLink, &SetupPage::portalLink);
}

sso::WebResponse SetupPage::page(const Visit& visit) const {
  View view;
  view.set("by_link", true);
  view.set("tied", true);
  view.set("frame_origin", portal_.frameOrigin());
  view.set("open_portal", "false");  // the script opens it, once the link is known to be live
  view.set("link_path", std::string(kSetupLink));
  view.set("status_path", std::string(kSetupStatus));
  view.set("csrf_field", std::string(CsrfGuard::kField));
  view.set("frame_part", linkPartOf("frame.html"));
  view.set("dead_part", Partial([] { return std::string(embeddedFile("pages/setup_dead.html")); }));
  Frame frame;
  frame.title = "Single sign-on setup";
  frame.bare = true;
  frame.portalAssets = true;
  frame.script = "setup_link.js";
  auto answer = visitorPage(*parts_, visit, 200, "setup", frame, std::move(view));
  answer.headers.emplace_back("Content-Security-Policy", portal::contentSecurityPolicy(portal_.frameOrigin()));
  return answer;
}

std::optional<std::chrono::seconds> SetupPage::waitOf(const Visit& visit) const {
  return perNetwork_.take(networkOf(visit.request.remoteAddress));
}

sso::WebResponse SetupPage::status(const Visit& visit) const {
  if (const auto wait = waitOf(visit)) return tooMany(visit, *wait);
  const auto setup = parts_->sso->setupLinks().find(fieldOf(visit, "link"));
  if (!setup) return dead(visit);
  const std::string text = portal::toLinkJson(portal_.look(administratorThrough(visit, *setup)));
  View view = viewFromJson(text);
  view.set("details", linkPartOf("details.html"));
  auto json = nlohmann::ordered_json::parse(text);
  json["organization"] = setup->organization.displayName;
  json["expires_at"] = sso::toEpochSeconds(setup->expiresAt);
  json["html"]["status"] = parts_->pages->part(portal::fragment("link_status.html"), view);
  return sso::WebResponse::json(200, json.dump());
}

sso::WebResponse SetupPage::portalLink(const Visit& visit) const {
  if (const auto wait = waitOf(visit)) return tooMany(visit, *wait);
  const auto& links = parts_->sso->setupLinks();
  const std::string token = fieldOf(visit, "link");
  const auto found = links.find(token);
  if (!found) return dead(visit);
  if (const auto wait = perLink_.take(found->linkId)) return tooMany(visit, *wait);
  const auto opened = links.open(token, actorThrough(visit, found->linkId));
  if (!opened) return dead(visit);
  try {
    return lead(visit, portal_.freshLink(administratorThrough(visit, *opened)));
  } catch (const portal::TooManyLinks& error) {
    return tooMany(visit, error.retryAfter());
  } catch (const sso::Error& error) {
    const bool scalekits =
        error.code() == sso::ErrorCode::kUpstreamUnavailable || error.code() == sso::ErrorCode::kUpstreamRejected;
    if (!scalekits || visit.request.wantsJson()) throw;
    return noPortal(error);
  }
}

/// To the script, or (without cookies of embedded pages) by the form's own tab.
sso::WebResponse SetupPage::lead(const Visit& visit, const portal::FreshLink& link) const {
  if (!visit.request.wantsJson()) {
    return parts_->pages->leavePage(sso::WebResponse::redirect(link.location.reveal()), "Opening the setup");
  }
  const nlohmann::ordered_json json = {{"location", link.location.reveal()},
                                       {"expire_time", sso::toEpochSeconds(link.expireTime)},
                                       {"organization_id", link.organizationId}};
  auto answer = sso::WebResponse::json(200, json.dump());
  answer.headers.emplace_back("Referrer-Policy", "no-referrer");
  return answer;
}

sso::WebResponse SetupPage::tooMany(const Visit& visit, std::chrono::seconds wait) const {
  const sso::Error error(sso::ErrorCode::kRateLimited, sso::reason::kHost, "setup link asked too often");
  sso::ErrorView view = sso::viewOf(error, sso::newReference(*parts_->random));
  view.retryPath = kSetupPage;
  auto answer = visit.request.wantsJson() ? sso::errorAsJson(view) : parts_->pages->errorPage(view);
  addRetryAfter(answer, wait);
  return answer;
}

sso::WebResponse SetupPage::dead(const Visit& visit) const {
  if (visit.request.wantsJson()) throw sso::Error(sso::ErrorCode::kNotFound, sso::reason::kHost, "no live setup link");
  View view;
  view.set("dead_part", Partial([] { return std::string(embeddedFile("pages/setup_dead.html")); }));
  Frame frame;
  frame.title = "This link does not work any more";
  frame.bare = true;
  return visitorPage(*parts_, visit, 404, "setup_link_dead", frame, std::move(view));
}

sso::WebResponse SetupPage::noPortal(const sso::Error& error) const {
  sso::ErrorView view = sso::viewOf(error, sso::newReference(*parts_->random));
  view.message = "The setup cannot be opened at the moment. Nothing was changed.";
  view.nextStep = "Close this tab, wait a minute, and open it again from the page of your link.";
  view.retryPath = kSetupPage;
  parts_->log->write(
      {sso::LogLevel::kWarning, "app.setup.no_portal", {{"reference", view.reference}, {"reason", error.reason()}}});
  return parts_->pages->errorPage(view);
}

}  // namespace hostapp
