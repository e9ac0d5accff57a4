// SPDX-License-Identifier: Apache-2.0
#include "forwarded.h"

#include <optional>
#include <utility>

#include "ascii.h"

namespace sso::front::detail {
namespace {

std::string_view withoutBlanks(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// RFC 7239 6: an IPv6 address stands in brackets, nothing else does, and a port may follow. Empty when it is spelled
/// otherwise; a name that is no address stays as it is.
std::string nodeAddress(std::string_view node) {
  if (!node.starts_with('[')) {
    const auto colon = node.find(':');
    return colon == node.rfind(':') ? std::string(node.substr(0, colon)) : std::string();
  }
  const auto end = node.find(']');
  if (end == std::string_view::npos) return {};
  const auto address = node.substr(1, end - 1), behind = node.substr(end + 1);
  const bool six = address.find(':') != std::string_view::npos;
  return six && (behind.empty() || behind.starts_with(':')) ? std::string(address) : std::string();
}

/// Reads the list from left to right, one byte at a time.
class ForwardedReader {
 public:
  explicit ForwardedReader(std::string_view list) : list_(list) {}

  /// nullopt when it is malformed.
  std::optional<ForwardedWay> read() {
    ForwardedWay way;
    for (;;) {
      const auto element = readElement();
      if (!element) return std::nullopt;
      // RFC 9110 5.6.1.2: an empty element of a list counts for nothing.
      if (element->any) {
        way.clients.push_back(element->client);
        way.proto = element->proto;
      }
      if (at_ == list_.size()) return way;
      ++at_;  // the comma
    }
  }

 private:
  struct Element {
    std::string client = {}, proto = {};
    bool any = false, hasClient = false, hasProto = false;
  };

  std::optional<Element> readElement() {
    Element element;
    for (;;) {
      skipBlanks();
      if (!atEndOfPair() && !readPair(element)) return std::nullopt;
      skipBlanks();
      if (at_ == list_.size() || list_[at_] == ',') return element;
      if (list_[at_++] != ';') return std::nullopt;
    }
  }
  bool atEndOfPair() const { return at_ == list_.size() || list_[at_] == ',' || list_[at_] == ';'; }

  bool readPair(Element& element) {
    const std::string_view name = readToken();
    if (name.empty() || at_ == list_.size() || list_[at_++] != '=') return false;
    const auto value = readValue();
    if (!value) return false;
    element.any = true;
    // RFC 7239 4: each parameter once in an element.
    if (sameIgnoringCase(name, "for")) {
      if (std::exchange(element.hasClient, true)) return false;
      element.client = nodeAddress(*value);
    } else if (sameIgnoringCase(name, "proto")) {
      if (std::exchange(element.hasProto, true)) return false;
      element.proto = *value;
    }
    return true;
  }

  std::string_view readToken() {
    const auto start = at_;
    while (at_ < list_.size() && isTokenByte(list_[at_])) ++at_;
    return list_.substr(start, at_ - start);
  }
  std::optional<std::string> readValue() {
    if (at_ == list_.size() || list_[at_] != '"') {
      const auto token = readToken();
      return token.empty() ? std::nullopt : std::optional<std::string>(token);
    }
    std::string value;
    for (++at_; at_ < list_.size(); ++at_) {
      if (list_[at_] == '"') {
        ++at_;
        return value;
      }
      if (list_[at_] == '\\' && ++at_ == list_.size()) return std::nullopt;
      value += list_[at_];
    }
    return std::nullopt;
  }
  void skipBlanks() {
    while (at_ < list_.size() && (list_[at_] == ' ' || list_[at_] == '\t')) ++at_;
  }

  std::string_view list_;
  std::size_t at_ = 0;
};

}  // namespace

ForwardedWay parseForwarded(std::string_view list) {
  auto way = ForwardedReader(list).read();
  return way ? std::move(*way) : ForwardedWay{{""}, ""};
}

ForwardedWay parseXForwarded(std::string_view forList, std::string_view protoList) {
  ForwardedWay way;
  for (auto rest = forList;;) {
    const auto comma = rest.find(',');
    way.clients.emplace_back(withoutBlanks(rest.substr(0, comma)));
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  const auto last = protoList.rfind(',');
  way.proto = withoutBlanks(last == std::string_view::npos ? protoList : protoList.substr(last + 1));
  return way;
}

}  // namespace sso::front::detail
