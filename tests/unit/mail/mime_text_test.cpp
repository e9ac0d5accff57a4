// SPDX-License-Identifier: Apache-2.0
#include "mail/mime_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace sso::detail {
namespace {

/// The lines between CRLFs; fails the test when a CR or LF stands alone.
std::vector<std::string> linesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t at = 0;
  for (auto end = text.find("\r\n"); end != std::string::npos; at = end + 2, end = text.find("\r\n", at)) {
    lines.push_back(text.substr(at, end - at));
    EXPECT_EQ(lines.back().find_first_of("\r\n"), std::string::npos);
  }
  lines.push_back(text.substr(at));
  return lines;
}

/// RFC 2045 6.7, the way back.
std::string fromQuotedPrintable(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 3, "=\r\n") == 0) {
      i += 2;
    } else if (text[i] == '=') {
      out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else if (text[i] != '\r') {
      out += text[i];
    }
  }
  return out;
}

TEST(Base64Text, KnowsTheVectorsOfRfc4648) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
}

TEST(QuotedPrintable, LeavesPlainTextAlone) {
  EXPECT_EQ(quotedPrintable("Hello,\n\nyou are invited.\n"), "Hello,\r\n\r\nyou are invited.\r\n");
  EXPECT_EQ(quotedPrintable("no break at the end"), "no break at the end\r\n");
  EXPECT_EQ(quotedPrintable(""), "\r\n");
}

TEST(QuotedPrintable, EscapesWhatIsNoPrintableAscii) {
  EXPECT_EQ(quotedPrintable("a=b"), "a=3Db\r\n");
  EXPECT_EQ(quotedPrintable("Grüße"), "Gr=C3=BC=C3=9Fe\r\n");
  EXPECT_EQ(quotedPrintable(std::string("\0\r\x7f", 3)), "=00=0D=7F\r\n");
}

TEST(QuotedPrintable, KeepsBlanksAtTheEndOfALine) { EXPECT_EQ(quotedPrintable("a \nb\t\n"), "a=20\r\nb=09\r\n"); }

TEST(QuotedPrintable, NeverPassesColumn76AndComesBackWhole) {
  for (std::size_t length = 60; length < 240; ++length) {
    for (const std::string unit : {"x", "ü", "=", "x ", "x=y"}) {
      std::string text;
      while (text.size() < length) text += unit;
      text += '\n';
      const auto encoded = quotedPrintable(text);
      for (const auto& line : linesOf(encoded)) ASSERT_LE(line.size(), 76u) << encoded;
      ASSERT_EQ(fromQuotedPrintable(encoded), text);
    }
  }
}

TEST(PlainHeaderText, IsPrintableAsciiThatNobodyTakesForEncoded) {
  EXPECT_TRUE(isPlainHeaderText("You are invited to Acme"));
  for (const std::string text : {"", " a", "a ", "Grüße", "=?UTF-8?Q?a?=", "a\tb", "a\r\nBcc: x@y.example"}) {
    EXPECT_FALSE(isPlainHeaderText(text)) << text;
  }
}

TEST(EncodedWords, HoldWholeCharactersInNarrowLines) {
  const std::string text = "Ein Zugang für dich: Donaudampfschifffahrtsgesellschaft 𝔄𝔅ℭ — グループ招待状 für alle";
  const auto lines = linesOf("Subject: " + encodedWords(text, 9));
  std::string bytes;
  for (const auto& line : lines) {
    EXPECT_LE(line.size(), 76u);
    const auto begin = line.find("=?UTF-8?B?");
    ASSERT_NE(begin, std::string::npos) << line;
    EXPECT_LE(line.size() - begin, 75u);
    EXPECT_TRUE(line.starts_with("Subject: ") || line[0] == ' ');
    EXPECT_TRUE(line.ends_with("?="));
    bytes += line.substr(begin + 10, line.size() - begin - 12) + "\n";
  }
  EXPECT_GT(lines.size(), 2u);
  std::string whole;
  std::istringstream words(bytes);
  for (std::string word; std::getline(words, word);) {
    // Each word by itself is text: found as it is encoded alone.
    for (std::size_t size = 1; size <= text.size() - whole.size(); ++size) {
      if (base64(text.substr(whole.size(), size)) != word) continue;
      EXPECT_TRUE(whole.size() + size == text.size() ||
                  (static_cast<unsigned char>(text[whole.size() + size]) & 0xC0) != 0x80)
          << "a character was cut in two";
      whole += text.substr(whole.size(), size);
      break;
    }
  }
  EXPECT_EQ(whole, text);
}

TEST(EncodedWords, NeverHoldALineBreak) {
  EXPECT_EQ(encodedWords("a\r\nBcc: x@y.example", 9), "=?UTF-8?B?" + base64("a\r\nBcc: x@y.example") + "?=");
}

}  // namespace
}  // namespace sso::detail
