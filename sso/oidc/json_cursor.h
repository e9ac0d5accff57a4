// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sso::detail {

/// What stands at one place of a JSON document.
struct JsonValue {
  enum class Kind { kInvalid, kNull, kBoolean, kInteger, kNumber, kString, kArray, kObject };
  Kind kind = Kind::kInvalid;
  std::string_view text;     ///< kString: the unescaped value
  std::int64_t integer = 0;  ///< kInteger
  bool boolean = false;      ///< kBoolean
};

/// Reads a JSON document front to back, once, building nothing: the hot path of token verification, where a tree of
/// nodes would cost a quarter of the signature check. As strict as parseStrictJson, to which a differential test holds
/// it: RFC 8259 grammar, well-formed UTF-8, no BOM, no NUL tail, no duplicate member in any object, bounded depth.
///
/// Strings are unescaped in place, so the text is used up, and every string_view handed out points into it.
/// Usage: value(), and after kObject nextMember() until false, after kArray nextElement() until false, each member or
/// element again being read with value() or skipValue(); at the end finished(). Never throws; a fault makes every
/// later call answer kInvalid or false. One per document.
class JsonCursor {
 public:
  static constexpr std::size_t kMaxDepth = 32;
  enum class Fault { kNone, kMalformed, kDuplicate };

  /// A member name seen in an object that is still open. The list is the caller's so that it can be reused.
  struct SeenName {
    std::uint64_t key;
    std::string_view name;
  };
  using SeenNames = std::vector<SeenName>;

  JsonCursor(std::string& text, SeenNames& scratch);

  JsonValue value();
  /// Moves to the next member of the innermost open object; false at its end.
  bool nextMember(std::string_view& name);
  /// Moves to the next element of the innermost open array; false at its end.
  bool nextElement();
  /// Reads over a value, checking it all the same.
  void skipValue();
  /// Reads over what is left of a container that value() has opened.
  void skipRest(JsonValue::Kind container);
  /// True when the document ended here and nothing was wrong with it.
  bool finished();
  Fault fault() const { return fault_; }

 private:
  struct Frame {
    std::size_t firstName = 0;
    std::uint64_t marks = 0;  ///< one bit for each name seen, shared by many: without it a name is new
    bool empty = true;
  };
  JsonValue open(bool isObject);
  bool close(char expected);
  JsonValue textValue();
  bool string(std::string_view& text);
  JsonValue number();
  JsonValue literal(std::string_view word, JsonValue value);
  bool unescape(char*& from, char*& to);
  bool isNewName(std::string_view name);
  void skipSpace();
  void fail(Fault fault);

  char* at_;
  char* end_;  ///< *end_ is NUL, which no token may contain: scanning stops there without a bounds check
  SeenNames& names_;
  std::array<Frame, kMaxDepth> frames_;
  std::size_t depth_ = 0;
  Fault fault_ = Fault::kNone;
};

}  // namespace sso::detail
