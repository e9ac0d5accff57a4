// SPDX-License-Identifier: Apache-2.0
#include "pages/policy_page.h"

#include <algorithm>
#include <charconv>

#include "pages/connection_list.h"
#include "pages/policy_view.h"
#include "pages/policy_words.h"
#include "pages/settings_guard.h"
#include "sso/error.h"
#include "sso/reason.h"
#include "sso/tenants.h"
#include "stores/member_store.h"
#include "text_rules.h"

namespace hostapp {
namespace {

constexpr std::string_view kPolicyPath = "/settings/sso/policy";
constexpr std::size_t kMostEventsRead = 100, kMostTold = 20;
constexpr std::string_view kAdd = "add", kRemove = "remove-";

/// The number at the beginning of the text, which is taken off with what follows it; `none` where there is none.
std::size_t takeNumber(std::string_view& text, std::size_t none) {
  std::size_t number = none;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number).ptr;
  text.remove_prefix(std::min(text.size(), static_cast<std::size_t>(end - text.data()) + 1));
  return number;
}

/// "add", "remove-3"; of a connection's own list "add-0", "remove-0-3". False: it is no such action.
bool changeRows(PolicyForm& form, std::string_view action, policy_view::NewRow& added) {
  if (action == kAdd) {
    form.addRow();
    added.row = form.rows.size() - 1;
    return true;
  }
  if (action.starts_with(kRemove)) {
    action.remove_prefix(kRemove.size());
    const bool own = action.find('-') != std::string_view::npos;
    const auto list = own ? takeNumber(action, form.connections.size()) : PolicyForm::kEverybody;
    form.removeRow(takeNumber(action, PolicyForm::kMostRows), list);
    return true;
  }
  if (!action.starts_with("add-")) return false;
  action.remove_prefix(4);
  added.list = takeNumber(action, form.connections.size());
  form.addRow(added.list);
  if (added.list < form.connections.size()) added.row = form.connections[added.list].rows.size() - 1;
  return true;
}

sso::WebResponse settingsPage(const Parts& parts, const Visit& visit, int status, bool problem, View view) {
  view.set("tab_policy", true);
  view.set("tabs", Partial([] { return std::string(embeddedFile("pages/settings_tabs.html")); }));
  Frame frame;
  frame.title = problem ? "Error: Accounts and roles" : "Accounts and roles";
  frame.current = "settings";
  return memberPage(parts, visit, status, "policy", frame, std::move(view));
}

}  // namespace

PolicyPage::PolicyPage(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}

void PolicyPage::addTo(Router& router, const std::shared_ptr<PolicyPage>& page) {
  const SettingsGuard guard(page->parts_);
  router.get(std::string(kPolicyPath), Access::kMember,
             guard.behind([page](const Visit& visit) { return page->show(visit); }));
  router.post("/settings/sso/policy", Access::kMember,
              guard.behind([page](const Visit& visit) { return page->change(visit); }), PolicyForm::kLimits);
}

sso::WebResponse PolicyPage::show(const Visit& visit) const {
  const auto stored = parts_->sso->tenants().find(visit.session->tenantId);
  if (!stored) return notTied(visit);
  if (visit.session->role == "owner") {
    return form(visit, 200, PolicyForm::of(*stored, connectionsAtScalekit(*parts_, stored->id)), *stored, {});
  }
  View view;
  view.set("is_tied", true);
  view.set("facts", policy_view::factsOf(stored->policy));
  return settingsPage(*parts_, visit, 200, false, std::move(view));
}

sso::WebResponse PolicyPage::change(const Visit& visit) const {
  if (visit.session->role != "owner") {
    throw sso::Error(sso::ErrorCode::kForbidden, sso::reason::kHost, "the rules of accounts are for owners to change");
  }
  const auto stored = parts_->sso->tenants().find(visit.session->tenantId);
  if (!stored) return notTied(visit);
  PolicyForm typed = PolicyForm::read(visit.form);
  typed.tellStored(stored->policy);
  Remarks remarks;
  if (changeRows(typed, fieldOf(visit, "action"), remarks.added)) return form(visit, 200, typed, *stored, remarks);
  return save(visit, std::move(typed), *stored);
}

sso::WebResponse PolicyPage::save(const Visit& visit, PolicyForm typed, const sso::Organization& stored) const {
  const auto& who = *visit.session;
  const auto wanted = typed.policyOver(stored.policy);
  Remarks remarks;
  remarks.problems = parts_->sso->tenants().policyProblems(stored, wanted);
  if (!remarks.problems.empty()) return form(visit, 400, typed, stored, remarks);
  try {
    parts_->sso->tenants().changePolicy({who.tenantId, who.tenantName, ""}, typed.version, wanted,
                                        {who.accountId, visit.request.remoteAddress, ""});
    return sso::WebResponse::redirect(std::string(kPolicyPath) + "?done=1");
  } catch (const sso::Error& error) {
    if (error.code() != sso::ErrorCode::kConflict) throw;
  }
  const auto now = parts_->sso->tenants().find(who.tenantId);
  if (!now) return notTied(visit);
  remarks.stale = true;
  remarks.typedOver = std::exchange(typed.version, now->version);
  return form(visit, 409, typed, *now, remarks);
}

sso::WebResponse PolicyPage::form(const Visit& visit, int status, const PolicyForm& form,
                                  const sso::Organization& stored, const Remarks& remarks) const {
  View view;
  view.set("is_tied", true);
  view.set("is_owner", true);
  view.set("saved", queryOf(visit, "done") == "1" && visit.request.method == "GET");
  view.set("version", std::to_string(form.version));
  policy_view::fillForm(view, form, stored.policy, remarks.problems, remarks.added);
  view.set("is_stale", remarks.stale);
  if (remarks.stale) {
    view.set("meanwhile", meanwhile(visit, stored, remarks.typedOver));
    std::vector<std::string> effects;
    for (const auto& difference : differencesOf(stored.policy, form.policyOver(stored.policy))) {
      if (effects.size() < kMostTold) effects.push_back(policy_words::sentenceOf(difference));
    }
    view.set("effects", policy_view::linesOf(effects));
    view.set("has_effects", !effects.empty());
  }
  return settingsPage(*parts_, visit, status, remarks.stale || !remarks.problems.empty(), std::move(view));
}

/// Who saved what since this version, from the audit trail; empty when it was something else that changed.
View PolicyPage::meanwhile(const Visit& visit, const sso::Organization& stored, std::int64_t since) const {
  std::vector<std::string> told;
  const auto events = parts_->storage->audit().recent(stored.id, kMostEventsRead);
  for (const auto& event : events) {
    if (policy_words::versionOf(event) <= since) continue;
    std::string who;
    parts_->database->withSession([&](sso::db::Session& session) {
      who = members::nameOf(session, visit.session->tenantId, event.accountId).value_or("Somebody");
    });
    for (const auto& change : policy_words::changesOf(event)) {
      if (told.size() == kMostTold) break;
      told.push_back(who + ", " + formatAgo(sso::toEpochSeconds(event.at), parts_->sessions->now()) + ": " + change);
    }
  }
  View view;
  view.set("lines", policy_view::linesOf(told));
  view.set("known", !told.empty());
  return view;
}

sso::WebResponse PolicyPage::notTied(const Visit& visit) const {
  View view;
  view.set("is_tied", false);
  return settingsPage(*parts_, visit, 200, false, std::move(view));
}

}  // namespace hostapp
