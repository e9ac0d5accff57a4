// SPDX-License-Identifier: Apache-2.0
#include "pages/audit_page.h"

#include <array>
#include <ctime>
#include <map>

#include "pages/policy_words.h"
#include "pages/settings_guard.h"
#include "stores/member_store.h"
#include "text_rules.h"

namespace hostapp {
namespace {

constexpr std::size_t kMostEvents = 100;

using Named = std::pair<std::string_view, std::string_view>;
constexpr std::array<Named, 41> kEvents{{
    {"sso.login.completed", "Signed in through your company"},
    {"sso.login.failed", "A sign-in through your company was refused"},
    {"sso.login.error", "A sign-in through your company did not work"},
    {"sso.idp_initiated.rejected", "A start from your company's tile was refused"},
    {"sso.account.created", "An account was created at the first sign-in"},
    {"sso.access.requested", "Somebody asked for an account"},
    {"sso.access.approved", "A request for an account was approved"},
    {"sso.access.declined", "A request for an account was declined"},
    {"sso.account.reclaimed", "An account that nobody had confirmed was handed to its address's owner"},
    {"sso.membership.added", "Somebody joined with their account, as invited"},
    {"sso.invitation.created", "Somebody was invited"},
    {"sso.invitation.renewed", "An invitation was sent again"},
    {"sso.invitation.revoked", "An invitation was taken back"},
    {"sso.invitation.accepted", "An invitation was accepted"},
    {"sso.account.roles_changed", "Groups changed somebody's role"},
    {"sso.identity.relinked", "An account was carried over to a new connection"},
    {"sso.account.email_changed", "An address was changed by your company's sign-in"},
    {"sso.identity.linked", "An account was connected to your company's sign-in"},
    {"sso.identity.unlinked", "An account was disconnected from your company's sign-in"},
    {"sso.email_proof.requested", "Was asked to confirm an address by mail"},
    {"sso.link.requested", "Was asked to prove an existing account"},
    {"sso.switch.requested", "Was asked before replacing another session"},
    {"sso.logout.completed", "Signed out"},
    {"sso.portal.link_created", "The setup was opened"},
    {"sso.setup_link.created", "A link for an IT admin was made"},
    {"sso.setup_link.opened", "The setup was opened with a link for an IT admin"},
    {"sso.setup_link.revoked", "A link for an IT admin was revoked"},
    {"sso.organization.tied", "The setup was begun"},
    {"sso.organization.domains_changed", "The verified domains changed"},
    {"sso.organization.mode_changed", "How people sign in was changed"},
    {"sso.organization.policy_changed", "The rules for accounts and roles were changed"},
    {"app.organization.seeded", "Support changed the organization's setup"},
    {"app.sign_in.completed", "Signed in with a password, as emergency owner"},
    {"app.sign_in.refused", "A password was refused"},
    {"app.password.changed", "A password was changed"},
    {"app.sessions.ended", "Sessions were ended"},
    {"app.emergency.changed", "Emergency access was changed"},
    {"app.account.suspended", "An account was suspended"},
    {"app.account.restored", "An account was restored"},
    {"sso.account.dormancy_noticed", "Somebody was told that their unused account will be locked"},
    {"sso.account.dormant", "An account that nobody used was locked"},
}};

std::string isoTime(std::int64_t epochSeconds) {
  const auto seconds = static_cast<std::time_t>(epochSeconds);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[24] = {};
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

/// Of the listed facts those that say something to an administrator; the rest is for whoever reads the log.
std::string factsOf(const sso::AuditEvent& event) {
  static constexpr std::array<Named, 9> kShown{{{"from", "from"},
                                                {"to", "to"},
                                                {"added", "added"},
                                                {"removed", "removed"},
                                                {"sessions", "sessions"},
                                                {"link", "link"},
                                                {"lifetime", "lifetime"},
                                                {"setup_link", "setup link"},
                                                {"invitation", "invitation"}}};
  std::string text;
  for (const auto& change : policy_words::changesOf(event)) text += (text.empty() ? "" : "; ") + change;
  for (const auto& [name, words] : kShown) {
    const auto fact = event.details.find(std::string(name));
    if (fact == event.details.end()) continue;
    const bool longName = name == "link" || name == "setup_link" || name == "invitation";
    const auto value = longName ? fact->second.substr(0, 8) : fact->second;  // enough to tell two apart
    text += (text.empty() ? "" : " ") + std::string(words) + " " + value;
  }
  return text;
}

/// Whose account an administrator changed; empty where the event is about the person's own.
std::string changedAccount(const sso::AuditEvent& event) {
  const auto account = event.details.find("account");
  return account == event.details.end() ? "" : account->second;
}

/// "Ada · account of Mia · address 192.0.2.1 · reference ..."
std::string metaOf(const sso::AuditEvent& event, const std::string& person, const std::string& changed) {
  std::string text;
  const auto add = [&](std::string_view words, const std::string& value) {
    if (!value.empty()) text += (text.empty() ? "" : " · ") + std::string(words) + value;
  };
  add("", person);
  add("account of ", changed);
  add("", factsOf(event));
  add("address ", event.remoteAddress);
  add("reference ", event.reference);
  return text;
}

View rowOf(const sso::AuditEvent& event, const std::string& person, const std::string& changed, std::int64_t now) {
  const auto at = sso::toEpochSeconds(event.at);
  View row;
  row.set("what", std::string(eventInWords(event.name)));
  row.set("meta", metaOf(event, person, changed));
  row.set("reason", event.reason);
  row.set("has_reason", !event.reason.empty());
  row.set("at", formatAgo(at, now));
  row.set("at_iso", isoTime(at));
  return row;
}

}  // namespace

std::string_view eventInWords(std::string_view name) {
  for (const auto& [event, words] : kEvents) {
    if (event == name) return words;
  }
  return name;
}

AuditPage::AuditPage(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}

void AuditPage::addTo(Router& router, const std::shared_ptr<AuditPage>& page) {
  router.get("/settings/audit", Access::kMember,
             SettingsGuard(page->parts_).behind([page](const Visit& visit) { return page->show(visit); }));
}

sso::WebResponse AuditPage::show(const Visit& visit) const {
  const auto& tenantId = visit.session->tenantId;
  std::vector<sso::AuditEvent> events;
  const auto organization = parts_->storage->organizations().findByTenant(tenantId);
  if (organization) events = parts_->storage->audit().recent(organization->id, kMostEvents);

  std::map<std::string, std::string> names;  // people of this tenant alone
  parts_->database->withSession([&](sso::db::Session& session) {
    names.clear();
    for (const auto& event : events) {
      for (const auto& account : {event.accountId, changedAccount(event)}) {
        if (account.empty() || names.count(account) > 0) continue;
        names[account] = members::nameOf(session, tenantId, account).value_or("");
      }
    }
  });
  View rows(View::type::list);
  for (const auto& event : events) {
    rows << rowOf(event, names[event.accountId], names[changedAccount(event)], parts_->sessions->now());
  }
  View view;
  view.set("events", rows);
  view.set("has_events", !events.empty());
  view.set("count", std::to_string(events.size()));
  view.set("is_cut", events.size() == kMostEvents);
  view.set("tab_audit", true);
  view.set("tabs", Partial([] { return std::string(embeddedFile("pages/settings_tabs.html")); }));
  Frame frame;
  frame.title = "Audit trail";
  frame.current = "settings";
  return memberPage(*parts_, visit, 200, "audit", frame, std::move(view));
}

}  // namespace hostapp
