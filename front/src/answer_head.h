// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <Poco/Net/HTTPResponse.h>

#include <optional>
#include <string>
#include <string_view>

namespace sso::front::detail {

/// The one gate that everything a handler says in a head passes: status line and fields, without those that are the
/// server's (Connection, Keep-Alive, Content-Length, Transfer-Encoding), ending in CR LF, to be followed by them.
/// Throws std::invalid_argument on a status that is no final one, a name that is no token, and any value or reason with
/// a byte below 0x20 or 0x7F: Poco writes what it is given (SECURITY 5, item 3; RFC 9110 5.5, RFC 9112 4).
std::string fieldsOf(const Poco::Net::HTTPResponse& response);

/// The declared length. Throws std::invalid_argument when it is none, or the declared transfer coding is not chunked;
/// with chunked, a length beside it is dropped (RFC 9112 6.2).
std::optional<std::uint64_t> declaredLength(const Poco::Net::HTTPResponse& response);

/// An answer of the server's own, with its framing and "Connection: close": plain text that says what the status says,
/// and the headers of an answer that shows nothing (OWASP ASVS 3.4). extra: whole field lines.
std::string ownAnswer(int status, bool secure, bool headOnly = false, std::string_view extra = {});

/// RFC 9110 5.6.7, of now.
std::string httpDate();

}  // namespace sso::front::detail
