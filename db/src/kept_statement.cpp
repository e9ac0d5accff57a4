// SPDX-License-Identifier: Apache-2.0
#include "sso/db/kept_statement.h"

#include <soci/error.h>

#include "sso/db/session.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace sso::db {

KeptStatement::KeptStatement(Session& session, std::string_view name)
    : session_(session), name_(name), statement_(session) {}

/// One place that turns SOCI's exceptions into ours. A statement that failed is not used again: SOCI leaks what it had
/// bound when it is executed anew.
template <typename Use>
auto KeptStatement::guarded(const Use& use) {
  try {
    return use();
  } catch (const soci::soci_error&) {
    failed_ = true;
    session_.rethrow(name_);
  } catch (...) {
    failed_ = true;  // a row callback left in the middle of the rows
    throw;
  }
}

void KeptStatement::prepare(const soci::details::prepare_temp_type& statement) {
  guarded([&] { statement_ = soci::statement(statement); });
}

bool KeptStatement::row() {
  return guarded([&] {
    if (!statement_.execute(true)) return false;
    // The step beyond the row also lets SQLite drop its read lock.
    if (statement_.fetch()) {
      throw Error(ErrorCode::kInternal, reason::kInternal, std::string(name_) + ": more than one row");
    }
    return true;
  });
}

void KeptStatement::each(const std::function<void()>& use) {
  guarded([&] {
    for (bool more = statement_.execute(true); more; more = statement_.fetch()) use();
  });
}

std::int64_t KeptStatement::run() {
  return guarded([&] {
    statement_.execute(true);
    return static_cast<std::int64_t>(statement_.get_affected_rows());
  });
}

}  // namespace sso::db
