// SPDX-License-Identifier: Apache-2.0
#include "shared_rates.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <string_view>

#include "sso/db/kept_statement.h"
#include "sso/db/session.h"

namespace hostapp {
namespace {

using sso::db::KeptStatement;
using sso::db::Session;
using sso::db::Text;

struct AddUses : KeptStatement {
  Text ids, windows, uses, expires;
  std::string totals;
  explicit AddUses(Session& session) : KeptStatement(session, "app.rate.add") {
    // Lists as texts: one statement, however many are counted. In the order of their ids, so that two of these that
    // meet wait for each other and never in a circle.
    prepare(
        (session.prepare
             << "WITH counted AS (INSERT INTO app_rate_counts AS c (id, time_window, uses, expires) "
                "SELECT * FROM unnest(string_to_array(:ids, ' '), CAST(string_to_array(:windows, ' ') AS bigint[]), "
                "CAST(string_to_array(:uses, ' ') AS bigint[]), CAST(string_to_array(:expires, ' ') AS bigint[])) "
                "ON CONFLICT (id, time_window) DO UPDATE SET uses = greatest(0, c.uses + excluded.uses) "
                "RETURNING id, uses, (SELECT p.uses FROM app_rate_counts p "
                "WHERE p.id = c.id AND p.time_window = c.time_window - 1) AS previous) "
                "SELECT string_agg(id || ' ' || uses || ' ' || COALESCE(previous, 0), ' ') FROM counted",
         soci::into(totals), soci::use(ids.bound(), "ids"), soci::use(windows.bound(), "windows"),
         soci::use(uses.bound(), "uses"), soci::use(expires.bound(), "expires")));
  }
};

struct ForgetUses : KeptStatement {
  Text id;
  explicit ForgetUses(Session& session) : KeptStatement(session, "app.rate.forget") {
    prepare((session.prepare << "DELETE FROM app_rate_counts WHERE id = :id", soci::use(id.bound(), "id")));
  }
};

struct PruneUses : KeptStatement {
  long long now = 0;
  explicit PruneUses(Session& session) : KeptStatement(session, "app.rate.prune") {
    prepare((session.prepare << "DELETE FROM app_rate_counts WHERE (id, time_window) IN (SELECT id, time_window FROM "
                                "app_rate_counts WHERE expires <= :now ORDER BY expires LIMIT 10000)",
             soci::use(now, "now")));
  }
};

std::string listOf(const std::vector<SharedRates::Use>& uses, std::string (*text)(const SharedRates::Use&)) {
  std::string list;
  for (const auto& use : uses) list += (list.empty() ? "" : " ") + text(use);
  return list;
}

std::int64_t numberOf(std::string_view text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// "id uses previous id uses previous ..."
std::map<std::string, SharedRates::Totals, std::less<>> totalsById(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const auto space = text.find(' ');
    words.push_back(text.substr(0, space));
    text = space == std::string_view::npos ? std::string_view{} : text.substr(space + 1);
  }
  std::map<std::string, SharedRates::Totals, std::less<>> totals;
  for (std::size_t i = 0; i + 2 < words.size(); i += 3) {
    const auto current = std::max<std::int64_t>(0, numberOf(words[i + 1]));
    const auto previous = std::max<std::int64_t>(0, numberOf(words[i + 2]));
    totals[std::string(words[i])] = {previous, current};
  }
  return totals;
}

}  // namespace

std::shared_ptr<SharedRates> SharedRates::open(const std::shared_ptr<sso::db::Database>& database) {
  if (database->dialect() != sso::db::Dialect::kPostgres) return nullptr;
  return std::shared_ptr<SharedRates>(new SharedRates(database));
}

std::optional<std::vector<SharedRates::Totals>> SharedRates::add(const std::vector<Use>& uses) noexcept try {
  auto sorted = uses;
  std::sort(sorted.begin(), sorted.end(), [](const Use& a, const Use& b) { return a.id < b.id; });
  std::string text;
  database_->withSession([&](Session& session) {
    auto& statement = session.kept<AddUses>();
    statement.ids = listOf(sorted, [](const Use& use) { return use.id; });
    statement.windows = listOf(sorted, [](const Use& use) { return std::to_string(use.window); });
    statement.uses = listOf(sorted, [](const Use& use) { return std::to_string(use.by); });
    statement.expires = listOf(sorted, [](const Use& use) { return std::to_string(use.expires); });
    if (statement.row()) text = statement.totals;
  });
  const auto byId = totalsById(text);
  std::vector<Totals> totals;
  for (const Use& use : uses) {
    const auto found = byId.find(use.id);
    if (found == byId.end()) return std::nullopt;
    totals.push_back(found->second);
  }
  return totals;
} catch (...) {
  ++failures_;
  return std::nullopt;
}

void SharedRates::forget(const std::string& id) noexcept try {
  database_->withSession([&](Session& session) {
    auto& statement = session.kept<ForgetUses>();
    statement.id = id;
    statement.run();
  });
} catch (...) {
  ++failures_;
}

std::int64_t SharedRates::prune(std::int64_t now) {
  std::int64_t removed = 0;
  database_->withSession([&](Session& session) {
    auto& statement = session.kept<PruneUses>();
    statement.now = now;
    removed = statement.run();
  });
  return removed;
}

}  // namespace hostapp
