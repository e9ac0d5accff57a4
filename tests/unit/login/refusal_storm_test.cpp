// SPDX-License-Identifier: Apache-2.0
// What anybody may send at any speed fills neither the log nor the audit trail, and nothing is lost count of
// (SEC-LG-07, SEC-LG-09, SEC-AR-06).
#include <charconv>
#include <numeric>
#include <regex>

#include "support/login_fixture.h"

namespace sso::test {
namespace {

constexpr std::uint64_t kStorm = 10'000;

std::uint64_t suppressedIn(const AuditEvent& event) {
  const auto found = event.details.find("suppressed");
  std::uint64_t count = 0;
  if (found != event.details.end()) {
    std::from_chars(found->second.data(), found->second.data() + found->second.size(), count);
  }
  return count;
}

class RefusalStorm : public LoginFixture {
 protected:
  /// Rows, and what the rows say was not written: together every refusal that there was.
  std::uint64_t accountedFor() const {
    const auto events = storage->tables().audit;
    return std::accumulate(events.begin(), events.end(), std::uint64_t{0}, [](std::uint64_t sum, const auto& event) {
      return sum + suppressedIn(event) + (event.name == "sso.refusals.suppressed" ? 0 : 1);
    });
  }
  /// The same of the log.
  std::uint64_t accountedForInTheLog() const {
    std::uint64_t sum = 0;
    const std::regex field(" suppressed=(\\d+)");
    for (const auto& line : log->lines()) {
      if (line.find("event=sso.refusals.suppressed") == std::string::npos) ++sum;
      std::smatch found;
      if (std::regex_search(line, found, field)) sum += std::stoull(found[1].str());
    }
    return sum;
  }
  void storm(const std::string& target, std::uint64_t requests = kStorm) {
    Browser stranger(*module);
    for (std::uint64_t i = 0; i < requests; ++i) ASSERT_GE(stranger.get(target).status, 400);
  }
  const std::uint64_t perMinute = defaultOptions().strayRefusalsPerMinute;
};

TEST_F(RefusalStorm, OfCallbacksLeavesBoundedRowsAndAnExactSum) {
  storm("/sso/callback?state=x&code=y");
  EXPECT_EQ(storage->tables().audit.size(), perMinute);
  EXPECT_EQ(log->lines().size(), perMinute);
  clock->advance(std::chrono::seconds(10));
  Browser later(*module);
  later.get("/sso/callback?state=x&code=y");
  EXPECT_EQ(suppressedIn(storage->tables().audit.back()), kStorm - perMinute) << "the next one tells";
  EXPECT_EQ(accountedFor(), kStorm + 1);
  EXPECT_EQ(accountedForInTheLog(), kStorm + 1);
  later.get("/sso/callback?state=x&code=y");
  EXPECT_EQ(suppressedIn(storage->tables().audit.back()), 0U) << "and tells once";
}

TEST_F(RefusalStorm, OfIdpInitiatedEntriesIsTheSame) {
  storm("/sso/initiate?idp_initiated_login=nonsense");
  EXPECT_EQ(storage->tables().audit.size(), perMinute);
  storm("/sso/callback?idp_initiated_login=nonsense");
  EXPECT_EQ(storage->tables().audit.size(), perMinute) << "one budget, whatever the route";
  module.reset();
  EXPECT_EQ(accountedFor(), 2 * kStorm);
}

TEST_F(RefusalStorm, OfStartsLeavesBoundedLinesAndNoRow) {  // SEC-AR-06
  storm("/sso/login?organization_id=org_nobody");
  EXPECT_TRUE(storage->tables().audit.empty());
  EXPECT_EQ(log->lines().size(), perMinute);
  module.reset();
  EXPECT_TRUE(storage->tables().audit.empty());
  EXPECT_EQ(accountedForInTheLog(), kStorm);
}

TEST_F(RefusalStorm, OfOneUsedLoginIsBoundedToo) {  // a login of one's own is cheap to get and as cheap to replay
  Browser attacker(*module);
  const auto callback = callbackFor(attacker);
  const auto withTransaction = attacker;
  attacker.get(callback);
  for (std::uint64_t i = 0; i < 1000; ++i) Browser(withTransaction).get(callback);
  EXPECT_EQ(audit("sso.login.failed").size(), perMinute);
  EXPECT_EQ(audit("sso.login.failed").back().reason, "replayed");
  EXPECT_EQ(suppressedIn(audit("sso.login.failed").back()), 0U);
  clock->advance(std::chrono::seconds(10));
  Browser(withTransaction).get(callback);
  EXPECT_EQ(suppressedIn(audit("sso.login.failed").back()), 0U) << "not in the trail of one organization";
  Browser(*module).get("/sso/callback?state=x&code=y");
  EXPECT_EQ(suppressedIn(audit("sso.login.failed").back()), 1000 - perMinute);
}

TEST_F(RefusalStorm, NeverHidesTheRefusalOfARealLogin) {  // SEC-LG-07
  storm("/sso/callback?state=x&code=y");
  for (int i = 0; i < 300; ++i) {
    Browser person(*module);
    const auto callback = callbackFor(person);
    const auto state = Parameters::parse(callback.substr(callback.find('?') + 1)).single("state").value_or("");
    const auto answer = person.get("/sso/callback?error=access_denied&state=" + state);
    const auto last = storage->tables().audit.back();
    ASSERT_EQ(last.reason, "provider_error") << i;
    ASSERT_EQ(last.organizationId, "org_acme");
    ASSERT_NE(answer.body.find(last.reference), std::string::npos);
    ASSERT_NE(log->text().find(last.reference), std::string::npos);
  }
  EXPECT_EQ(audit("sso.login.failed").size(), perMinute + 300);
}

TEST_F(RefusalStorm, OfStartsTakesNothingFromTheCallbacks) {
  storm("/sso/login?organization_id=org_nobody");
  Browser(*module).get("/sso/callback?state=x&code=y");
  EXPECT_EQ(storage->tables().audit.size(), 1U);
}

TEST_F(RefusalStorm, LosesNoCountWhileTheAuditTableIsAway) {
  storm("/sso/callback?state=x&code=y", perMinute + 50);
  storage->setAuditDown(true);
  clock->advance(std::chrono::seconds(1));
  Browser(*module).get("/sso/callback?state=x&code=y");
  EXPECT_NE(log->lines().back().find("event=sso.audit.lost"), std::string::npos);
  EXPECT_NE(log->lines().back().find(" suppressed=50"), std::string::npos);
}

TEST_F(RefusalStorm, IsWrittenDownWhenTheProcessStops) {
  storm("/sso/callback?state=x&code=y", perMinute + 7);
  module.reset();
  ASSERT_EQ(audit("sso.refusals.suppressed").size(), 1U);
  EXPECT_EQ(suppressedIn(audit("sso.refusals.suppressed").front()), 7U);
  EXPECT_EQ(accountedFor(), perMinute + 7);
}

TEST_F(RefusalStorm, WithNothingCountedTheProcessStopsSilently) {
  Browser(*module).get("/sso/callback?state=x&code=y");
  const auto lines = log->lines().size();
  module.reset();
  EXPECT_EQ(log->lines().size(), lines);
  EXPECT_TRUE(audit("sso.refusals.suppressed").empty());
}

}  // namespace
}  // namespace sso::test
