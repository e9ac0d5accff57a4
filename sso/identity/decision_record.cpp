// SPDX-License-Identifier: Apache-2.0
// Writing a record, and telling facts to people. Reading is in decision_record_reader.cpp.
#include "identity/decision_record.h"

#include <ctime>
#include <type_traits>

#include "identity/fact_words.h"
#include "identity/facts_fields.h"
#include "sso/storage.h"
#include "sso/utf8.h"

namespace sso::detail {
namespace {

/// Thrown and caught in here alone: the record says instead what kept it from being written.
struct CannotBeTold {
  std::string_view why;
};

std::string jsonTextOf(std::string_view text) {
  if (!isUtf8(text)) throw CannotBeTold{"unknown_value"};
  return nlohmann::json(text).dump();
}

/// Appends members to one JSON object, by hand: a record is written at every login.
class RecordWriter {
 public:
  RecordWriter(std::string& out, const Facts& facts) : out_(out), facts_(facts) { out_ += '{'; }

  template <typename Value>
  void operator()(std::string_view name, const Value& value, int /*since*/ = 1) {
    if (out_.back() != '{') out_ += ',';
    out_.append("\"").append(name).append("\":");
    write(value);
  }
  void close() { out_ += '}'; }

 private:
  void write(bool value) { out_ += value ? "true" : "false"; }
  void write(int value) { out_ += std::to_string(value); }
  void write(TimePoint value) { out_ += std::to_string(toEpochSeconds(value)); }
  void write(std::chrono::seconds value) { out_ += std::to_string(value.count()); }
  void write(const std::string& value) { out_ += jsonTextOf(value); }
  void write(const MappedRole& value) {
    object([&](RecordWriter& inner) { visitMappedRole(value, inner); });
  }
  void write(const SsoRoles& value) {
    object([&](RecordWriter& inner) { visitGrantedRoles(value, inner); });
  }
  void write(const AccountFacts& value) {
    object([&](RecordWriter& inner) { visitAccount(value, inner); });
  }
  /// Not whose id it is, but which of the facts' accounts.
  void write(const LinkProof& value) {
    const auto& id = value.accountId;
    const bool holder = facts_.holder && facts_.holder->id == id;
    const bool linked = facts_.linked && facts_.linked->id == id;
    object([&](RecordWriter& inner) {
      inner("account", std::string(holder ? "holder" : linked ? "linked" : "other"));
      inner("proven_at", value.provenAt);
    });
  }
  void write(const Notices& value) { write(value.names()); }
  template <typename Element>
  void write(const std::vector<Element>& values) {
    out_ += '[';
    for (const auto& value : values) {
      if (out_.back() != '[') out_ += ',';
      write(value);
    }
    out_ += ']';
  }
  template <typename Value>
  void write(const std::optional<Value>& value) {
    if (!value) {
      out_ += "null";
    } else {
      write(*value);
    }
  }
  template <typename Enum>
  requires std::is_enum_v<Enum>
  void write(Enum value) {
    const auto word = wordOf(value);
    if (word.empty()) throw CannotBeTold{"unknown_value"};
    out_.append("\"").append(word).append("\"");
  }

  template <typename Visit>
  void object(const Visit& visit) {
    RecordWriter inner(out_, facts_);
    visit(inner);
    inner.close();
  }

  std::string& out_;
  const Facts& facts_;
};

std::string omittedRecord(std::string_view why) {
  return "{\"format\":" + std::to_string(kRecordFormat) + ",\"omitted\":\"" + std::string(why) + "\"}";
}

std::string wholeRecord(const Facts& facts, const Decision& decision) {
  std::string text = "{\"format\":" + std::to_string(kRecordFormat) + ",\"facts\":";
  RecordWriter ofFacts(text, facts);
  visitFacts(facts, ofFacts);
  ofFacts.close();
  text += ",\"decision\":";
  RecordWriter ofDecision(text, facts);
  visitDecision(decision, ofDecision);
  ofDecision.close();
  text += '}';
  return text;
}

std::string utcText(TimePoint at) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(at);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[sizeof "-2147483648-01-01T00:00:00Z"];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

/// Members by their path, values as people say them.
class FactsTeller {
 public:
  FactsTeller(std::vector<std::pair<std::string, std::string>>& told, const Facts& facts, std::string path = "")
      : told_(told), facts_(facts), path_(std::move(path)) {}

  void operator()(std::string_view name, const std::string& value, int /*since*/ = 1) { tell(name, value); }
  void operator()(std::string_view name, bool value, int /*since*/ = 1) { tell(name, value ? "yes" : "no"); }
  void operator()(std::string_view name, TimePoint value, int /*since*/ = 1) { tell(name, utcText(value)); }
  void operator()(std::string_view name, std::chrono::seconds value, int /*since*/ = 1) {
    tell(name, std::to_string(value.count()) + " s");
  }
  void operator()(std::string_view name, const std::vector<MappedRole>& roles, int /*since*/ = 1) {
    std::vector<std::string> listed;
    for (const auto& one : roles) listed.push_back(one.role + " (" + std::string(wordOf(one.kind)) + ")");
    (*this)(name, listed);
  }
  void operator()(std::string_view name, const std::vector<std::string>& values, int /*since*/ = 1) {
    std::string list;
    for (const auto& value : values) list.append(list.empty() ? "" : ", ").append(value);
    tell(name, list);
  }
  void operator()(std::string_view name, const SsoRoles& value, int /*since*/ = 1) {
    visitGrantedRoles(value, inner(name));
  }
  void operator()(std::string_view name, const AccountFacts& value, int /*since*/ = 1) {
    visitAccount(value, inner(name));
  }
  void operator()(std::string_view name, const LinkProof& value, int /*since*/ = 1) {
    const bool holders = facts_.holder && facts_.holder->id == value.accountId;
    tell(name, std::string(holders ? "of the holder" : "of another account") + " at " + utcText(value.provenAt));
  }
  template <typename Value>
  void operator()(std::string_view name, const std::optional<Value>& value, int /*since*/ = 1) {
    if (value) {
      (*this)(name, *value);
    } else {
      tell(name, "none");
    }
  }
  template <typename Enum>
  requires std::is_enum_v<Enum>
  void operator()(std::string_view name, Enum value, int /*since*/ = 1) { tell(name, std::string(wordOf(value))); }

 private:
  FactsTeller inner(std::string_view name) const { return {told_, facts_, path_ + std::string(name) + "."}; }
  void tell(std::string_view name, const std::string& value) {
    told_.emplace_back(path_ + std::string(name), value.empty() ? "none" : value);
  }

  std::vector<std::pair<std::string, std::string>>& told_;
  const Facts& facts_;
  std::string path_;
};

}  // namespace

std::string decisionRecord(const Facts& facts, const Decision& decision) {
  try {
    auto text = wholeRecord(facts, decision);
    return text.size() <= AuditEvent::kMostDecisionBytes ? text : omittedRecord("too_large");
  } catch (const CannotBeTold& reason) {
    return omittedRecord(reason.why);
  }
}

std::vector<std::pair<std::string, std::string>> factsInWords(const Facts& facts) {
  std::vector<std::pair<std::string, std::string>> told;
  visitFacts(facts, FactsTeller(told, facts));
  return told;
}

}  // namespace sso::detail
