// SPDX-License-Identifier: Apache-2.0
#include "crypto.h"

#include <openssl/evp.h>

#include "sso/digest.h"

namespace hostapp {

std::string randomHex(sso::RandomSource& random, std::size_t bytes) {
  std::string raw(bytes, '\0');
  random.fill(reinterpret_cast<unsigned char*>(raw.data()), raw.size());
  return sso::toHex(raw);
}

std::string encodeBase64(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');  // EVP_EncodeBlock writes a final NUL
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

}  // namespace hostapp
