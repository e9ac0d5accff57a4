// SPDX-License-Identifier: Apache-2.0
#include "pages/migration_page.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <map>

#include "pages/connection_list.h"
#include "pages/policy_words.h"
#include "pages/settings_guard.h"
#include "sso/error.h"
#include "sso/reason.h"
#include "sso/tenants.h"
#include "step_up.h"
#include "text_rules.h"

namespace hostapp {
namespace {

constexpr std::string_view kMigrationPath = "/settings/sso/migration";
constexpr int kMostDays = 90;

using Names = std::map<std::string, std::string>;

std::string shownName(const Names& names, const std::string& id) {
  const auto found = names.find(id);
  return found == names.end() || found->second.empty() ? id : found->second + " (" + id + ")";
}

View optionsOf(const Names& names, const std::string& chosen) {
  View list(View::type::list);
  for (const auto& [id, name] : names) {
    View option;
    option.set("value", id);
    option.set("label", shownName(names, id));
    option.set("chosen", id == chosen);
    list << option;
  }
  return list;
}

View windowsOf(const std::vector<sso::ConnectionMigration>& windows, const Names& names, sso::TimePoint now) {
  View list(View::type::list);
  for (const auto& window : windows) {
    const bool closed = window.closesAt <= now;
    const bool waits = !closed && window.opensAt > now;
    View row;
    row.set("retired", window.retired);
    row.set("from", shownName(names, window.retired));
    row.set("to", shownName(names, window.replacement));
    row.set("closed", closed);
    row.set("waits", waits);
    row.set("open", !closed && !waits);
    row.set("automatic", window.automatic);
    row.set("opens_at", formatMoment(sso::toEpochSeconds(window.opensAt)));
    row.set("closes_at", formatMoment(sso::toEpochSeconds(window.closesAt)));
    list << row;
  }
  return list;
}

/// 1 to 90; 0 for anything else.
int daysFrom(const std::string& text) {
  int days = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), days);
  const bool good = problem == std::errc() && end == text.data() + text.size();
  return good && days >= 1 && days <= kMostDays ? days : 0;
}

std::vector<sso::ConnectionMigration>::iterator windowOf(sso::OrganizationPolicy& policy, const std::string& retired) {
  return std::find_if(policy.migrations.begin(), policy.migrations.end(),
                      [&](const auto& window) { return window.retired == retired; });
}

}  // namespace

MigrationPage::MigrationPage(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}

void MigrationPage::addTo(Router& router, const std::shared_ptr<MigrationPage>& page) {
  const SettingsGuard guard(page->parts_);
  router.get(std::string(kMigrationPath), Access::kMember,
             guard.behind([page](const Visit& visit) { return page->show(visit, 200, ""); }));
  router.post("/settings/sso/migration", Access::kMember,
              guard.behind([page](const Visit& visit) { return page->change(visit); }));
}

sso::WebResponse MigrationPage::show(const Visit& visit, int status, const std::string& problem) const {
  const auto& who = *visit.session;
  const auto stored = parts_->sso->tenants().find(who.tenantId);
  View view;
  view.set("is_tied", stored.has_value());
  if (stored) {
    const auto now = parts_->clock->now();
    Names all, active;
    for (const auto& connection : connectionsAtScalekit(*parts_, stored->id)) {
      all[connection.id] = nameOf(connection);
      if (connection.active()) active[connection.id] = nameOf(connection);
    }
    for (const auto& id : parts_->storage->identities().connectionsWithIdentities(stored->id)) all.emplace(id, "");
    const bool owner = who.role == "owner";
    const bool fresh = isRecent(who, sso::toEpochSeconds(now));
    const std::string days = fieldOf(visit, "days");
    view.set("windows", windowsOf(stored->policy.migrations, all, now));
    view.set("retired_options", optionsOf(all, fieldOf(visit, "retired")));
    view.set("replacement_options", optionsOf(active, fieldOf(visit, "replacement")));
    view.set("days", days.empty() ? std::string("30") : days);
    view.set("automatic", fieldOf(visit, "matching") == "automatic");
    view.set("version", std::to_string(stored->version));
    view.set("is_owner", owner);
    view.set("may_open", owner && fresh && all.size() > 1 && !active.empty());
    view.set("nothing_to_move", owner && (all.size() < 2 || active.empty()));
    view.set("asks_again", owner && !fresh && who.method != "password");
    view.set("asks_password", owner && !fresh && who.method == "password");
    view.set("step_up_path", stepUpPath(who, parts_->sso->options().loginPath, kMigrationPath));
  }
  view.set("saved", queryOf(visit, "done") == "1" && problem.empty());
  view.set("problem", problem);
  view.set("has_problem", !problem.empty());
  view.set("tab_policy", true);
  view.set("tabs", Partial([] { return std::string(embeddedFile("pages/settings_tabs.html")); }));
  Frame frame;
  frame.title = problem.empty() ? "Moving to another connection" : "Error: Moving to another connection";
  frame.current = "settings";
  return memberPage(*parts_, visit, status, "migration", frame, std::move(view));
}

sso::WebResponse MigrationPage::change(const Visit& visit) const {
  const auto& who = *visit.session;
  if (who.role != "owner") {
    throw sso::Error(sso::ErrorCode::kForbidden, sso::reason::kHost, "migration windows are for owners to open");
  }
  const auto stored = parts_->sso->tenants().find(who.tenantId);
  if (!stored) return show(visit, 200, "");
  const auto now = sso::fromEpochSeconds(sso::toEpochSeconds(parts_->clock->now()));
  auto wanted = stored->policy;
  const std::string action = fieldOf(visit, "action"), retired = fieldOf(visit, "retired");
  const auto window = windowOf(wanted, retired);
  if (action == "open") {
    if (!isRecent(who, sso::toEpochSeconds(now))) {
      return show(visit, 403, "Confirm first that it is you. Nothing was changed.");
    }
    const int days = daysFrom(fieldOf(visit, "days"));
    if (days == 0) return show(visit, 400, "Nothing was changed. Choose between 1 and 90 days.");
    if (window != wanted.migrations.end()) wanted.migrations.erase(window);
    wanted.migrations.push_back({retired, fieldOf(visit, "replacement"), now, now + std::chrono::hours(24 * days),
                                 fieldOf(visit, "matching") == "automatic"});
    return save(visit, *stored, wanted);
  }
  if (window == wanted.migrations.end()) return show(visit, 409, "This window is gone already. Nothing was changed.");
  if (action == "close") {
    // It stays as one that is over: it says why somebody is refused who was not carried over in time.
    if (window->opensAt >= now) {
      wanted.migrations.erase(window);
    } else {
      window->closesAt = std::min(window->closesAt, now);
    }
  } else if (action == "forget") {
    wanted.migrations.erase(window);
  } else {
    throw sso::Error(sso::ErrorCode::kInvalidRequest, sso::reason::kMalformed, "no such action of a window");
  }
  return save(visit, *stored, wanted);
}

sso::WebResponse MigrationPage::save(const Visit& visit, const sso::Organization& stored,
                                     const sso::OrganizationPolicy& wanted) const {
  const auto& who = *visit.session;
  try {
    const auto problems = parts_->sso->tenants().policyProblems(stored, wanted);
    if (!problems.empty()) return show(visit, 400, "Nothing was changed. " + policy_words::problemInWords(problems[0]));
    std::int64_t version = -1;
    const std::string typed = fieldOf(visit, "version");
    std::from_chars(typed.data(), typed.data() + typed.size(), version);
    parts_->sso->tenants().changePolicy({who.tenantId, who.tenantName, ""}, version, wanted,
                                        {who.accountId, visit.request.remoteAddress, ""});
    return sso::WebResponse::redirect(std::string(kMigrationPath) + "?done=1");
  } catch (const sso::Error& error) {
    if (error.code() == sso::ErrorCode::kConflict) {
      return show(visit, 409, "Nothing was changed: somebody else was faster. This is how it is now.");
    }
    if (error.code() != sso::ErrorCode::kUpstreamUnavailable && error.code() != sso::ErrorCode::kUpstreamRejected) {
      throw;
    }
    return show(visit, 503, "Nothing was changed: your connections cannot be looked at at the moment. Try again soon.");
  }
}

}  // namespace hostapp
