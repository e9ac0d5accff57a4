// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdint>
#include <iostream>
#include <random>
#include <string>
#include <string_view>

#include "base/return_to.h"
#include "unit/base/golden_lines.h"

/// Prints every value that safeReturnTo accepts, one a line: of the golden list and of a million random strings made of
/// the pieces that URL parsers disagree about. Always the same ones, so a failure can be repeated.
namespace {

constexpr std::array<std::string_view, 44> kPieces{"/",
                                                   "/",
                                                   "/",
                                                   "\\",
                                                   ".",
                                                   "..",
                                                   "%2e",
                                                   "%2f",
                                                   "%5c",
                                                   "%09",
                                                   "%0d%0a",
                                                   "\t",
                                                   "\n",
                                                   "\r",
                                                   " ",
                                                   ":",
                                                   "@",
                                                   "?",
                                                   "#",
                                                   ";",
                                                   "=",
                                                   "&",
                                                   "[",
                                                   "]",
                                                   "evil.example",
                                                   "a",
                                                   "b",
                                                   "https:",
                                                   "http",
                                                   "javascript:",
                                                   "data:",
                                                   "\xE3\x80\x82",
                                                   "\xEF\xBC\x8F",
                                                   "\x7F",
                                                   "\x01",
                                                   "\"",
                                                   "'",
                                                   "<",
                                                   "|",
                                                   "^",
                                                   "`",
                                                   "{",
                                                   "~",
                                                   "%"};

constexpr std::string_view kNothing{"\x01nothing", 8};

void printIfAccepted(const std::string& candidate) {
  const std::string result = sso::detail::safeReturnTo(candidate, kNothing);
  if (result != kNothing) std::cout << result << '\n';
}

std::string randomCandidate(std::mt19937_64& random) {
  // Most begin with a slash: the rest is refused at its first character and would teach nothing.
  std::string text = random() % 16 != 0 ? "/" : "";
  const std::uint64_t pieces = random() % 9;
  for (std::uint64_t i = 0; i < pieces; ++i) text += kPieces[random() % kPieces.size()];
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: return_to_candidates GOLDEN_LIST COUNT\n";
    return 2;
  }
  std::ios::sync_with_stdio(false);
  for (const auto& candidate : sso::test::goldenLines(argv[1])) printIfAccepted(candidate);
  std::mt19937_64 random(20240229);
  const long long count = std::stoll(argv[2]);
  for (long long i = 0; i < count; ++i) printIfAccepted(randomCandidate(random));
  return 0;
}
