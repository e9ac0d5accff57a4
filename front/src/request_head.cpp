// SPDX-License-Identifier: Apache-2.0
#include "sso/front/request_head.h"

#include <utility>

#include "ascii.h"
#include "head_rules.h"

namespace sso::front {
namespace {

/// The longest method, the version, two spaces and the line end, with room: a line over target and this is too long
/// whatever is in it.
constexpr std::size_t kBesidesTarget = 48;

}  // namespace

const Field* RequestHead::find(std::string_view name) const {
  for (const Field& field : fields) {
    if (detail::sameIgnoringCase(field.name, name)) return &field;
  }
  return nullptr;
}

HeadReader::State HeadReader::read(std::string_view bytes) {
  while (state_ == State::kIncomplete && at_ < bytes.size() && readByte(bytes)) {
  }
  return state_;
}

/// Looks at the byte at at_; false once the verdict stands.
bool HeadReader::readByte(std::string_view bytes) {
  const char c = bytes[at_];
  const bool afterReturn = at_ > lineStart_ && bytes[at_ - 1] == '\r';
  if (requestLine_ && at_ - lineStart_ >= limits_.maxTargetBytes + kBesidesTarget) return refuse({414, "request_line"});
  if (at_ >= limits_.maxHeadBytes) return refuse({requestLine_ ? 414 : 431, "head_size"});
  ++at_;
  if (c == '\n') {
    // RFC 9112 2.2 would let a bare LF pass for a line end. A proxy that does not sees other lines than we do.
    if (!afterReturn) return refuse({400, "bare_lf"});
    endLine(bytes.substr(lineStart_, at_ - 2 - lineStart_));
    lineStart_ = at_;
    return state_ == State::kIncomplete;
  }
  if (afterReturn) return refuse({400, "bare_cr"});
  if (c != '\r' && detail::isControl(c)) return refuse({400, "control_byte"});
  return true;
}

void HeadReader::endLine(std::string_view line) {
  if (requestLine_) {
    // RFC 9112 2.2: clients of old sent a line end after a body. One is forgiven, not a stream of them.
    if (line.empty() && !emptyLineSkipped_) {
      emptyLineSkipped_ = true;
      return;
    }
    if (const auto refused = detail::readRequestLine(line, limits_, head_)) refuse(*refused);
    requestLine_ = false;
    return;
  }
  if (line.empty()) return endHead();
  if (head_.fields.size() >= limits_.maxFields) {
    refuse({431, "field_count"});
    return;
  }
  if (const auto refused = detail::readFieldLine(line, head_.fields.emplace_back())) refuse(*refused);
}

void HeadReader::endHead() {
  if (const auto refused = detail::judgeFields(limits_, head_)) {
    refuse(*refused);
    return;
  }
  head_.size = at_;
  state_ = State::kComplete;
}

bool HeadReader::refuse(const Refusal& refusal) {
  refusal_ = refusal;
  state_ = State::kRefused;
  return false;
}

RequestHead HeadReader::take() { return std::move(head_); }

}  // namespace sso::front
