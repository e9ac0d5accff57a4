// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include "sso/db/database.h"
#include "storage_conformance.h"

namespace sso::conformance {
namespace {

namespace fs = std::filesystem;

/// A file, not :memory:, which would be another database for each connection of the pool.
class SqliteBackend : public StorageBackend {
 public:
  SqliteBackend() {
    std::string name = (fs::temp_directory_path() / "sso-sqlite-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    folder_ = name;
    const std::string url = "sqlite://" + (folder_ / "storage.db").string();
    storage_ = db::openStorage(url);
    other_ = db::openStorage(url);
  }
  ~SqliteBackend() override {
    storage_.reset();
    other_.reset();
    fs::remove_all(folder_);
  }
  Storage& storage() override { return *storage_; }
  Storage& otherInstance() override { return *other_; }

 private:
  fs::path folder_;
  std::shared_ptr<Storage> storage_, other_;
};

}  // namespace

std::unique_ptr<StorageBackend> makeBackend() { return std::make_unique<SqliteBackend>(); }

}  // namespace sso::conformance
