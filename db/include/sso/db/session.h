// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <soci/session.h>

#include <functional>
#include <memory>
#include <string_view>
#include <typeindex>
#include <typeinfo>
#include <unordered_map>

#include "sso/db/kept_statement.h"

namespace sso::db {

enum class Dialect { kPostgres, kSqlite };

/// A pooled connection: SOCI's session, and the prepared statements that are kept with it. Lent by Database; used by
/// one thread at a time. Its transaction belongs to the UnitOfWork: never begin, commit or reconnect it by hand.
class Session : public soci::session {
 public:
  Session(Dialect dialect, const soci::backend_factory& backend, const std::string& connectString);
  ~Session();
  Dialect dialect() const { return dialect_; }

  /// The statement of this type on this connection; prepared now if it is its first use here. Statement derives from
  /// KeptStatement and is constructible from Session&. Throws sso::Error as translated() does.
  template <class Statement>
  Statement& kept() {
    return static_cast<Statement&>(keptAs(typeid(Statement), [](Session& self) -> std::unique_ptr<KeptStatement> {
      return std::make_unique<Statement>(self);
    }));
  }

  /// Runs a plain SOCI statement; what SOCI throws comes out as sso::Error(kConflict, kStorage or kInternal) that
  /// names `name` and the SQLSTATE and nothing else, because SOCI's own text holds every bound value (SECURITY 5,
  /// item 18). Exceptions that are not SOCI's pass through.
  void translated(std::string_view name, const std::function<void()>& use);

  /// A statement failed since the transaction began: it must not be committed (SECURITY 5, item 17).
  bool failed() const { return failed_; }
  /// The connection cannot be used again.
  bool lost() const { return lost_; }
  /// The server refused to write (SQLSTATE 25006): the other connections lead to the same old primary.
  bool readOnlyServer() const { return readOnlyServer_; }

 private:
  friend class KeptStatement;
  friend class Connection;
  using Make = std::unique_ptr<KeptStatement> (*)(Session&);
  KeptStatement& keptAs(std::type_index type, Make make);
  /// To be called in a catch clause: notes what the exception means for the connection and throws the sso::Error.
  [[noreturn]] void rethrow(std::string_view name);

  Dialect dialect_;
  bool failed_ = false, lost_ = false, readOnlyServer_ = false;
  std::unordered_map<std::type_index, std::unique_ptr<KeptStatement>> kept_;  // goes before the base's connection
};

}  // namespace sso::db
