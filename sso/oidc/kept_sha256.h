// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <openssl/evp.h>

#include <array>
#include <string_view>

namespace sso::detail {

using Sha256 = std::array<unsigned char, 32>;

/// SHA-256 with this thread's kept context: EVP_sha256() looks its implementation up anew for each digest, which costs
/// as much as hashing a kilobyte. Throws Error(kInternal).
Sha256 keptSha256(std::string_view data);
/// The same implementation, for signature contexts; lives as long as the thread.
const EVP_MD* keptSha256Method();

}  // namespace sso::detail
