// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "fuzz/fuzz_input.h"
#include "sso/front/request_head.h"

namespace {

using sso::front::BodyFraming;
using sso::front::HeadLimits;
using sso::front::HeadReader;
using sso::front::RequestHead;

/// Small, so that short inputs meet them.
HeadLimits tightLimits() {
  HeadLimits limits;
  limits.maxHeadBytes = 512;
  limits.maxTargetBytes = 64;
  limits.maxFields = 8;
  limits.maxBodyBytes = 1000;
  return limits;
}

void requireSound(const RequestHead& head, std::string_view bytes) {
  using sso::fuzz::require;
  require(head.size <= bytes.size() && head.size <= 512, "a bounded head");
  require(bytes.substr(0, head.size).ends_with("\r\n\r\n"), "ends with an empty line");
  require(head.target.starts_with('/') && head.target.size() <= 64, "a bounded path");
  for (const char c : head.target) require(c > ' ' && c < 0x7F && c != '#', "a target of visible ASCII");
  require(head.fields.size() <= 8, "few fields");
  std::size_t hosts = 0, lengths = 0, codings = 0;
  for (const auto& field : head.fields) {
    require(!field.name.empty(), "named fields");
    for (const char c : field.name) require(c > ' ' && c < 0x7F && c != ':', "names are tokens");
    for (const char c : field.value) {
      require(static_cast<unsigned char>(c) >= 0x20 || c == '\t', "no control bytes");
      require(c != 0x7F, "no DEL");
    }
    std::string name = field.name;
    std::transform(name.begin(), name.end(), name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
    hosts += name == "host", lengths += name == "content-length", codings += name == "transfer-encoding";
  }
  require(hosts == 1 || (hosts == 0 && !head.http11), "one Host");
  require(lengths + codings <= 1, "one framing");
  require((head.framing == BodyFraming::kLength) == (lengths == 1), "a length when it was sent");
  require((head.framing == BodyFraming::kChunked) == (codings == 1), "chunks when they were announced");
  require(head.contentLength <= 1000, "a bounded body");
}

}  // namespace

/// However the bytes are cut, the verdict is the same; a head that is accepted is bounded and has one meaning, and what
/// comes after it changes nothing.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using sso::fuzz::require;
  const std::string_view bytes = sso::fuzz::textOf(data, size);
  HeadReader whole(tightLimits());
  const auto verdict = whole.read(bytes);
  HeadReader cut(tightLimits());
  for (std::size_t end = 0; end < bytes.size(); end += 1 + end % 3) cut.read(bytes.substr(0, end));
  require(cut.read(bytes) == verdict, "the same verdict however it is cut");
  if (verdict == HeadReader::State::kRefused) {
    require(cut.refusal().reason == whole.refusal().reason, "the same reason however it is cut");
    require(whole.refusal().status >= 400 && whole.refusal().status <= 505, "a status of refusal");
    return 0;
  }
  if (verdict == HeadReader::State::kIncomplete) {
    require(bytes.size() <= 512, "no waiting beyond the limit");
    return 0;
  }
  const auto head = whole.take();
  requireSound(head, bytes);
  HeadReader alone(tightLimits());
  require(alone.read(bytes.substr(0, head.size)) == HeadReader::State::kComplete, "complete by itself");
  require(alone.take().target == head.target, "the same by itself");
  return 0;
}
