// SPDX-License-Identifier: Apache-2.0
#include "pages/sso_settings_page.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "json_view.h"
#include "pages/settings_guard.h"
#include "pages/setup_link_section.h"
#include "password_sessions.h"
#include "roles.h"
#include "sso/admin_portal/page_parts.h"
#include "sso/error.h"
#include "sso/error_view.h"

namespace hostapp {
namespace {

namespace portal = sso::admin_portal;

constexpr std::string_view kPage = "/settings/sso", kStatus = "/settings/sso/status",
                           kLink = "/settings/sso/portal-link", kMode = "/settings/sso/mode",
                           kPreview = "/settings/sso/required";

portal::Options portalOptions() {
  portal::Options options;
  options.settingsPath = kPage;
  options.emergencyPath = "/settings/emergency";
  options.previewPath = kPreview;
  return options;
}

Partial partialOf(std::string_view name) {
  return [text = std::string(portal::fragment(name))] { return text; };
}

std::string doneSentence(sso::SsoMode mode) {
  switch (mode) {
    case sso::SsoMode::kOff:
      return "Single sign-on is off. Everybody signs in with a password.";
    case sso::SsoMode::kOptional:
      return "Your company's sign-in is offered, beside passwords.";
    case sso::SsoMode::kRequired:
      return "Your company's sign-in is required from now on. Passwords of members are refused.";
  }
  return "";
}

const portal::ModeView* modeOf(const portal::SetupView& setup, sso::SsoMode mode) {
  const auto found = std::find_if(setup.modes.begin(), setup.modes.end(),
                                  [&](const portal::ModeView& one) { return one.mode == mode; });
  return found == setup.modes.end() ? nullptr : &*found;
}

/// The notice after a switch, with the way back: shown while it is still true.
void addDone(View& view, const Visit& visit, const portal::SetupView& setup) {
  const auto done = portal::modeNamed(queryOf(visit, "done"));
  view.set("has_done", done == setup.mode);
  if (done != setup.mode) return;
  view.set("done", doneSentence(*done));
  const auto from = portal::modeNamed(queryOf(visit, "from"));
  const auto* back = from ? modeOf(setup, *from) : nullptr;
  // Back to "required" goes over its preview, as ever.
  view.set("can_undo", back != nullptr && back->possible && back->previewPath.empty());
  view.set("undo", from ? std::string(sso::nameOf(*from)) : std::string());
}

std::string refusalSentence(const std::vector<sso::ModeObstacle>& obstacles) {
  const bool one = obstacles.size() == 1;
  return "Nothing was changed. " +
         std::string(one ? "One thing is" : std::to_string(obstacles.size()) + " things are") +
         " missing; the list below says what to do.";
}

std::string previewSentence(bool seen) {
  return seen ? "Nothing was changed: people or rules became others since you looked. This is how it is now."
              : "Nothing was changed. Look first at what it means for each of your people.";
}

/// The setup must be open where it is needed next, and must not cost a link where it is not.
bool opensByItself(const portal::SetupView& setup) {
  const auto good = [](const auto& row) { return row.tone == portal::Tone::kGood; };
  const bool complete = std::any_of(setup.connections.begin(), setup.connections.end(), good) &&
                        std::any_of(setup.domains.begin(), setup.domains.end(), good);
  return !setup.organizationId.empty() && setup.live && !complete;
}

sso::WebResponse asTooMany(const Parts& parts, const Visit& visit, const portal::TooManyLinks& error) {
  sso::ErrorView view = sso::viewOf(error, sso::newReference(*parts.random));
  view.retryPath = kPage;
  auto answer = visit.request.wantsJson() ? sso::errorAsJson(view) : parts.pages->errorPage(view);
  addRetryAfter(answer, error.retryAfter());
  return answer;
}

}  // namespace

SsoSettingsPage::SsoSettingsPage(std::shared_ptr<const Parts> parts)
    : parts_(std::move(parts)),
      portal_({parts_->sso, parts_->storage, parts_->clock, parts_->log}, portalOptions()),
      linksOfAccount_({20, std::chrono::minutes(1)}, parts_->clock, {parts_->rates, "portal links of an account"}),
      linksOfTenant_({40, std::chrono::minutes(1)}, parts_->clock, {parts_->rates, "portal links of a tenant"}) {}

void SsoSettingsPage::addTo(Router& router, const std::shared_ptr<SsoSettingsPage>& page) {
  const SettingsGuard guard(page->parts_);
  const auto get = [&](std::string_view path, auto method) {
    router.get(std::string(path), Access::kMember,
               guard.behind([page, method](const Visit& visit) { return (*page.*method)(visit); }));
  };
  const auto post = [&](std::string_view path, auto method) {
    router.post(std::string(path), Access::kMember,
                guard.behind([page, method](const Visit& visit) { return (*page.*method)(visit); }));
  };
  get(kPage, &SsoSettingsPage::page);
  get(kStatus, &SsoSettingsPage::status);
  get(kPreview, &SsoSettingsPage::preview);
  post(kLink, &SsoSettingsPage::portalLink);
  post(kMode, &SsoSettingsPage::switchMode);
}

portal::Administrator SsoSettingsPage::administrator(const Visit& visit) const {
  const auto& who = *visit.session;
  portal::Administrator administrator;
  administrator.tenant = {who.tenantId, who.tenantName, std::string(kFirstRole)};
  administrator.actor.accountId = who.accountId;
  administrator.actor.remoteAddress = visit.request.remoteAddress;
  if (who.method == "sso") {
    administrator.signIn =
        sso::SignInThrough{who.organizationId, who.identityConnection, sso::fromEpochSeconds(who.createdAt)};
  }
  return administrator;
}

/// What each of the library's forms needs.
void SsoSettingsPage::addForm(View& view, const Visit& visit) const {
  view.set("mode_path", std::string(kMode));
  view.set("csrf_field", std::string(CsrfGuard::kField));
  view.set("csrf_token", parts_->csrf->sessionToken(visit.session->idHash));
}

View SsoSettingsPage::viewOf(const Visit& visit, const portal::SetupView& setup) const {
  View view = viewFromJson(portal::toJson(setup));
  addForm(view, visit);
  view.set("link_path", std::string(kLink));
  view.set("status_path", std::string(kStatus));
  view.set("from", std::string(sso::nameOf(setup.mode)));
  view.set("open_portal", std::string(opensByItself(setup) ? "true" : "false"));
  view.set("checklist", partialOf("checklist.html"));
  view.set("details", partialOf("details.html"));
  return view;
}

sso::WebResponse SsoSettingsPage::page(const Visit& visit) const { return show(visit, 200, ""); }

sso::WebResponse SsoSettingsPage::show(const Visit& visit, int status, const std::string& refusal) const {
  const auto setup = portal_.look(administrator(visit));
  View view = viewOf(visit, setup);
  addDone(view, visit, setup);
  view.set("refusal", refusal);
  view.set("has_refusal", !refusal.empty());
  view.set("tab_sso", true);
  view.set("tabs", Partial([] { return std::string(embeddedFile("pages/settings_tabs.html")); }));
  for (const char* part : {"status", "frame", "modes"}) {
    view.set(std::string(part) + "_part", partialOf(std::string(part) + ".html"));
  }
  SetupLinkSection::fill(*parts_, visit, view);
  Frame frame;
  frame.title = refusal.empty() ? "Single sign-on" : "Error: Single sign-on";
  frame.current = "settings";
  frame.portalAssets = true;
  auto answer = memberPage(*parts_, visit, status, "sso_settings", frame, std::move(view));
  answer.headers.emplace_back("Content-Security-Policy", portal::contentSecurityPolicy(portal_.frameOrigin()));
  return answer;
}

sso::WebResponse SsoSettingsPage::status(const Visit& visit) const {
  const auto setup = portal_.look(administrator(visit));
  const View view = viewOf(visit, setup);
  auto json = nlohmann::ordered_json::parse(portal::toJson(setup));
  for (const char* part : {"status", "modes"}) {
    json["html"][part] = parts_->pages->part(portal::fragment(std::string(part) + ".html"), view);
  }
  return sso::WebResponse::json(200, json.dump());
}

sso::WebResponse SsoSettingsPage::preview(const Visit& visit) const { return showPreview(visit, 200, ""); }

sso::WebResponse SsoSettingsPage::showPreview(const Visit& visit, int status, const std::string& refusal) const {
  const auto shown = portal_.preview(administrator(visit));
  View view = viewFromJson(portal::toJson(shown));
  addForm(view, visit);
  view.set("from", "optional");
  view.set("refusal", refusal);
  view.set("has_refusal", !refusal.empty());
  view.set("settings_path", std::string(kPage));
  view.set("tab_sso", true);
  view.set("tabs", Partial([] { return std::string(embeddedFile("pages/settings_tabs.html")); }));
  view.set("preview_part", partialOf("preview.html"));
  Frame frame;
  frame.title = refusal.empty() ? "Require single sign-on" : "Error: Require single sign-on";
  frame.current = "settings";
  frame.portalAssets = true;
  auto answer = memberPage(*parts_, visit, status, "sso_preview", frame, std::move(view));
  answer.headers.emplace_back("Content-Security-Policy", portal::contentSecurityPolicy(portal_.frameOrigin()));
  return answer;
}

portal::FreshLink SsoSettingsPage::freshLink(const Visit& visit) const {
  // The library limits for itself, and knows of no other instance.
  if (const auto wait = linksOfAccount_.take(visit.session->accountId)) throw portal::TooManyLinks(*wait);
  if (const auto wait = linksOfTenant_.take(visit.session->tenantId)) throw portal::TooManyLinks(*wait);
  return portal_.freshLink(administrator(visit));
}

sso::WebResponse SsoSettingsPage::portalLink(const Visit& visit) const {
  if (!visit.request.wantsJson()) return portalInTab(visit);
  try {
    const auto link = freshLink(visit);
    const nlohmann::ordered_json json = {{"location", link.location.reveal()},
                                         {"expire_time", sso::toEpochSeconds(link.expireTime)},
                                         {"organization_id", link.organizationId}};
    auto answer = sso::WebResponse::json(200, json.dump());
    answer.headers.emplace_back("Referrer-Policy", "no-referrer");
    return answer;
  } catch (const portal::TooManyLinks& error) {
    return asTooMany(*parts_, visit, error);
  }
}

/// The way that needs neither JavaScript nor cookies of embedded pages: the form's own tab goes there.
sso::WebResponse SsoSettingsPage::portalInTab(const Visit& visit) const {
  try {
    const auto link = freshLink(visit);
    // A redirect would be held against our form-action (see leavePage); its page is not stored and sends no referrer.
    return parts_->pages->leavePage(sso::WebResponse::redirect(link.location.reveal()), "Opening the setup");
  } catch (const portal::TooManyLinks& error) {
    return asTooMany(*parts_, visit, error);
  } catch (const sso::Error& error) {
    if (error.code() != sso::ErrorCode::kUpstreamUnavailable && error.code() != sso::ErrorCode::kUpstreamRejected)
      throw;
    // The error's own words speak of a sign-in that failed.
    sso::ErrorView view = sso::viewOf(error, sso::newReference(*parts_->random));
    view.message = "The setup cannot be opened at the moment. Nothing was changed.";
    view.nextStep = "Close this tab, wait a minute, and open it again from the settings.";
    view.retryPath = kPage;
    parts_->log->write({sso::LogLevel::kWarning,
                        "app.settings.no_portal",
                        {{"reference", view.reference}, {"reason", error.reason()}}});
    return parts_->pages->errorPage(view);
  }
}

sso::WebResponse SsoSettingsPage::switchMode(const Visit& visit) const {
  const auto mode = portal::modeNamed(fieldOf(visit, "mode"));
  if (!mode) throw sso::Error(sso::ErrorCode::kInvalidRequest, "malformed", "no such mode of single sign-on");
  const std::string seen = fieldOf(visit, "preview");
  const auto outcome = portal_.switchMode(administrator(visit), *mode, seen);
  if (outcome.obstacles == std::vector{sso::ModeObstacle::kPreviewNotSeen}) {
    return showPreview(visit, 409, previewSentence(!seen.empty()));
  }
  if (!outcome.obstacles.empty()) return show(visit, 409, refusalSentence(outcome.obstacles));
  if (*mode == sso::SsoMode::kRequired) endPasswordSessions(*parts_, visit.session->tenantId, outcome.organization.id);
  const auto from = portal::modeNamed(fieldOf(visit, "from"));
  return sso::WebResponse::redirect(std::string(kPage) + "?done=" + std::string(sso::nameOf(*mode)) +
                                    (from ? "&from=" + std::string(sso::nameOf(*from)) : ""));
}

}  // namespace hostapp
