// SPDX-License-Identifier: Apache-2.0
#include "sso/http_types.h"

#include <algorithm>

#include "base/ows.h"
#include "sso/error.h"
#include "sso/reason.h"
#include "sso/utf8.h"

namespace sso {
namespace {

[[noreturn]] void refuse(std::string_view detail) {
  throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, detail);
}

int hexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// One decoding, as a form does it: '+' is a space. A broken escape is refused, not passed through: somebody behind us
/// might read it in another way.
std::string decodeComponent(std::string_view text, std::size_t maxBytes) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '+') {
      c = ' ';
    } else if (c == '%') {
      const int high = i + 2 < text.size() ? hexValue(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hexValue(text[i + 2]) : -1;
      if (high < 0 || low < 0) refuse("bad percent escape in a parameter");
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) refuse("control byte in a parameter");
    if (decoded.size() == maxBytes) refuse("parameter too long");
    decoded += c;
  }
  if (!isUtf8(decoded)) refuse("invalid UTF-8 in a parameter");
  return decoded;
}

bool equalsIgnoringCase(std::string_view a, std::string_view lower) {
  return std::equal(a.begin(), a.end(), lower.begin(), lower.end(),
                    [](char x, char y) { return (x >= 'A' && x <= 'Z' ? static_cast<char>(x - 'A' + 'a') : x) == y; });
}

}  // namespace

bool RequestInfo::wantsJson() const {
  std::string_view rest = accept;
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    const std::string_view range = rest.substr(0, comma);
    const std::string_view type = detail::withoutOws(range.substr(0, range.find(';')));
    if (equalsIgnoringCase(type, "text/html")) return false;
    if (equalsIgnoringCase(type, "application/json")) return true;
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
  }
  return false;
}

WebResponse WebResponse::redirect(std::string location, int status) {
  WebResponse response;
  response.status = status;
  response.location = std::move(location);
  return response;
}

WebResponse WebResponse::json(int status, std::string body) {
  WebResponse response;
  response.status = status;
  response.contentType = "application/json";
  response.body = std::move(body);
  return response;
}

Parameters Parameters::parse(std::string_view encoded, std::size_t maxCount, std::size_t maxValueBytes) {
  Parameters parameters;
  while (!encoded.empty()) {
    const std::size_t end = encoded.find('&');
    const std::string_view field = encoded.substr(0, end);
    encoded = end == std::string_view::npos ? std::string_view{} : encoded.substr(end + 1);
    if (field.empty()) continue;  // WHATWG URL 5.1: "a=1&&b=2" holds two fields
    if (parameters.fields_.size() == maxCount) refuse("too many parameters");
    const std::size_t equals = field.find('=');
    std::string value;
    if (equals != std::string_view::npos) value = decodeComponent(field.substr(equals + 1), maxValueBytes);
    parameters.fields_.emplace_back(decodeComponent(field.substr(0, equals), maxValueBytes), std::move(value));
  }
  return parameters;
}

std::optional<std::string> Parameters::single(std::string_view name) const {
  const std::string* found = nullptr;
  for (const auto& [fieldName, value] : fields_) {
    if (fieldName != name) continue;
    // RFC 6749 3.1: parameters must not be included more than once.
    if (found != nullptr)
      throw Error(ErrorCode::kInvalidRequest, reason::kDuplicateParameter, "a parameter came twice");
    found = &value;
  }
  return found == nullptr ? std::nullopt : std::optional<std::string>(*found);
}

bool Parameters::has(std::string_view name) const {
  return std::any_of(fields_.begin(), fields_.end(), [name](const auto& field) { return field.first == name; });
}

std::string percentEncode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    // RFC 3986 2.3, unreserved
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                            c == '.' || c == '_' || c == '~';
    if (unreserved) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += '%';
      encoded += kDigits[byte >> 4];
      encoded += kDigits[byte & 0x0F];
    }
  }
  return encoded;
}

std::string_view HttpResponse::header(std::string_view name) const {
  for (const auto& [headerName, value] : headers) {
    if (headerName == name) return value;
  }
  return {};
}

}  // namespace sso
