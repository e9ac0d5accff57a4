// SPDX-License-Identifier: Apache-2.0
#include "pages/setup_link_section.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>

#include "pages/settings_guard.h"
#include "roles.h"
#include "sso/error.h"
#include "sso/reason.h"
#include "sso/setup_links.h"
#include "stores/member_store.h"
#include "text_rules.h"

namespace hostapp {
namespace {

struct Lifetime {
  std::string_view word, label;
  std::chrono::seconds length;
};
constexpr std::array<Lifetime, 3> kLifetimes{{{"1h", "1 hour", std::chrono::hours(1)},
                                              {"1d", "1 day", std::chrono::hours(24)},
                                              {"7d", "7 days", std::chrono::hours(7 * 24)}}};

/// What came of a form, as the page is told it: a word of ours, never text.
constexpr std::string_view kAnswer = "/settings/sso?links=", kPlace = "#setup-links";

sso::WebResponse backWith(std::string_view word) {
  return sso::WebResponse::redirect(std::string(kAnswer) + std::string(word) + std::string(kPlace));
}

void requireOwner(const Visit& visit) {
  if (isOwner(visit.session->role)) return;
  throw sso::Error(sso::ErrorCode::kForbidden, sso::reason::kHost, "setup links are for owners to make and take back");
}

sso::Actor owningActor(const Visit& visit) {
  sso::Actor actor;
  actor.accountId = visit.session->accountId;
  actor.remoteAddress = visit.request.remoteAddress;
  return actor;
}

/// "opened twice, the last time 5 minutes ago"
std::string openedInWords(const sso::SetupLink& link, std::int64_t now) {
  if (!link.lastOpenedAt) return "not opened yet";
  const std::string times = link.timesOpened == 1   ? "once, "
                            : link.timesOpened == 2 ? "twice, the last time "
                                                    : std::to_string(link.timesOpened) + " times, the last time ";
  return "opened " + times + formatAgo(sso::toEpochSeconds(*link.lastOpenedAt), now);
}

View linkRow(const sso::SetupLink& link, const std::string& person, std::int64_t now) {
  View row;
  row.set("id", link.id);
  row.set("name", link.id.substr(0, 8));  // as the audit trail names it
  row.set("person", person.empty() ? std::string("Somebody who left") : person);
  row.set("made", formatAgo(sso::toEpochSeconds(link.createdAt), now));
  row.set("until", formatMoment(sso::toEpochSeconds(link.expiresAt)));
  row.set("opened", openedInWords(link, now));
  return row;
}

View linkRows(const Parts& parts, const std::string& tenantId, const std::vector<sso::SetupLink>& links) {
  std::map<std::string, std::string> names;  // people of this tenant alone
  parts.database->withSession([&](sso::db::Session& session) {
    names.clear();
    for (const auto& link : links) {
      names[link.createdBy] = members::nameOf(session, tenantId, link.createdBy).value_or("");
    }
  });
  View rows(View::type::list);
  for (const auto& link : links) rows << linkRow(link, names[link.createdBy], parts.sessions->now());
  return rows;
}

}  // namespace

SetupLinkSection::SetupLinkSection(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}

void SetupLinkSection::addTo(Router& router, const std::shared_ptr<SetupLinkSection>& section) {
  const SettingsGuard guard(section->parts_);
  router.post("/settings/sso/setup-links", Access::kMember,
              guard.behind([section](const Visit& visit) { return section->create(visit); }));
  router.post("/settings/sso/setup-links/revoke", Access::kMember,
              guard.behind([section](const Visit& visit) { return section->revoke(visit); }));
}

void SetupLinkSection::fill(const Parts& parts, const Visit& visit, View& view) {
  view.set("setup_links", Partial([] { return std::string(embeddedFile("pages/setup_links.html")); }));
  const bool owner = isOwner(visit.session->role);
  view.set("may_share", owner);
  if (!owner) return;
  const auto links = parts.sso->setupLinks().list(visit.session->tenantId);
  View lifetimes(View::type::list);
  for (const auto& lifetime : kLifetimes) {
    View option;
    option.set("word", std::string(lifetime.word));
    option.set("label", std::string(lifetime.label));
    option.set("chosen", lifetime.word == "1d");
    lifetimes << option;
  }
  view.set("lifetimes", lifetimes);
  view.set("links", linkRows(parts, visit.session->tenantId, links));
  view.set("has_links", !links.empty());
  const bool full = links.size() >= sso::SetupLinks::kMostLive;
  view.set("links_full", full);
  view.set("most_links", std::to_string(sso::SetupLinks::kMostLive));
  const std::string answer = queryOf(visit, "links");
  view.set("link_revoked", answer == "revoked");
  view.set("link_gone", answer == "gone");
}

sso::WebResponse SetupLinkSection::create(const Visit& visit) const {
  requireOwner(visit);
  const std::string word = fieldOf(visit, "lifetime");
  const auto lifetime =
      std::find_if(kLifetimes.begin(), kLifetimes.end(), [&](const Lifetime& one) { return one.word == word; });
  if (lifetime == kLifetimes.end()) {
    throw sso::Error(sso::ErrorCode::kInvalidRequest, sso::reason::kMalformed, "no such lifetime of a setup link");
  }
  const auto& who = *visit.session;
  const auto link = parts_->sso->setupLinks().create({who.tenantId, who.tenantName, std::string(kFirstRole)},
                                                     lifetime->length, owningActor(visit));
  if (!link) return backWith("full");
  View view;
  // In the fragment, which browsers keep to themselves: no log, proxy or referrer sees the token.
  view.set("link", parts_->config.ownOrigin() + "/setup#" + link->token.reveal());
  view.set("until", formatMoment(sso::toEpochSeconds(link->expiresAt)));
  view.set("lifetime", std::string(lifetime->label));
  view.set("tab_sso", true);
  view.set("tabs", Partial([] { return std::string(embeddedFile("pages/settings_tabs.html")); }));
  Frame frame;
  frame.title = "A link for your IT admin";
  frame.current = "settings";
  frame.script = "copy.js";
  return memberPage(*parts_, visit, 200, "setup_link_made", frame, std::move(view));
}

sso::WebResponse SetupLinkSection::revoke(const Visit& visit) const {
  requireOwner(visit);
  const bool revoked =
      parts_->sso->setupLinks().revoke(visit.session->tenantId, fieldOf(visit, "link"), owningActor(visit));
  return backWith(revoked ? "revoked" : "gone");
}

}  // namespace hostapp
