// SPDX-License-Identifier: Apache-2.0
#include "head_rules.h"

#include <algorithm>
#include <array>
#include <vector>

#include "ascii.h"

namespace sso::front::detail {
namespace {

constexpr std::size_t kMaxMethodBytes = 20;
/// RFC 9112 6.3: a length over this is no number to many a reader (2^53, exact in a double).
constexpr std::uint64_t kLargestLength = 1ULL << 53;
constexpr std::size_t kMaxLengthDigits = 16;

/// RFC 9110 9.1: not known, not implemented. TRACE reflects cookies, CONNECT asks for a tunnel: neither is for us.
Verdict judgeMethod(std::string_view method) {
  constexpr std::array<std::string_view, 7> kServed{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
  if (!isToken(method) || method.size() > kMaxMethodBytes) return Refusal{400, "method"};
  if (std::find(kServed.begin(), kServed.end(), method) != kServed.end()) return {};
  if (method == "TRACE" || method == "CONNECT") return Refusal{405, "method_not_served"};
  return Refusal{501, "method_unknown"};
}

/// RFC 9112 2.3: HTTP-name is case-sensitive, one digit on each side of the dot.
Verdict judgeVersion(std::string_view version, RequestHead& head) {
  if (version.size() != 8 || !version.starts_with("HTTP/") || !isDigit(version[5]) || version[6] != '.' ||
      !isDigit(version[7])) {
    return Refusal{400, "version"};
  }
  if (version[5] != '1' || version[7] > '1') return Refusal{505, "version_not_served"};
  head.http11 = version[7] == '1';
  return {};
}

/// The values of all fields of one name.
std::vector<std::string_view> valuesOf(const RequestHead& head, std::string_view name) {
  std::vector<std::string_view> values;
  for (const Field& field : head.fields) {
    if (sameIgnoringCase(field.name, name)) values.push_back(field.value);
  }
  return values;
}

Verdict judgeHost(const RequestHead& head) {
  const auto hosts = valuesOf(head, "Host");
  if (hosts.size() > 1) return Refusal{400, "host_repeated"};
  if (hosts.empty()) return head.http11 ? Verdict(Refusal{400, "host_missing"}) : Verdict();
  return isHost(hosts[0]) ? Verdict() : Verdict(Refusal{400, "host"});
}

/// RFC 9110 5.3: these are no lists. Of two, one reader takes the first and another the last.
Verdict judgeSingles(const RequestHead& head) {
  for (const std::string_view name : {"Authorization", "Content-Type", "Origin"}) {
    if (valuesOf(head, name).size() > 1) return Refusal{400, "field_repeated"};
  }
  return {};
}

/// RFC 9112 6.2: 1*DIGIT.
Verdict judgeLength(std::string_view text, const HeadLimits& limits, RequestHead& head) {
  if (text.empty() || !std::all_of(text.begin(), text.end(), isDigit)) return Refusal{400, "content_length"};
  if (text.size() > kMaxLengthDigits) return Refusal{413, "body_size"};
  std::uint64_t length = 0;
  for (const char c : text) length = length * 10 + static_cast<std::uint64_t>(c - '0');
  if (length > std::min(limits.maxBodyBytes, kLargestLength)) return Refusal{413, "body_size"};
  head.framing = BodyFraming::kLength;
  head.contentLength = length;
  return {};
}

/// RFC 9112 6.1 to 6.3, without its repairs: whoever frames a body in two ways wants two readers to disagree.
Verdict judgeFraming(const HeadLimits& limits, RequestHead& head) {
  const auto codings = valuesOf(head, "Transfer-Encoding");
  const auto lengths = valuesOf(head, "Content-Length");
  if (!codings.empty() && !lengths.empty()) return Refusal{400, "two_framings"};
  if (!codings.empty()) {
    if (!head.http11) return Refusal{400, "transfer_encoding_in_1_0"};
    if (codings.size() > 1 || !sameIgnoringCase(codings[0], "chunked")) return Refusal{400, "transfer_encoding"};
    head.framing = BodyFraming::kChunked;
    return {};
  }
  if (lengths.size() > 1) return Refusal{400, "content_length_repeated"};
  if (!lengths.empty()) return judgeLength(lengths[0], limits, head);
  // RFC 9110 8.6, 15.5.12: these say how long their content is, even if it is nothing.
  const bool wantsContent = head.method == "POST" || head.method == "PUT" || head.method == "PATCH";
  return wantsContent ? Verdict(Refusal{411, "length_required"}) : Verdict();
}

/// RFC 9110 10.1.1. A 1.0 client is never sent 100, nor is one without a body to hold back.
Verdict judgeExpect(RequestHead& head) {
  const auto expectations = valuesOf(head, "Expect");
  if (expectations.empty()) return {};
  if (expectations.size() > 1 || !sameIgnoringCase(expectations[0], "100-continue")) return Refusal{417, "expectation"};
  head.expectsContinue = head.http11 && (head.framing == BodyFraming::kChunked || head.contentLength > 0);
  return {};
}

/// RFC 9112 9.3: close is stronger than keep-alive. Who asks for another protocol (RFC 9110 7.8) is answered in this
/// one, and what it sent behind, in whatever protocol, is not read.
Verdict judgeConnection(RequestHead& head) {
  bool close = false, keepAlive = false;
  for (std::string_view rest : valuesOf(head, "Connection")) {
    for (bool more = true; more;) {
      const auto comma = rest.find(',');
      const auto option = withoutSpaces(rest.substr(0, comma));
      more = comma != std::string_view::npos;
      if (more) rest.remove_prefix(comma + 1);
      if (option.empty()) continue;  // RFC 9110 5.6.1.2: empty members of a list are ignored
      if (!isToken(option)) return Refusal{400, "connection"};
      close = close || sameIgnoringCase(option, "close") || sameIgnoringCase(option, "upgrade");
      keepAlive = keepAlive || sameIgnoringCase(option, "keep-alive");
    }
  }
  head.keepAlive = !close && (head.http11 || keepAlive);
  return {};
}

/// A segment of a path, in which %2E is a dot.
bool isDotSegment(std::string_view segment) {
  std::size_t dots = 0;
  while (!segment.empty()) {
    if (segment[0] == '.') {
      segment.remove_prefix(1);
    } else if (segment.size() >= 3 && segment[0] == '%' && segment[1] == '2' && lowerCase(segment[2]) == 'e') {
      segment.remove_prefix(3);
    } else {
      return false;
    }
    ++dots;
  }
  return dots == 1 || dots == 2;
}

/// An escaped slash ends a segment, too: servers that decode first read it as one.
bool hasDotSegment(std::string_view path) {
  std::size_t start = 0;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const bool escaped = path[i] == '%' && i + 2 < path.size() && path[i + 1] == '2' && lowerCase(path[i + 2]) == 'f';
    if (path[i] != '/' && !escaped) continue;
    if (isDotSegment(path.substr(start, i - start))) return true;
    if (escaped) i += 2;
    start = i + 1;
  }
  return isDotSegment(path.substr(start));
}

bool isPort(std::string_view text) {
  if (text.empty() || text.size() > 5 || !std::all_of(text.begin(), text.end(), isDigit)) return false;
  unsigned port = 0;
  for (const char c : text) port = port * 10 + static_cast<unsigned>(c - '0');
  return port <= 65535;
}

}  // namespace

Verdict readRequestLine(std::string_view line, const HeadLimits& limits, RequestHead& head) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  // RFC 9112 3: single spaces. What its leniency lets pass (tabs, runs of them) some other reader splits elsewhere.
  if (first == std::string_view::npos || first == last) return Refusal{400, "request_line"};
  const auto method = line.substr(0, first), target = line.substr(first + 1, last - first - 1);
  if (const auto refused = judgeVersion(line.substr(last + 1), head)) return refused;
  if (const auto refused = judgeMethod(method)) return refused;
  if (const auto refused = judgeTarget(target, limits.maxTargetBytes)) return refused;
  head.method = method;
  head.target = target;
  return {};
}

Verdict readFieldLine(std::string_view line, Field& field) {
  if (line[0] == ' ' || line[0] == '\t') return Refusal{400, "folded_line"};
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return Refusal{400, "field_without_colon"};
  // RFC 9112 5.1: white space before the colon has split proxies from servers; it is no token byte.
  if (!isToken(line.substr(0, colon))) return Refusal{400, "field_name"};
  const auto value = withoutSpaces(line.substr(colon + 1));
  // RFC 9110 5.6.3 counts tabs as white space, too; nginx takes them for part of the value.
  if (value.starts_with('\t') || value.ends_with('\t')) return Refusal{400, "tab_around_value"};
  field.name = line.substr(0, colon);
  field.value = value;
  return {};
}

Verdict judgeFields(const HeadLimits& limits, RequestHead& head) {
  if (const auto refused = judgeHost(head)) return refused;
  if (const auto refused = judgeSingles(head)) return refused;
  if (const auto refused = judgeFraming(limits, head)) return refused;
  if (const auto refused = judgeExpect(head)) return refused;
  return judgeConnection(head);
}

Verdict judgeTarget(std::string_view target, std::size_t maxBytes) {
  if (target.size() > maxBytes) return Refusal{414, "target_size"};
  if (!target.starts_with('/')) return Refusal{400, "target_form"};
  if (std::any_of(target.begin(), target.end(), [](char c) { return c <= ' ' || c >= 0x7F || c == '#'; })) {
    return Refusal{400, "target_byte"};
  }
  const auto path = target.substr(0, target.find('?'));
  for (auto at = path.find('%'); at != std::string_view::npos; at = path.find('%', at + 1)) {
    const auto escape = path.substr(at + 1, 2);
    if (escape.size() != 2 || hexValue(escape[0]) < 0 || hexValue(escape[1]) < 0) return Refusal{400, "target_escape"};
    if (escape == "00") return Refusal{400, "target_nul"};
  }
  // Browsers make a slash of it (WHATWG URL 4.4), servers do not.
  if (path.find('\\') != std::string_view::npos) return Refusal{400, "target_byte"};
  if (hasDotSegment(path)) return Refusal{400, "dot_segment"};
  return {};
}

bool isHost(std::string_view value) {
  constexpr std::size_t kMaxHostBytes = 255 + 6;
  if (value.empty() || value.size() > kMaxHostBytes) return false;
  const auto hostEnd = value[0] == '[' ? value.find(']') : value.find(':');
  if (value[0] == '[') {
    if (hostEnd == std::string_view::npos || hostEnd < 3) return false;
    const auto address = value.substr(1, hostEnd - 1);
    const bool plain =
        std::all_of(address.begin(), address.end(), [](char c) { return hexValue(c) >= 0 || c == ':' || c == '.'; });
    const auto rest = value.substr(hostEnd + 1);
    return plain && address.find(':') != std::string_view::npos &&
           (rest.empty() || (rest[0] == ':' && isPort(rest.substr(1))));
  }
  const auto name = value.substr(0, hostEnd);
  const bool plain = std::all_of(name.begin(), name.end(),
                                 [](char c) { return isAlphaNumeric(c) || c == '-' || c == '.' || c == '_'; });
  if (!plain || name.empty() || name[0] == '.' || name.find("..") != std::string_view::npos) return false;
  return hostEnd == std::string_view::npos || isPort(value.substr(hostEnd + 1));
}

}  // namespace sso::front::detail
