// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "sso/error.h"

namespace sso::db {

/// What a failed statement means for the caller and for its connection.
struct Fault {
  ErrorCode code = ErrorCode::kInternal;
  std::string label;            ///< "sqlstate 23505", "sqlite 2067": all that may be logged
  bool lost = false;            ///< the connection cannot be used again
  bool readOnlyServer = false;  ///< SQLSTATE 25006
};

/// PostgreSQL: by SQLSTATE (its manual, Appendix A). Five blanks: libpq knows none.
Fault faultOfSqlState(std::string_view sqlState);
/// SQLite: by extended result code.
Fault faultOfSqlite(int extendedCode);
/// The sso::Error of a fault of the statement with this name.
Error errorOf(const Fault& fault, std::string_view name);

}  // namespace sso::db
