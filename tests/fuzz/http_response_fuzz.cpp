// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "fuzz/fuzz_input.h"
#include "http/response_reader.h"
#include "sso/error.h"

namespace {

constexpr std::size_t kMaxBody = 2048;

struct Outcome {
  bool refused = false, complete = false, reusable = false;
  sso::HttpResponse response;
};

/// Reads an answer that arrives in pieces of this size.
Outcome readInPieces(std::string_view method, std::string_view bytes, std::size_t piece) {
  Outcome outcome;
  try {
    sso::detail::ResponseReader reader(method, kMaxBody);
    while (!bytes.empty() && !outcome.complete) {
      outcome.complete = reader.feed(bytes.substr(0, piece));
      bytes.remove_prefix(std::min(piece, bytes.size()));
    }
    outcome.reusable = reader.reusable();
    if (outcome.complete) outcome.response = reader.take();
  } catch (const sso::Error& error) {
    sso::fuzz::require(error.code() == sso::ErrorCode::kUpstreamRejected, "refused as the sender's fault");
    outcome.refused = true;
  }
  return outcome;
}

}  // namespace

/// Input: a method, NUL, the bytes of an answer. However they are cut, the same answer comes out; it is bounded and its
/// headers hold no control bytes.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using sso::fuzz::require;
  sso::fuzz::Parts parts(sso::fuzz::textOf(data, size));
  const std::string_view method = parts.next();
  const std::string_view bytes = parts.rest();
  const Outcome whole = readInPieces(method, bytes, bytes.size() + 1);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}}) {
    const Outcome cut = readInPieces(method, bytes, piece);
    require(cut.refused == whole.refused && cut.complete == whole.complete, "the same outcome however it is cut");
    require(cut.response.status == whole.response.status && cut.response.headers == whole.response.headers &&
                cut.response.body == whole.response.body,
            "the same answer however it is cut");
  }
  if (!whole.complete || whole.refused) return 0;
  require(whole.response.status >= 200 && whole.response.status <= 599, "a final status");
  require(whole.response.body.size() <= kMaxBody, "a bounded body");
  for (const auto& [name, value] : whole.response.headers) {
    for (const char c : name) require(c > 0x20 && c < 0x7F && !(c >= 'A' && c <= 'Z'), "lower-case header names");
    for (const char c : value) require(static_cast<unsigned char>(c) >= 0x20 || c == '\t', "no control bytes");
  }
  return 0;
}
