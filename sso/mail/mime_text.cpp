// SPDX-License-Identifier: Apache-2.0
#include "mail/mime_text.h"

#include <openssl/evp.h>

#include <algorithm>

#include "sso/utf8.h"

namespace sso::detail {
namespace {

constexpr std::size_t kMaxColumns = 76;
constexpr std::string_view kWordBegin = "=?UTF-8?B?", kWordEnd = "?=";

bool isPrintableAscii(char c) { return c >= ' ' && c <= '~'; }

std::string escapedByte(char c) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  return {'=', kHex[byte >> 4], kHex[byte & 15]};
}

/// One line without its break. A soft break ("=" at the end) goes before whatever would pass column 76.
void appendQuotedLine(std::string& out, std::string_view line) {
  std::size_t column = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool blank = c == ' ' || c == '\t';
    const bool last = i + 1 == line.size();
    // A blank at the end of a line is dropped on the way (RFC 2045 6.7 (3)).
    const bool plain = (isPrintableAscii(c) && c != '=' && !blank) || (blank && !last);
    const std::string piece = plain ? std::string(1, c) : escapedByte(c);
    if (column + piece.size() > kMaxColumns - (last ? 0 : 1)) {
      out += "=\r\n";
      column = 0;
    }
    out += piece;
    column += piece.size();
  }
  out += "\r\n";
}

}  // namespace

std::string base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // EVP_EncodeBlock ends with a NUL
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::string quotedPrintable(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8 + 2);
  if (text.ends_with('\n')) text.remove_suffix(1);
  for (;;) {
    const auto end = text.find('\n');
    appendQuotedLine(out, text.substr(0, end));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

bool isPlainHeaderText(std::string_view text) {
  return !text.empty() && text.front() != ' ' && text.back() != ' ' && text.find("=?") == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), isPrintableAscii);
}

std::string encodedWords(std::string_view text, std::size_t column) {
  std::string out;
  while (!text.empty()) {
    const std::size_t room = kMaxColumns - std::min(column, kMaxColumns);
    const std::size_t around = kWordBegin.size() + kWordEnd.size();
    const std::size_t mostBytes = room > around ? (room - around) / 4 * 3 : 0;
    std::size_t bytes = 0;
    while (bytes < text.size()) {
      // Never half a character in a word (RFC 2047 5); broken UTF-8 goes byte by byte.
      const auto character = std::max<std::size_t>(decodeUtf8(text.substr(bytes)).bytes, 1);
      if (bytes + character > mostBytes) break;
      bytes += character;
    }
    if (bytes > 0) out.append(kWordBegin).append(base64(text.substr(0, bytes))).append(kWordEnd);
    text.remove_prefix(bytes);
    if (text.empty()) break;
    out += "\r\n ";
    column = 1;
  }
  return out;
}

}  // namespace sso::detail
