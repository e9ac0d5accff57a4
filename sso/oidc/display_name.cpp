// SPDX-License-Identifier: Apache-2.0
#include "oidc/display_name.h"

#include <cstddef>

#include "sso/utf8.h"

namespace sso::detail {
namespace {

constexpr std::size_t kMaxCharacters = 256;

/// C0, DEL, C1; line and paragraph separator; the direction marks, embeddings, overrides and isolates of UAX 9.
bool isUnwanted(char32_t point) {
  if (point < 0x20 || (point >= 0x7F && point < 0xA0)) return true;
  return point == 0x061C || point == 0x200E || point == 0x200F || (point >= 0x2028 && point <= 0x202E) ||
         (point >= 0x2066 && point <= 0x2069);
}

}  // namespace

std::string cleanDisplayName(std::string_view text) {
  std::string name;
  std::size_t characters = 0;
  while (!text.empty() && characters < kMaxCharacters) {
    const Utf8Character character = decodeUtf8(text);
    if (character.bytes == 0) break;  // not UTF-8: no verified token gets here
    if (!isUnwanted(character.point) && !(name.empty() && character.point == U' ')) {
      name += text.substr(0, character.bytes);
      ++characters;
    }
    text.remove_prefix(character.bytes);
  }
  name.resize(name.find_last_not_of(' ') + 1);
  return name;
}

}  // namespace sso::detail
