// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include "identity/guarded_host.h"
#include "identity/identity_mapper.h"
#include "identity/run_unit_of_work.h"
#include "support/fake_clock.h"
#include "support/fake_host.h"

namespace sso::detail::test {

using sso::test::FakeClock;
using sso::test::FakeHost;
using sso::test::HostAccount;
using sso::test::MemoryStorage;
using sso::test::MemoryTables;
using std::chrono::seconds;

/// The mapper over a database in memory, a host in the same one, and the organization Acme.
class IdentityMapperTest : public testing::Test {
 protected:
  explicit IdentityMapperTest(std::shared_ptr<MemoryStorage> storage = std::make_shared<MemoryStorage>())
      : storage_(std::move(storage)) {
    acme_.id = "org_acme";
    acme_.tenantId = "tenant_acme";
    acme_.displayName = "Acme";
    acme_.domains = {"acme.example", "acme.test"};
    acme_.policy.defaultRole = "member";
    acme_.version = 3;
  }

  static VerifiedIdentity person(std::string subject = "conn_a;ada", std::string email = "ada@acme.example") {
    VerifiedIdentity identity;
    identity.key = {"https://acme.scalekit.example", "conn_a", std::move(subject)};
    identity.organizationId = "org_acme";
    identity.email = std::move(email);
    identity.emailVerified = true;
    identity.displayName = "Ada";
    identity.issuedAt = identity.authenticatedAt = fromEpochSeconds(1'700'000'000);
    return identity;
  }
  LoginAttempt attemptOf(VerifiedIdentity identity) const {
    LoginAttempt attempt;
    attempt.identity = std::move(identity);
    attempt.stateReturned = true;
    attempt.verifiedAt = clock_->now();
    attempt.reference = "REF";
    return attempt;
  }
  /// As the login flow does it: commits only what signs in, or files a request.
  MappedLogin login(const LoginAttempt& attempt) {
    MappedLogin mapped;
    runUnitOfWork(*storage_, [&](UnitOfWork& work) {
      mapped = mapper_.map(work, &acme_, attempt);
      if (mapped.decision.signsIn() || mapped.filed) work.commit();
    });
    return mapped;
  }
  MappedLogin login(VerifiedIdentity identity) { return login(attemptOf(std::move(identity))); }
  std::vector<std::string> auditNames() const {
    std::vector<std::string> names;
    for (const auto& event : storage_->tables().audit) names.push_back(event.name);
    return names;
  }

  std::shared_ptr<MemoryStorage> storage_;
  std::shared_ptr<FakeClock> clock_ = std::make_shared<FakeClock>();
  std::shared_ptr<FakeHost> host_ = std::make_shared<FakeHost>(storage_);
  std::shared_ptr<GuardedHost> guarded_ = std::make_shared<GuardedHost>(host_);
  IdentityMapper mapper_{storage_, guarded_, clock_, seconds(60), seconds(600)};
  Organization acme_;
};

}  // namespace sso::detail::test
