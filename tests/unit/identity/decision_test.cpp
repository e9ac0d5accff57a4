// SPDX-License-Identifier: Apache-2.0
#include "identity/decision.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>

namespace sso::detail {

TEST(DenialTable, HasEveryCodeOnceInOrder) {
  int expected = static_cast<int>(DenyCode::kStateNotReturned);
  for (const auto& info : allDenials()) EXPECT_EQ(static_cast<int>(info.code), expected++);
  EXPECT_EQ(expected - 1, static_cast<int>(DenyCode::kCreationLimit));
}

TEST(DenialTable, HasUniqueSnakeCaseNames) {
  std::set<std::string_view> names;
  const std::regex snake("^[a-z]+(_[a-z]+)*$");
  for (const auto& info : allDenials()) {
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_TRUE(std::regex_match(std::string(info.name), snake)) << info.name;
  }
}

TEST(DenialTable, TellsEveryAudienceSomething) {
  for (const auto& info : allDenials()) {
    for (const auto text : {info.userText, info.wayOut, info.adminText}) {
      EXPECT_GT(text.size(), 10U) << info.name;
      EXPECT_EQ(text.back(), '.') << info.name;
      EXPECT_EQ(text.find_first_of("<>\"&\n"), std::string_view::npos) << info.name;
    }
    const int status = describe(info.publicCode).httpStatus;
    EXPECT_TRUE(status == 400 || status == 403) << info.name << ": a refusal, not a fault (SECURITY 0, REJ)";
  }
}

TEST(DenialTable, HasNoRowForNone) { EXPECT_THROW(describe(DenyCode::kNone), Error); }

TEST(Notices, AreListedByName) {
  Notices notices;
  EXPECT_EQ(notices.toString(), "");
  notices.add(Notice::kLastOwner);
  notices.add(Notice::kEmailChanged);
  EXPECT_EQ(notices.toString(), "email_changed,last_owner");
  EXPECT_TRUE(notices.has(Notice::kLastOwner));
  EXPECT_FALSE(notices.has(Notice::kEmailKept));
}

}  // namespace sso::detail
