// SPDX-License-Identifier: Apache-2.0
// Reading a record, strictly. Writing it is in decision_record.cpp.
#include <algorithm>
#include <type_traits>

#include "base/strict_json.h"
#include "identity/decision_record.h"
#include "identity/fact_words.h"
#include "identity/facts_fields.h"
#include "sso/error.h"
#include "sso/reason.h"
#include "sso/storage.h"

namespace sso::detail {
namespace {

using nlohmann::json;

constexpr std::size_t kMostRolesListed = 1000;    // roles of one list
constexpr std::size_t kMostRoleNameBytes = 1024;  // a host's name of a role
constexpr std::int64_t kLongestSpan = 366 * 86400;

[[noreturn]] void refuseMember(const std::string& path, const std::string& what) {
  throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, path + ": " + what);
}

/// Takes the members out of one object; what is left in the end is unknown.
class FactsReader {
 public:
  /// since: the format that the object says it has; members of later ones are absent there. partial: what is not named
  /// stays as it is.
  FactsReader(const json& object, std::string path, bool partial, int format = kRecordFormat)
      : path_(std::move(path)), partial_(partial), format_(format) {
    if (!object.is_object()) refuseMember(path_, "expected an object");
    object_ = object;
  }

  template <typename Value>
  void operator()(const char* name, Value& value, int since = 1) {
    const auto found = object_.find(name);
    if (found == object_.end()) {
      if (partial_ || since > format_) return;
      refuseMember(path_ + "." + name, "missing");
    }
    if (since > format_) refuseMember(path_ + "." + name, "not a member of this format");
    const json member = std::move(*found);
    object_.erase(found);
    read(path_ + "." + name, member, value);
  }
  void requireNoMore() const {
    if (object_.empty()) return;
    const auto& name = object_.begin().key();
    const bool plain = name.size() <= 40 && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos;
    refuseMember(path_, plain ? "unknown member " + name : "unknown member");
  }

 private:
  static std::int64_t integer(const std::string& path, const json& member) {
    const bool fits = member.is_number_integer() &&
                      (!member.is_number_unsigned() || member.get<std::uint64_t>() <= std::uint64_t{INT64_MAX});
    if (!fits) refuseMember(path, "expected a whole number");
    return member.get<std::int64_t>();
  }
  void read(const std::string& path, const json& member, bool& value) {
    if (!member.is_boolean()) refuseMember(path, "expected true or false");
    value = member.get<bool>();
  }
  void read(const std::string& path, const json& member, int& value) {
    const auto number = integer(path, member);
    if (number < 0 || number > 1000) refuseMember(path, "out of range");
    value = static_cast<int>(number);
  }
  void read(const std::string& path, const json& member, TimePoint& value) {
    const auto seconds = integer(path, member);
    value = fromEpochSeconds(seconds);
    if (toEpochSeconds(value) != seconds) refuseMember(path, "no time that is known here");
  }
  void read(const std::string& path, const json& member, std::chrono::seconds& value) {
    const auto seconds = integer(path, member);
    if (seconds < 0 || seconds > kLongestSpan) refuseMember(path, "out of range");
    value = std::chrono::seconds(seconds);
  }
  void read(const std::string& path, const json& member, std::string& value) {
    if (!member.is_string()) refuseMember(path, "expected a string");
    value = member.get<std::string>();
    if (value.size() > kMostRoleNameBytes) refuseMember(path, "too long");
  }
  void read(const std::string& path, const json& member, MappedRole& value) {
    inner(path, member, false, [&](FactsReader& reader) { visitMappedRole(value, reader); });
  }
  void read(const std::string& path, const json& member, SsoRoles& value) {
    inner(path, member, false, [&](FactsReader& reader) { visitGrantedRoles(value, reader); });
  }
  void read(const std::string& path, const json& member, AccountFacts& value) {
    inner(path, member, partial_, [&](FactsReader& reader) { visitAccount(value, reader); });
    value.id = path.substr(path.rfind('.') + 1);  // "linked", "holder"
  }
  void read(const std::string& path, const json& member, LinkProof& value) {
    inner(path, member, false, [&](FactsReader& reader) {
      reader("account", value.accountId);
      reader("proven_at", value.provenAt);
    });
    const auto& of = value.accountId;
    if (of != "holder" && of != "linked" && of != "other") {
      refuseMember(path + ".account", "expected one of holder, linked, other");
    }
  }
  void read(const std::string& path, const json& member, Notices& value) {
    std::vector<std::string> names;
    read(path, member, names);
    value = {};
    for (const auto& name : names) {
      const auto notice = noticeNamed(name);
      if (!notice || value.has(*notice)) refuseMember(path, "an unknown notice, or one that comes twice");
      value.add(*notice);
    }
  }
  template <typename Element>
  void read(const std::string& path, const json& member, std::vector<Element>& values) {
    if (!member.is_array()) refuseMember(path, "expected a list");
    if (member.size() > kMostRolesListed) refuseMember(path, "too many");
    values.clear();
    for (std::size_t i = 0; i < member.size(); ++i) {
      read(path + "[" + std::to_string(i) + "]", member[i], values.emplace_back());
    }
  }
  template <typename Value>
  void read(const std::string& path, const json& member, std::optional<Value>& value) {
    if (member.is_null()) return value.reset();
    if (!value) value = neutral<Value>();
    read(path, member, *value);
  }
  template <typename Enum>
  requires std::is_enum_v<Enum>
  void read(const std::string& path, const json& member, Enum& value) {
    const auto named = member.is_string() ? valueNamed<Enum>(member.get_ref<const std::string&>()) : std::nullopt;
    if (!named) refuseMember(path, "expected one of " + allWords<Enum>());
    value = *named;
  }

  template <typename Value>
  static Value neutral() {
    Value value{};
    if constexpr (std::is_same_v<Value, AccountFacts>) value.member = value.emailVerified = true;
    return value;
  }
  template <typename Visit>
  void inner(const std::string& path, const json& member, bool partial, const Visit& visit) const {
    FactsReader reader(member, path, partial, format_);
    visit(reader);
    reader.requireNoMore();
  }

  json object_;
  std::string path_;
  bool partial_;
  int format_;
};

json parsedRecord(std::string_view text) {
  try {
    return parseStrictJson(text, {.maxBytes = AuditEvent::kMostDecisionBytes, .maxDepth = 6});
  } catch (const Error&) {
    refuseMember("record", "not one JSON object without duplicates");
  }
}

/// Takes the format and says which it is.
int takeFormat(json& record) {
  const auto format = integerMember(record, "format");
  if (!format) refuseMember("record.format", "missing, or no number");
  if (*format < 1 || *format > kRecordFormat) refuseMember("record.format", "not a format that this release knows");
  record.erase("format");
  return static_cast<int>(*format);
}

}  // namespace

RecordedDecision readDecisionRecord(std::string_view text) {
  json record = parsedRecord(text);
  if (!record.is_object()) refuseMember("record", "expected an object");
  const int format = takeFormat(record);
  if (record.contains("omitted"))
    refuseMember("record", "the facts were not kept: beyond a bound, or of no known value");
  if (!record.contains("facts") || !record.contains("decision") || record.size() != 2) {
    refuseMember("record", "expected format, facts and decision");
  }
  RecordedDecision recorded;
  FactsReader facts(record["facts"], "facts", /*partial=*/false, format);
  visitFacts(recorded.facts, facts);
  facts.requireNoMore();
  FactsReader decision(record["decision"], "decision", /*partial=*/false, format);
  visitDecision(recorded.decision, decision);
  decision.requireNoMore();
  return recorded;
}

Facts factsOver(const Facts& base, const nlohmann::json& object, const std::string& path) {
  Facts facts = base;
  FactsReader reader(object, path, /*partial=*/true);
  visitFacts(facts, reader);
  reader.requireNoMore();
  return facts;
}

}  // namespace sso::detail
