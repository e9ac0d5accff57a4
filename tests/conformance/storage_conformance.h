// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sso/error.h"
#include "sso/storage.h"

/// What every implementation of the storage ports must do. The cases are compiled once and linked with one
/// backend_*.cpp each: memory, a SQLite file, PostgreSQL. A new behaviour of a port starts as a case here.
namespace sso::conformance {

class StorageBackend {
 public:
  virtual ~StorageBackend() = default;
  virtual Storage& storage() = 0;
  /// The storage of a second instance of the application on the same database.
  virtual Storage& otherInstance() = 0;
};

/// A new, empty database. Each backend defines it.
std::unique_ptr<StorageBackend> makeBackend();

/// The code of the sso::Error that this throws; fails the test when it throws none.
ErrorCode codeOf(const std::function<void()>& action);
/// Runs the unit as the module does: whole again after kConflict, at most 3 times.
void runUnit(Storage& storage, const std::function<void(UnitOfWork&)>& unit);
/// Both at once, as near as two threads can be; exceptions of either come out.
void race(const std::function<void()>& one, const std::function<void()>& other);
/// Texts that no port may take: NUL, and what is not UTF-8 (SEC-DB-10).
std::vector<std::string> badTexts();

Identity identityOf(std::string subject, std::string accountId, std::string connectionId = "conn_1");
Organization organizationOf(std::string id, std::string tenantId, std::vector<std::string> domains);
AuditEvent eventOf(std::string name, std::string organizationId, std::int64_t at = 1'700'000'000);

class StorageConformance : public testing::Test {
 protected:
  Storage& storage() { return backend_->storage(); }
  Storage& otherInstance() { return backend_->otherInstance(); }
  std::optional<Identity> find(Storage& storage, const IdentityKey& key);
  void link(const Identity& identity);
  void save(Organization organization);  ///< over whatever is stored

 private:
  std::unique_ptr<StorageBackend> backend_ = makeBackend();
};

}  // namespace sso::conformance
