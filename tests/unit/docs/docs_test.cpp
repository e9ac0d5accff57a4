// SPDX-License-Identifier: Apache-2.0
// The documents say what the code does: every error, reason, refusal and setting is listed, and nothing else.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "identity/decision.h"
#include "identity/fact_words.h"
#include "identity/told_decision.h"
#include "sso/error.h"
#ifdef HOST_APP_SETTINGS
#include "settings.h"
#endif

namespace sso {
namespace {

std::string readFile(const std::string& path) {
  std::ifstream in(std::string(MODULAR_SSO_SOURCE_DIR) + "/" + path);
  std::ostringstream text;
  text << in.rdbuf();
  EXPECT_FALSE(text.str().empty()) << path;
  return text.str();
}

/// The part of a document under this heading.
std::string section(const std::string& text, const std::string& heading) {
  const auto begin = text.find("## " + heading + "\n");
  EXPECT_NE(begin, std::string::npos) << heading;
  return text.substr(begin, text.find("\n## ", begin + 3) - begin);
}

/// Every `word` in the first cell of a table's rows.
std::set<std::string> firstCells(const std::string& text) {
  std::set<std::string> words;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| `")) continue;
    const std::string cell = line.substr(0, line.find(" |", 2));
    const std::regex word("`([^`]+)`");
    for (std::sregex_iterator it(cell.begin(), cell.end(), word), end; it != end; ++it) words.insert((*it)[1]);
  }
  return words;
}

TEST(ErrorsDocument, ListsEveryErrorAsTheTableHasIt) {
  const std::string names = section(readFile("docs/ERRORS.md"), "Names");
  for (const auto& info : allErrors()) {
    std::ostringstream cells;
    cells << "| `" << info.name << "` | " << info.httpStatus << " | ";
    EXPECT_NE(names.find(cells.str()), std::string::npos) << cells.str();
    const std::string texts = std::string(info.publicMessage) + " " + std::string(info.nextStep) + " |";
    EXPECT_NE(names.find(texts), std::string::npos) << texts;
  }
  EXPECT_EQ(firstCells(names).size(), allErrors().size());
}

TEST(ErrorsDocument, ListsEveryReasonAndNoOther) {
  const std::string header = readFile("sso/include/sso/reason.h");
  std::set<std::string> reasons;
  const std::regex constant("string_view k\\w+ =\\s*\"(\\w+)\";");
  for (std::sregex_iterator it(header.begin(), header.end(), constant), end; it != end; ++it) reasons.insert((*it)[1]);
  EXPECT_GT(reasons.size(), 30u);
  EXPECT_EQ(firstCells(section(readFile("docs/ERRORS.md"), "Reasons")), reasons);
}

TEST(ErrorsDocument, ListsEveryRefusalWithItsTexts) {
  const std::string rows = section(readFile("docs/ERRORS.md"), "Refusals of the policy");
  std::set<std::string> codes;
  for (const auto& info : detail::allDenials()) {
    codes.insert(std::string(info.name));
    const std::string row = "| `" + std::string(info.name) + "` | `" + std::string(describe(info.publicCode).name) +
                            "` | " + std::string(info.userText) + " " + std::string(info.wayOut) + " | " +
                            std::string(info.adminText) + " |";
    EXPECT_NE(rows.find(row), std::string::npos) << row;
  }
  EXPECT_EQ(firstCells(rows), codes);
}

TEST(PolicyDocument, ListsEveryRowOutcomeAndNotice) {
  const std::string page = readFile("docs/POLICY.md");
  const std::string table = section(page, "The table");
  for (int row = 1; row <= 32; ++row) {
    const std::string cells = "| " + std::to_string(row) + " | " + std::string(detail::situationOf(row)) + " |\n";
    EXPECT_NE(table.find(cells), std::string::npos) << cells;
  }
  const std::string vectors = section(page, "Do the rules do what I expect?");
  for (const auto& name : {"email_changed", "email_kept", "email_collision", "account_linked", "groups_missing",
                           "groups_empty", "groups_truncated", "group_above_ceiling", "last_owner", "last_seat"}) {
    EXPECT_TRUE(detail::noticeNamed(name)) << name;
    EXPECT_NE(vectors.find("`" + std::string(name) + "`"), std::string::npos) << name;
  }
  std::istringstream outcomes(detail::allWords<detail::Outcome>());
  for (std::string word; std::getline(outcomes >> std::ws, word, ',');) {
    EXPECT_NE(vectors.find("`" + word + "`"), std::string::npos) << word;
  }
}

#ifdef HOST_APP_SETTINGS
TEST(ConfigDocument, ListsEverySettingAndNoOther) {
  std::set<std::string> known;
  for (const auto name : hostapp::knownSettings()) known.insert(std::string(name));
  EXPECT_EQ(firstCells(readFile("docs/CONFIG.md")), known);
}
#endif

}  // namespace
}  // namespace sso
