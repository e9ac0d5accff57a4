// SPDX-License-Identifier: Apache-2.0
#include "oidc/kept_sha256.h"

#include <memory>

#include "sso/error.h"
#include "sso/reason.h"

namespace sso::detail {
namespace {

struct Kept {
  std::unique_ptr<EVP_MD, void (*)(EVP_MD*)> method{EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_free};
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

Kept& ofThisThread() {
  thread_local Kept kept;
  return kept;
}

void must(bool ok) {
  if (!ok) throw Error(ErrorCode::kInternal, reason::kInternal, "SHA-256 failed");
}

}  // namespace

Sha256 keptSha256(std::string_view data) {
  const Kept& kept = ofThisThread();
  Sha256 digest;
  unsigned int size = 0;
  must(kept.method && kept.context && EVP_DigestInit_ex2(kept.context.get(), kept.method.get(), nullptr) == 1 &&
       EVP_DigestUpdate(kept.context.get(), data.data(), data.size()) == 1 &&
       EVP_DigestFinal_ex(kept.context.get(), digest.data(), &size) == 1 && size == digest.size());
  return digest;
}

const EVP_MD* keptSha256Method() {
  must(ofThisThread().method != nullptr);
  return ofThisThread().method.get();
}

}  // namespace sso::detail
