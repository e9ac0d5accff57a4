// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <soci/into.h>
#include <soci/session.h>
#include <soci/statement.h>
#include <soci/use.h>

#include <cstdint>
#include <functional>
#include <string_view>

#include "sso/db/text.h"

namespace sso::db {

class Session;

/// A statement that is prepared once for each connection and then only executed. Measured: about two thirds of the
/// client's CPU of a plain SOCI statement, and a fifth more than libpq alone, so there is no need to go below SOCI.
/// Derive, bind members, and reach it through Session::kept:
///
///   struct FindSession : KeptStatement {
///     Text hash;                     // in
///     std::string accountId;         // out
///     long long expiresAt = 0;
///     explicit FindSession(Session& session) : KeptStatement(session, "session.find") {
///       prepare((session.prepare << "SELECT account_id, expires_at FROM app_sessions WHERE hash = :hash",
///                soci::into(accountId), soci::into(expiresAt), soci::use(hash.bound(), "hash")));  // (( )): one value
///     }
///   };
///   ...
///   auto& find = session.kept<FindSession>();
///   find.hash = hash;
///   if (!find.row()) return std::nullopt;   // outputs hold an older row then: never read them (SECURITY 5, item 19)
///
/// It lives and dies with its connection and is used by the thread that leases it. Every method throws sso::Error as
/// Session::translated does; a statement that failed is prepared anew at its next use.
class KeptStatement {
 public:
  virtual ~KeptStatement() = default;
  KeptStatement(const KeptStatement&) = delete;
  KeptStatement& operator=(const KeptStatement&) = delete;

  /// Executes; true when a row came. For statements that answer one row at most: a second one is Error(kInternal).
  [[nodiscard]] bool row();
  /// Executes and calls use once for each row, with the outputs bound to it. use must not run this statement again.
  void each(const std::function<void()>& use);
  /// Executes; returns how many rows were inserted, changed or deleted.
  std::int64_t run();

 protected:
  /// name: what log lines call it, "identity.find". Must outlive the statement (a literal).
  KeptStatement(Session& session, std::string_view name);
  /// To be called once, at the end of the derived constructor.
  void prepare(const soci::details::prepare_temp_type& statement);

 private:
  friend class Session;
  template <typename Use>
  auto guarded(const Use& use);

  Session& session_;
  std::string_view name_;
  soci::statement statement_;
  bool failed_ = false;
};

}  // namespace sso::db
