// SPDX-License-Identifier: Apache-2.0
#include "storage_conformance.h"
#include "support/memory_storage.h"

namespace sso::conformance {
namespace {

class MemoryBackend : public StorageBackend {
 public:
  Storage& storage() override { return storage_; }
  Storage& otherInstance() override { return storage_; }

 private:
  test::MemoryStorage storage_;
};

}  // namespace

std::unique_ptr<StorageBackend> makeBackend() { return std::make_unique<MemoryBackend>(); }

}  // namespace sso::conformance
