// SPDX-License-Identifier: Apache-2.0
#include "sso/scalekit/page.h"

#include <gtest/gtest.h>

#include <map>

namespace sso::test {
namespace {

using scalekit::Listing;
using scalekit::Page;

/// Pages by token, and which tokens were asked for.
struct Pages {
  Listing<int> listing() {
    return Listing<int>([this](const std::string& token) {
      asked.push_back(token);
      return pages.at(token);
    });
  }
  std::map<std::string, Page<int>> pages;
  std::vector<std::string> asked;
};

std::vector<int> all(const Listing<int>& listing) {
  std::vector<int> items;
  for (const int item : listing) items.push_back(item);
  return items;
}

TEST(Listing, WalksOverEveryPage) {
  Pages scripted{{{"", {{1, 2}, "b"}}, {"b", {{3}, "c"}}, {"c", {{4, 5}, ""}}}, {}};
  EXPECT_EQ(all(scripted.listing()), (std::vector{1, 2, 3, 4, 5}));
  EXPECT_EQ(scripted.asked, (std::vector<std::string>{"", "b", "c"}));
}

TEST(Listing, FetchesNothingBeforeTheWalkAndNoPageThatIsNotReached) {
  Pages scripted{{{"", {{1, 2}, "b"}}, {"b", {{3}, ""}}}, {}};
  const auto listing = scripted.listing();
  EXPECT_TRUE(scripted.asked.empty());
  EXPECT_EQ(*listing.begin(), 1);
  EXPECT_EQ(scripted.asked.size(), 1u);
}

TEST(Listing, GoesOverEmptyPages) {
  Pages scripted{{{"", {{}, "b"}}, {"b", {{}, "c"}}, {"c", {{7}, ""}}}, {}};
  EXPECT_EQ(all(scripted.listing()), std::vector{7});
}

TEST(Listing, OfNothingIsEmpty) {
  Pages scripted{{{"", {{}, ""}}}, {}};
  EXPECT_TRUE(all(scripted.listing()).empty());
}

// SEC-MG-05
TEST(Listing, EndsWhenATokenComesAgain) {
  Pages scripted{{{"", {{1}, "b"}}, {"b", {{2}, "c"}}, {"c", {{3}, "b"}}}, {}};
  EXPECT_THROW(all(scripted.listing()), Error);
  EXPECT_EQ(scripted.asked.size(), 3u);
}

// SEC-MG-05
TEST(Listing, EndsAfterTenThousandPages) {
  std::size_t fetched = 0;
  const Listing<int> endless([&](const std::string&) { return Page<int>{{}, std::to_string(++fetched)}; });
  EXPECT_THROW(all(endless), Error);
  EXPECT_EQ(fetched, Listing<int>::kMaxPages);
}

TEST(Listing, GivesOnePageForAUserInterface) {
  Pages scripted{{{"", {{1}, "b", 9}}, {"b", {{2}, ""}}}, {}};
  const auto first = scripted.listing().page();
  EXPECT_EQ(first.nextPageToken, "b");
  EXPECT_EQ(first.totalSize, 9u);
  EXPECT_EQ(scripted.listing().page("b").items, std::vector{2});
}

TEST(Listing, IsARangeForTheStandardLibrary) {
  Pages scripted{{{"", {{1, 2}, "b"}}, {"b", {{3}, ""}}}, {}};
  const auto listing = scripted.listing();
  int sum = 0;
  for (auto it = listing.begin(); it != listing.end(); it++) sum += *it;
  EXPECT_EQ(sum, 6);
}

}  // namespace
}  // namespace sso::test
