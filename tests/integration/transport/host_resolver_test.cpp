// SPDX-License-Identifier: Apache-2.0
#include "http/host_resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>
#include <stdexcept>

namespace sso::detail {
namespace {

using Addresses = std::vector<Poco::Net::IPAddress>;
using std::chrono::milliseconds;

const Poco::Net::IPAddress kAddress("192.0.2.1");

TEST(HostResolver, TakesAddressesAsTheyAre) {
  HostResolver resolver([](const std::string&) -> Addresses { throw std::logic_error("no lookup needed"); });
  EXPECT_EQ(resolver.resolve("127.0.0.1", Deadline(milliseconds(1000))).front().toString(), "127.0.0.1");
  EXPECT_EQ(resolver.resolve("::1", Deadline(milliseconds(1000))).front().toString(), "::1");
}

TEST(HostResolver, ReportsUnknownNames) {
  HostResolver resolver([](const std::string&) -> Addresses { throw std::runtime_error("NXDOMAIN"); });
  try {
    resolver.resolve("nowhere.example", Deadline(milliseconds(5000)));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kUpstreamUnavailable);
    EXPECT_THAT(error.what(), testing::HasSubstr("host name is unknown"));
  }
}

// a name server that does not answer holds nobody longer than the deadline.
TEST(HostResolver, LeavesAHangingLookupAtTheDeadline) {
  std::promise<void> release;
  auto released = release.get_future().share();
  HostResolver resolver([released](const std::string&) -> Addresses {
    released.wait();
    return {kAddress};
  });
  EXPECT_THROW(resolver.resolve("slow.example", Deadline(milliseconds(30))), Error);
  release.set_value();
  EXPECT_EQ(resolver.resolve("slow.example", Deadline(milliseconds(5000))).size(), 1u);
}

TEST(HostResolver, LooksANameUpOnceForAllWhoWait) {
  constexpr int kThreads = 20;
  auto lookups = std::make_shared<std::atomic<int>>(0);
  auto allHere = std::make_shared<std::latch>(kThreads);
  HostResolver resolver([=](const std::string&) -> Addresses {
    ++*lookups;
    allHere->wait();  // every thread is about to ask; those that come later start a lookup of their own
    return {kAddress};
  });
  std::vector<std::thread> threads;
  std::atomic<int> answered{0};
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      allHere->count_down();
      answered += static_cast<int>(resolver.resolve("a.example", Deadline(milliseconds(5000))).size());
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(answered, kThreads);
  EXPECT_LE(*lookups, kThreads);
}

TEST(HostResolver, BoundsTheLookupsUnderWay) {
  std::promise<void> release;
  auto released = release.get_future().share();
  HostResolver resolver([released](const std::string&) -> Addresses {
    released.wait();
    return {kAddress};
  });
  for (int i = 0; i < 16; ++i) {
    EXPECT_THROW(resolver.resolve("n" + std::to_string(i) + ".example", Deadline(milliseconds(1))), Error);
  }
  try {
    resolver.resolve("one-more.example", Deadline(milliseconds(5000)));
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("too many name lookups under way"));
  }
  release.set_value();
  // The lookups' threads are nobody's to join: without this they would still copy kAddress while the program ends.
  for (int i = 0; i < 16; ++i) {
    EXPECT_EQ(resolver.resolve("n" + std::to_string(i) + ".example", Deadline(milliseconds(5000))).size(), 1u);
  }
}

}  // namespace
}  // namespace sso::detail
