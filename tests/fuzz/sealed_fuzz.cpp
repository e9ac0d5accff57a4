// SPDX-License-Identifier: Apache-2.0
#include "fuzz/fuzz_input.h"
#include "sso/sealer.h"

namespace {

class FixedBytes : public sso::RandomSource {
 public:
  void fill(unsigned char* buffer, std::size_t size) override {
    for (std::size_t i = 0; i < size; ++i) buffer[i] = static_cast<unsigned char>(i + 1);
  }
};

}  // namespace

/// Nothing opens that we did not seal; what we sealed opens, under its purpose and context only.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using sso::fuzz::require;
  static const sso::Sealer sealer({sso::Secret(std::string(32, 'k')), sso::Secret(std::string(32, 'o'))},
                                  std::make_shared<FixedBytes>());
  static const sso::Sealer stranger({sso::Secret(std::string(32, 's'))}, std::make_shared<FixedBytes>());
  const std::string_view text = sso::fuzz::textOf(data, size);

  // The nonce is fixed, so sealing again is the proof that a text which opens is one of ours.
  if (const auto plaintext = sealer.open("login", text, "ctx")) {
    require(sealer.seal("login", *plaintext, "ctx") == text, "only what was sealed opens");
  }
  if (size > 4096) return 0;
  const std::string sealed = sealer.seal("login", text, "ctx");
  require(sealer.open("login", sealed, "ctx") == text, "round trip");
  require(!sealer.open("link", sealed, "ctx") && !sealer.open("login", sealed), "purpose and context are bound");
  require(!stranger.open("login", sealed, "ctx"), "another key opens nothing");
  std::string spoilt = sealed;
  const std::size_t at = size % spoilt.size();
  spoilt[at] = spoilt[at] == 'A' ? 'B' : 'A';
  require(!sealer.open("login", spoilt, "ctx"), "a changed character is refused");
  return 0;
}
