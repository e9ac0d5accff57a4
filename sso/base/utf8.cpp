// SPDX-License-Identifier: Apache-2.0
#include "sso/utf8.h"

#include "base/eight_bytes.h"

namespace sso {
namespace {

struct Lead {
  std::size_t bytes;  // 0: no character begins with this byte
  char32_t bits;      // what the first byte contributes
  char32_t least;     // anything smaller would be an overlong form
};

Lead leadOf(unsigned char byte) {
  if (byte < 0x80) return {1, byte, 0};
  if ((byte & 0xE0) == 0xC0) return {2, byte & 0x1Fu, 0x80};
  if ((byte & 0xF0) == 0xE0) return {3, byte & 0x0Fu, 0x800};
  if ((byte & 0xF8) == 0xF0) return {4, byte & 0x07u, 0x10000};
  return {0, 0, 0};
}

bool isPrintableAscii(const detail::EightBytes& bytes) {
  return (bytes.lessThan(' ') | bytes.equalTo('\x7F') | bytes.notAscii()) == 0;
}

}  // namespace

Utf8Character decodeUtf8(std::string_view text) {
  if (text.empty()) return {};
  const Lead lead = leadOf(static_cast<unsigned char>(text[0]));
  if (lead.bytes == 0 || text.size() < lead.bytes) return {};
  char32_t point = lead.bits;
  for (std::size_t i = 1; i < lead.bytes; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0) != 0x80) return {};
    point = (point << 6) | (byte & 0x3Fu);
  }
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;  // RFC 3629 section 3
  if (point < lead.least || point > 0x10FFFF || surrogate) return {};
  return {point, lead.bytes};
}

bool isUtf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t bytes = decodeUtf8(text).bytes;
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

bool hasNoControls(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    while (text.size() - i >= 8 && isPrintableAscii(detail::EightBytes(text.data() + i))) i += 8;
    if (i == text.size()) break;
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7F) return false;
    // U+0080 to U+009F are C2 80 to C2 9F in UTF-8.
    if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return false;
  }
  return true;
}

}  // namespace sso
