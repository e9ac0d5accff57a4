// SPDX-License-Identifier: Apache-2.0
#include "oidc/json_cursor.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/eight_bytes.h"

namespace sso::detail {
namespace {

constexpr std::uint64_t kMixer = 0x9E3779B97F4A7C15ULL;  // 2^64 divided by the golden ratio (Knuth, TAOCP 3, 6.4)

/// A byte that stands for itself inside a string: neither control, quote, backslash nor part of a longer UTF-8
/// sequence.
bool isPlain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

/// The first byte from here on that is not plain. *end is NUL, which is not.
inline char* skipPlain(char* at, const char* end) {
  while (end - at >= 8) {
    const EightBytes bytes(at);
    const std::uint64_t special = bytes.equalTo('"') | bytes.equalTo('\\') | bytes.lessThan(' ') | bytes.notAscii();
    if (special != 0) return at + EightBytes::firstOf(special);
    at += 8;
  }
  while (isPlain(*at)) ++at;
  return at;
}

/// Length of the well-formed UTF-8 sequence at this non-ASCII byte (RFC 3629 4); 0 when it is none. The text ends with
/// NUL, which is no continuation byte, so looking ahead stays inside it.
std::size_t utf8Length(const char* at) {
  const auto byte = [at](std::size_t i) { return static_cast<unsigned char>(at[i]); };
  const auto continues = [&byte](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned char lead = byte(0);
  if (lead >= 0xC2 && lead <= 0xDF) return continues(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned char low = lead == 0xE0 ? 0xA0 : 0x80, high = lead == 0xED ? 0x9F : 0xBF;
    return byte(1) >= low && byte(1) <= high && continues(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const unsigned char low = lead == 0xF0 ? 0x90 : 0x80, high = lead == 0xF4 ? 0x8F : 0xBF;
    return byte(1) >= low && byte(1) <= high && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

/// Four hexadecimal digits; -1 when they are not.
int hexQuad(const char* at) {
  int value = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = at[i];
    if (c >= '0' && c <= '9') {
      value = value * 16 + (c - '0');
    } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
      value = value * 16 + ((c | 0x20) - 'a' + 10);
    } else {
      return -1;
    }
  }
  return value;
}

char* writeUtf8(char* to, unsigned codePoint) {
  const auto put = [&to](unsigned byte) { *to++ = static_cast<char>(byte); };
  if (codePoint < 0x80) {
    put(codePoint);
  } else if (codePoint < 0x800) {
    put(0xC0 | codePoint >> 6), put(0x80 | (codePoint & 0x3F));
  } else if (codePoint < 0x10000) {
    put(0xE0 | codePoint >> 12), put(0x80 | (codePoint >> 6 & 0x3F)), put(0x80 | (codePoint & 0x3F));
  } else {
    put(0xF0 | codePoint >> 18), put(0x80 | (codePoint >> 12 & 0x3F));
    put(0x80 | (codePoint >> 6 & 0x3F)), put(0x80 | (codePoint & 0x3F));
  }
  return to;
}

template <typename Unsigned>
std::uint64_t load(const char* at) {
  Unsigned value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

/// A cheap digest of a name, so that most names differ before their bytes are compared: its ends and its length.
inline std::uint64_t nameKey(std::string_view name) {
  const std::size_t size = name.size();
  const char* const first = name.data();
  const char* const last = first + size;
  std::uint64_t head = 0, tail = 0;
  if (size >= 8) {
    head = load<std::uint64_t>(first), tail = load<std::uint64_t>(last - 8);
  } else if (size >= 4) {
    head = load<std::uint32_t>(first), tail = load<std::uint32_t>(last - 4);
  } else if (size >= 2) {
    head = load<std::uint16_t>(first), tail = load<std::uint16_t>(last - 2);
  } else if (size == 1) {
    head = load<std::uint8_t>(first);
  }
  return ((head ^ std::rotl(tail, 32) ^ size) * kMixer) ^ tail;
}

bool isDigit(char c) { return c >= '0' && c <= '9'; }

/// A number that no double can hold is refused, as parseStrictJson does: its sign and size would be anybody's guess.
bool isFinite(const char* first, const char* last) {
  double parsed = 0;
  const auto result = std::from_chars(first, last, parsed);
  if (result.ec != std::errc::result_out_of_range) return result.ec == std::errc() && std::isfinite(parsed);
  // Out of range is also said of numbers too close to zero, which are harmless.
  const std::string_view text(first, static_cast<std::size_t>(last - first));
  const std::size_t exponent = text.find_first_of("eE");
  if (exponent != std::string_view::npos) return text[exponent + 1] == '-';
  return text[text.front() == '-' ? 1 : 0] == '0';
}

}  // namespace

JsonCursor::JsonCursor(std::string& text, SeenNames& scratch)
    : at_(text.data()), end_(text.data() + text.size()), names_(scratch) {
  names_.clear();
}

void JsonCursor::fail(Fault fault) {
  if (fault_ == Fault::kNone) fault_ = fault;
  at_ = end_;
}

inline void JsonCursor::skipSpace() {
  while (*at_ == ' ' || *at_ == '\n' || *at_ == '\t' || *at_ == '\r') ++at_;
}

JsonValue JsonCursor::value() {
  if (fault_ != Fault::kNone) return {};
  skipSpace();
  switch (*at_) {
    case '"':
      return textValue();
    case '{':
      return open(true);
    case '[':
      return open(false);
    case 't':
      return literal("true", {.kind = JsonValue::Kind::kBoolean, .text = {}, .boolean = true});
    case 'f':
      return literal("false", {.kind = JsonValue::Kind::kBoolean, .text = {}, .boolean = false});
    case 'n':
      return literal("null", {.kind = JsonValue::Kind::kNull, .text = {}});
    default:
      return number();
  }
}

JsonValue JsonCursor::open(bool isObject) {
  // Depth is bounded before anything is kept of it (SECURITY 5, item 11).
  if (depth_ == kMaxDepth) {
    fail(Fault::kMalformed);
    return {};
  }
  ++at_;
  frames_[depth_++] = {.firstName = names_.size()};
  return {.kind = isObject ? JsonValue::Kind::kObject : JsonValue::Kind::kArray, .text = {}};
}

inline bool JsonCursor::close(char expected) {
  if (*at_ != expected) return false;
  ++at_;
  names_.resize(frames_[--depth_].firstName);
  return true;
}

bool JsonCursor::nextMember(std::string_view& name) {
  if (fault_ != Fault::kNone) return false;
  Frame& frame = frames_[depth_ - 1];
  skipSpace();
  if (close('}')) return false;
  if (!frame.empty) {
    if (*at_ != ',') return fail(Fault::kMalformed), false;
    ++at_;
    skipSpace();
  }
  frame.empty = false;
  if (*at_ != '"') return fail(Fault::kMalformed), false;
  if (!string(name)) return false;
  if (!isNewName(name)) return fail(Fault::kDuplicate), false;
  skipSpace();
  if (*at_ != ':') return fail(Fault::kMalformed), false;
  ++at_;
  return true;
}

bool JsonCursor::nextElement() {
  if (fault_ != Fault::kNone) return false;
  Frame& frame = frames_[depth_ - 1];
  skipSpace();
  if (close(']')) return false;
  if (!frame.empty) {
    if (*at_ != ',') return fail(Fault::kMalformed), false;
    ++at_;
  }
  frame.empty = false;
  return true;
}

inline bool JsonCursor::isNewName(std::string_view name) {
  // RFC 8259 4 leaves duplicates to the reader, and two readers that differ are an attack (SEC-TR-08, SEC-ID-29).
  Frame& frame = frames_[depth_ - 1];
  const std::uint64_t key = nameKey(name);
  const std::uint64_t mark = std::uint64_t{1} << (key * kMixer >> 58);
  if ((frame.marks & mark) != 0) {  // an equal name has left its mark; so may have others
    for (std::size_t i = frame.firstName; i < names_.size(); ++i) {
      if (names_[i].key == key && names_[i].name == name) return false;
    }
  }
  frame.marks |= mark;
  names_.push_back({key, name});
  return true;
}

void JsonCursor::skipValue() { skipRest(value().kind); }

void JsonCursor::skipRest(JsonValue::Kind container) {  // recursion is bounded by kMaxDepth
  std::string_view name;
  if (container == JsonValue::Kind::kObject) {
    while (nextMember(name)) skipValue();
  } else if (container == JsonValue::Kind::kArray) {
    while (nextElement()) skipValue();
  }
}

bool JsonCursor::finished() {
  skipSpace();
  // A NUL before the end is no end: the text behind it would be hidden from us and not from others.
  return fault_ == Fault::kNone && depth_ == 0 && at_ == end_;
}

JsonValue JsonCursor::literal(std::string_view word, JsonValue value) {
  if (static_cast<std::size_t>(end_ - at_) < word.size() || std::memcmp(at_, word.data(), word.size()) != 0) {
    fail(Fault::kMalformed);
    return {};
  }
  at_ += word.size();
  return value;
}

JsonValue JsonCursor::number() {
  const char* const first = at_;
  const auto digits = [this] {
    const char* const start = at_;
    while (isDigit(*at_)) ++at_;
    return at_ != start;
  };
  if (*at_ == '-') ++at_;
  const char leading = *at_;
  const char* const firstDigit = at_;
  bool good = digits() && !(leading == '0' && at_ - firstDigit > 1);
  const bool whole = *at_ != '.' && *at_ != 'e' && *at_ != 'E';
  if (good && *at_ == '.') ++at_, good = digits();
  if (good && (*at_ == 'e' || *at_ == 'E')) {
    ++at_;
    if (*at_ == '+' || *at_ == '-') ++at_;
    good = digits();
  }
  JsonValue found{.kind = JsonValue::Kind::kInteger, .text = {}};
  // Only what int64 holds exactly is an integer: a number that wraps would flip exp (SECURITY 5, item 13).
  if (good && whole && std::from_chars(first, at_, found.integer).ec == std::errc()) return found;
  if (!good || !isFinite(first, at_)) {
    fail(Fault::kMalformed);
    return {};
  }
  return {.kind = JsonValue::Kind::kNumber, .text = {}};
}

inline JsonValue JsonCursor::textValue() {
  JsonValue found{.kind = JsonValue::Kind::kString, .text = {}};
  if (!string(found.text)) return {};
  return found;
}

inline bool JsonCursor::string(std::string_view& text) {
  char* const start = ++at_;
  char* from = skipPlain(start, end_);
  while (*from != '"') {
    const std::size_t length = utf8Length(from);
    if (length == 0) break;
    from = skipPlain(from + length, end_);
  }
  char* to = from;  // by far the commonest: a string without escapes stays where it is
  while (*from != '"') {
    if (isPlain(*from)) {
      *to++ = *from++;
    } else if (*from == '\\') {
      if (!unescape(from, to)) return fail(Fault::kMalformed), false;
    } else {
      const std::size_t length = utf8Length(from);
      if (length == 0) return fail(Fault::kMalformed), false;
      std::memmove(to, from, length);
      from += length, to += length;
    }
  }
  at_ = from + 1;
  text = {start, static_cast<std::size_t>(to - start)};
  return true;
}

bool JsonCursor::unescape(char*& from, char*& to) {
  const char kind = from[1];
  constexpr std::string_view kNames = "\"\\/bfnrt";
  constexpr std::string_view kValues = "\"\\/\b\f\n\r\t";
  if (const std::size_t i = kNames.find(kind); i != std::string_view::npos) {
    *to++ = kValues[i];
    from += 2;
    return true;
  }
  if (kind != 'u') return false;
  int unit = hexQuad(from + 2);
  if (unit < 0) return false;
  from += 6;
  if (unit >= 0xD800 && unit <= 0xDFFF) {  // a surrogate counts in pairs only (RFC 8259 7)
    const int low = from[0] == '\\' && from[1] == 'u' ? hexQuad(from + 2) : -1;
    if (unit > 0xDBFF || low < 0xDC00 || low > 0xDFFF) return false;
    unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    from += 6;
  }
  to = writeUtf8(to, static_cast<unsigned>(unit));
  return true;
}

}  // namespace sso::detail
