// SPDX-License-Identifier: Apache-2.0
#include "sso/db/text.h"

#include "sso/error.h"
#include "sso/reason.h"

namespace sso::db {
namespace {

/// Length of the well-formed UTF-8 sequence at the start of text, 0 when there is none (RFC 3629 section 4; the second
/// byte's range excludes overlong forms, surrogates and what lies above U+10FFFF).
std::size_t sequenceLength(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  std::size_t length = 0;
  unsigned char low = 0x80, high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  }
  if (length == 0 || text.size() < length || byte(1) < low || byte(1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if (byte(i) < 0x80 || byte(i) > 0xBF) return 0;
  }
  return length;
}

[[noreturn]] void refuse(std::string_view what) { throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, what); }

}  // namespace

std::string requireText(std::string_view text, std::size_t maxBytes) {
  if (text.size() > maxBytes) refuse("text for the database is too long");
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\0') refuse("text for the database holds NUL");
    const std::size_t length = sequenceLength(text.substr(at));
    if (length == 0) refuse("text for the database is not UTF-8");
    at += length;
  }
  return std::string(text);
}

}  // namespace sso::db
