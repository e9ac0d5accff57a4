// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace sso::detail {

/// Base64 with padding, in one line (RFC 4648 4).
std::string base64(std::string_view bytes);

/// UTF-8 text whose lines end in LF, as quoted-printable (RFC 2045 6.7): lines of at most 76 columns that end in CRLF,
/// the last one, too. Only printable ASCII, blanks and line breaks come out, whatever goes in.
std::string quotedPrintable(std::string_view text);

/// True when the text may stand in a header as it is: printable ASCII that no reader takes for an encoded word, without
/// a blank at either end.
bool isPlainHeaderText(std::string_view text);

/// UTF-8 text as encoded words (RFC 2047): each at most 75 columns and of whole characters, each after the first on a
/// line of its own. column: where the first one begins.
std::string encodedWords(std::string_view text, std::size_t column);

}  // namespace sso::detail
