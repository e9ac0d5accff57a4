// SPDX-License-Identifier: Apache-2.0
#include "storage_conformance.h"

#include <future>
#include <latch>

namespace sso::conformance {

ErrorCode codeOf(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.code();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorCode::kInternal;
}

void runUnit(Storage& storage, const std::function<void(UnitOfWork&)>& unit) {
  for (int attempt = 1;; ++attempt) {
    try {
      const auto work = storage.begin();
      unit(*work);
      work->commit();
      return;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::kConflict || attempt == 3) throw;
    }
  }
}

void race(const std::function<void()>& one, const std::function<void()>& other) {
  std::latch start(2);
  const auto run = [&start](const std::function<void()>& side) {
    start.arrive_and_wait();
    side();
  };
  auto first = std::async(std::launch::async, run, one);
  auto second = std::async(std::launch::async, run, other);
  first.wait();
  second.wait();
  first.get();
  second.get();
}

std::vector<std::string> badTexts() {
  using namespace std::string_literals;
  return {"victim\0x"s,         // SOCI would cut it
          "\0"s,                //
          "a\xC3\x28"s,         // a lead byte without its continuation
          "\x80"s,              // a continuation alone
          "\xC0\xAF"s,          // overlong '/'
          "\xE0\x80\xAF"s,      // the same in three bytes
          "\xED\xA0\x80"s,      // a lone surrogate
          "\xF4\x90\x80\x80"s,  // above U+10FFFF
          "\xF8\x88\x80\x80\x80"s,
          "cut off \xE2\x82"s};
}

Identity identityOf(std::string subject, std::string accountId, std::string connectionId) {
  Identity identity;
  identity.key = {"https://acme.scalekit.dev", std::move(connectionId), std::move(subject)};
  identity.organizationId = "org_1";
  identity.accountId = std::move(accountId);
  identity.email = "ada@example.com";
  identity.linkedAt = fromEpochSeconds(1'700'000'000);
  identity.lastLoginAt = fromEpochSeconds(1'700'000'001);
  return identity;
}

Organization organizationOf(std::string id, std::string tenantId, std::vector<std::string> domains) {
  Organization organization;
  organization.id = std::move(id);
  organization.tenantId = std::move(tenantId);
  organization.displayName = "Acme Größe \"1\"";
  organization.domains = std::move(domains);
  organization.policy.defaultRole = "member";
  return organization;
}

AuditEvent eventOf(std::string name, std::string organizationId, std::int64_t at) {
  AuditEvent event;
  event.name = std::move(name);
  event.organizationId = std::move(organizationId);
  event.at = fromEpochSeconds(at);
  return event;
}

std::optional<Identity> StorageConformance::find(Storage& storage, const IdentityKey& key) {
  const auto work = storage.begin();
  return storage.identities().findIdentity(*work, key);
}

void StorageConformance::link(const Identity& identity) {
  runUnit(storage(), [&](UnitOfWork& work) { storage().identities().linkIdentity(work, identity); });
}

void StorageConformance::save(Organization organization) {
  const auto stored = storage().organizations().findOrganization(organization.id);
  organization.version = stored ? stored->version : 0;
  runUnit(storage(), [&](UnitOfWork& work) { storage().organizations().saveOrganization(work, organization); });
}

}  // namespace sso::conformance
