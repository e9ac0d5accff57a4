// SPDX-License-Identifier: Apache-2.0
#include "policy_version_rows.h"

#include "policy_json.h"
#include "sso/db/kept_statement.h"

namespace sso::db {
namespace {

/// The text of the row itself, so that the two cannot come to differ.
struct AddPolicyVersion : KeptStatement {
  Text organizationId, by;
  long long at = 0;
  explicit AddPolicyVersion(Session& session) : KeptStatement(session, "policy_version.add") {
    prepare((session.prepare << "INSERT INTO sso_policy_versions (organization_id, version, written_at, written_by, "
                                "policy) SELECT id, version, CAST(:at AS BIGINT), CAST(:by AS TEXT), policy FROM "
                                "sso_organizations WHERE id = :organization",
             soci::use(at, "at"), soci::use(by.bound(), "by"), soci::use(organizationId.bound(), "organization")));
  }
};

struct ForgetPolicyVersions : KeptStatement {
  Text organizationId;
  long long last = 0;
  explicit ForgetPolicyVersions(Session& session) : KeptStatement(session, "policy_version.forget") {
    prepare((session.prepare << "DELETE FROM sso_policy_versions WHERE organization_id = :organization AND version <= "
                                ":last",
             soci::use(organizationId.bound(), "organization"), soci::use(last, "last")));
  }
};

struct FindPolicyVersion : KeptStatement {
  Text organizationId;
  long long version = 0, at = 0;
  std::string by, policy;
  explicit FindPolicyVersion(Session& session) : KeptStatement(session, "policy_version.find") {
    prepare((session.prepare << "SELECT written_at, written_by, policy FROM sso_policy_versions WHERE organization_id "
                                "= :organization AND version = :version",
             soci::into(at), soci::into(by), soci::into(policy), soci::use(organizationId.bound(), "organization"),
             soci::use(version, "version")));
  }
};

}  // namespace

void addPolicyVersion(Session& session, std::string_view organizationId, std::int64_t version, const WrittenBy& by) {
  auto& add = session.kept<AddPolicyVersion>();
  add.organizationId = organizationId;
  add.by = by.accountId;
  add.at = toEpochSeconds(by.at);
  add.run();
  if (version <= OrganizationStore::kMostVersions) return;
  auto& forget = session.kept<ForgetPolicyVersions>();
  forget.organizationId = organizationId;
  forget.last = version - OrganizationStore::kMostVersions;
  forget.run();
}

std::optional<PolicyVersion> findPolicyVersion(Session& session, std::string_view organizationId,
                                               std::int64_t version) {
  auto& find = session.kept<FindPolicyVersion>();
  find.organizationId = organizationId;
  find.version = version;
  if (!find.row()) return std::nullopt;
  return PolicyVersion{
      std::string(organizationId), version, policyFromJson(find.policy), {find.by, fromEpochSeconds(find.at)}};
}

}  // namespace sso::db
