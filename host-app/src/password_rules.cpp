// SPDX-License-Identifier: Apache-2.0
#include "password_rules.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace hostapp {
namespace {

/// Common choices of at least twelve characters, without digits and signs at the end, in lower case. Shorter ones are
/// refused by their length.
constexpr std::array<std::string_view, 26> kCommon = {
    "passwordpassword", "passwortpasswort", "qwertyuiopasdfgh",
    "qwertyuiop",       "qwertyqwerty",     "abcdefghijkl",
    "letmeinletmein",   "administrator",    "iloveyouiloveyou",
    "welcomewelcome",   "changemenow",      "changeme",
    "password",         "passw0rd",         "p@ssw0rd",
    "p@ssword",         "welcome",          "letmein",
    "iloveyou",         "qwerty",           "admin",
    "fieldnote",        "secret",           "correcthorsebatterystaple",
    "trustno",          "monkeymonkey"};

std::string lowered(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

/// "Password2024!" and "password" are the same idea.
std::string withoutTail(std::string text) {
  while (!text.empty() && !std::isalpha(static_cast<unsigned char>(text.back()))) text.pop_back();
  return text;
}

/// "aaaaaaaaaaaa" and "123412341234": one short piece again and again.
bool repeatsOnePiece(std::string_view text) {
  for (std::size_t piece = 1; piece <= 4 && piece < text.size(); ++piece) {
    bool same = true;
    for (std::size_t i = piece; i < text.size() && same; ++i) same = text[i] == text[i - piece];
    if (same) return true;
  }
  return false;
}

/// "123456789012" and "abcdefghijkl": each character follows the one before.
bool runsOn(std::string_view text) {
  std::size_t steps = 0;
  for (std::size_t i = 1; i < text.size(); ++i) {
    const int step = text[i] - text[i - 1];
    if (step == 1 || step == -1 || (text[i] == '0' && text[i - 1] == '9')) ++steps;
  }
  return steps + 1 >= text.size();
}

std::size_t charactersIn(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

std::optional<std::string> problemWithPassword(std::string_view password, std::string_view email,
                                               std::string_view displayName) {
  if (charactersIn(password) < kShortestPassword) {
    return "Use at least " + std::to_string(kShortestPassword) + " characters. A few unrelated words work well.";
  }
  if (password.size() > kLongestPassword) {
    return "Use at most " + std::to_string(kLongestPassword) + " characters.";
  }
  const std::string lower = lowered(password);
  const std::string core = withoutTail(lower);
  const auto isCore = [&](std::string_view word) { return core == word; };
  if (repeatsOnePiece(lower) || runsOn(lower) || std::any_of(kCommon.begin(), kCommon.end(), isCore)) {
    return "This password is too easy to guess. A few unrelated words work well.";
  }
  if (lower == lowered(email) || (!displayName.empty() && lower == lowered(displayName))) {
    return "Your name or address is too easy to guess. A few unrelated words work well.";
  }
  return std::nullopt;
}

}  // namespace hostapp
