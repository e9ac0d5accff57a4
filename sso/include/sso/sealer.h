// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sso/runtime.h"

namespace sso {

/// Seals small values that leave this process (cookies, columns): AES-256-GCM under a key derived per purpose with
/// HKDF-SHA-256, so a value sealed for one purpose never opens for another. The first key seals, all open: rotation
/// needs no downtime. Text form: base64url(version 1 byte | key id 4 bytes | nonce 12 bytes | ciphertext | tag 16
/// bytes). Immutable after construction; thread-safe. Threat: forged, altered or swapped cookies. Sources: NIST SP
/// 800-38D (96-bit random nonce; far under 2^32 seals per key), RFC 5869.
class Sealer {
 public:
  /// keys: 1 to 8 keys of 32 bytes; throws Error(kConfig) otherwise.
  Sealer(const std::vector<Secret>& keys, std::shared_ptr<RandomSource> random);
  ~Sealer();
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;
  /// context is authenticated with the value and must be given again to open (e.g. the row's id); may be empty.
  std::string seal(std::string_view purpose, std::string_view plaintext, std::string_view context = {}) const;
  /// nullopt for anything that was not sealed by one of the keys for this purpose and context; never throws on bad
  /// input. Refuses input over 8 kB unread.
  std::optional<std::string> open(std::string_view purpose, std::string_view sealed,
                                  std::string_view context = {}) const;

 private:
  struct Keys;
  std::unique_ptr<Keys> keys_;
  std::shared_ptr<RandomSource> random_;
};

}  // namespace sso
