// SPDX-License-Identifier: Apache-2.0
#include "page_renderer.h"

#include "roles.h"
#include "sso/error.h"
#include "sso/reason.h"
#include "text_rules.h"

namespace hostapp {
namespace {

std::string titleOf(const sso::ErrorView& error) {
  if (error.name == "not_found") return "Page not found";
  if (error.name == "sso_required") return "Use your company's sign-in";
  if (error.name == "rate_limited") return "Too many tries";
  return "Something did not work";
}

std::string retryLabel(const sso::ErrorView& error) {
  if (error.retryPath.empty()) return "Go to the start page";
  return error.retryPath == "/login" ? "Go to the sign-in page" : "Try again";
}

}  // namespace

PageRenderer::PageRenderer(std::shared_ptr<const Assets> assets, bool companyLogout)
    : assets_(std::move(assets)), companyLogout_(companyLogout) {}

sso::WebResponse PageRenderer::page(int status, std::string_view name, const Frame& frame, View content) const {
  content.set("title", frame.title);
  content.set("css", assets_->urlOf("app.css"));
  content.set("icon", assets_->urlOf("favicon.svg"));
  content.set("csrf_token", frame.csrfToken);
  content.set("bare", frame.bare);
  content.set("leaving", !frame.leaveFor.empty());
  content.set("leave_for", frame.leaveFor);
  content.set("on_dashboard", frame.current == "dashboard");
  content.set("on_account", frame.current == "account");
  content.set("on_settings", frame.current == "settings");
  content.set("portal_assets", frame.portalAssets);
  content.set("portal_css", assets_->urlOf("portal.css"));
  content.set("portal_js", assets_->urlOf("portal.js"));
  content.set("has_script", !frame.script.empty());
  if (!frame.script.empty()) content.set("script", assets_->urlOf(frame.script));
  content.set("signed_in", frame.who != nullptr);
  if (frame.who != nullptr) {
    content.set("who_name", frame.who->displayName);
    content.set("who_email", frame.who->email);
    content.set("who_initials", initialsOf(frame.who->displayName));
    content.set("who_tenant", frame.who->tenantName);
    content.set("who_administers", isAdministrator(frame.who->role));
    content.set("offer_company_logout", companyLogout_ && frame.who->method == "sso");
  }
  const std::string file = "pages/" + std::string(name) + ".html";
  content.set("content", kainjow::mustache::partial([file] { return std::string(embeddedFile(file)); }));

  kainjow::mustache::mustache layout{std::string(embeddedFile("pages/layout.html"))};
  sso::WebResponse answer;
  answer.status = status;
  answer.body = layout.render(content);
  if (!layout.is_valid()) {
    throw sso::Error(sso::ErrorCode::kInternal, sso::reason::kInternal, "template " + file + " is not valid");
  }
  return answer;
}

std::string PageRenderer::part(std::string_view partial, const View& content) const {
  kainjow::mustache::mustache text{std::string(partial)};
  std::string rendered = text.render(content);
  if (!text.is_valid()) {
    throw sso::Error(sso::ErrorCode::kInternal, sso::reason::kInternal, "a part of a page is not valid");
  }
  return rendered;
}

sso::WebResponse PageRenderer::errorPage(const sso::ErrorView& error) const {
  View view;
  view.set("message", error.message);
  view.set("next_step", error.nextStep);
  view.set("reference", error.reference);
  view.set("has_reference", !error.reference.empty());
  view.set("retry_path", error.retryPath.empty() ? std::string("/") : error.retryPath);
  view.set("retry_label", retryLabel(error));
  // No look at the session: an error page must work when the database does not.
  Frame frame;
  frame.title = titleOf(error);
  frame.bare = true;
  return page(error.status, "error", frame, std::move(view));
}

sso::WebResponse PageRenderer::leavePage(sso::WebResponse redirect, std::string_view heading) const {
  const bool toAnotherSite = redirect.location.starts_with("https://") || redirect.location.starts_with("http://");
  if (redirect.status < 300 || redirect.status > 399 || !toAnotherSite) return redirect;
  Frame frame;
  frame.title = "One moment";
  frame.bare = true;
  frame.leaveFor = redirect.location;
  View view;
  view.set("heading", std::string(heading));
  sso::WebResponse answer = page(200, "leaving", frame, std::move(view));
  answer.cookies = std::move(redirect.cookies);
  // The address holds the login's state: it must not travel on as a referrer (SEC-AR-07).
  answer.headers.emplace_back("Referrer-Policy", "no-referrer");
  return answer;
}

}  // namespace hostapp
