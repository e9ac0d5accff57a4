// SPDX-License-Identifier: Apache-2.0
#include "soci_organization_store.h"

#include "bounds.h"
#include "policy_json.h"
#include "policy_version_rows.h"

namespace sso::db {
namespace {

std::string statusWord(OrganizationStatus status) {
  return status == OrganizationStatus::kActive ? "active" : "suspended";
}

OrganizationStatus statusOf(const std::string& word) {
  if (word == "active") return OrganizationStatus::kActive;
  if (word == "suspended") return OrganizationStatus::kSuspended;
  throw Error(ErrorCode::kStorage, reason::kStorage, "stored organization: unknown status");
}

/// One organization, a row for each of its domains: a single statement, so that both come from one moment.
struct FindOrganization : KeptStatement {
  Text wanted;
  Organization read;
  std::string status, policy, domain;
  soci::indicator domainGiven = soci::i_null;  // an organization without domains has one row, with NULL
  long long version = 0;

  FindOrganization(Session& session, std::string_view name, const std::string& condition)
      : KeptStatement(session, name) {
    prepare((session.prepare << "SELECT o.id, o.tenant_id, o.display_name, o.status, o.policy, o.version, d.domain "
                                "FROM sso_organizations o LEFT JOIN sso_domains d ON d.organization_id = o.id WHERE " +
                                    condition + " ORDER BY d.position",
             soci::into(read.id), soci::into(read.tenantId), soci::into(read.displayName), soci::into(status),
             soci::into(policy), soci::into(version), soci::into(domain, domainGiven),
             soci::use(wanted.bound(), "wanted")));
  }

  std::optional<Organization> find(std::string_view key) {
    wanted = key;
    std::optional<Organization> found;
    each([&] {
      if (!found) {
        found = read;
        found->status = statusOf(status);
        found->policy = readPolicy();
        found->version = version;
      }
      if (domainGiven == soci::i_ok) found->domains.push_back(domain);
    });
    return found;
  }

 private:
  /// Every login reads its organization; the text is parsed only when it is another one than last time.
  const OrganizationPolicy& readPolicy() {
    if (!parsed_ || parsedText_ != policy) {
      parsed_.reset();
      parsed_ = policyFromJson(policy);
      parsedText_ = policy;
    }
    return *parsed_;
  }

  std::optional<OrganizationPolicy> parsed_;
  std::string parsedText_;
};

struct FindById : FindOrganization {
  explicit FindById(Session& session) : FindOrganization(session, "organization.find", "o.id = :wanted") {}
};
struct FindByTenant : FindOrganization {
  explicit FindByTenant(Session& session)
      : FindOrganization(session, "organization.find_by_tenant", "o.tenant_id = :wanted") {}
};
struct FindByDomain : FindOrganization {
  explicit FindByDomain(Session& session)
      : FindOrganization(session, "organization.find_by_domain",
                         "o.id = (SELECT organization_id FROM sso_domains WHERE domain = :wanted)") {}
};

/// What both ways of writing an organization bind.
struct WriteOrganization : KeptStatement {
  Text id, tenantId, displayName, status, policy;
  using KeptStatement::KeptStatement;

  void bind(const Organization& organization) {
    id = organization.id;
    tenantId = organization.tenantId;
    displayName = organization.displayName;
    status = statusWord(organization.status);
    policy = policyToJson(organization.policy);
  }
};

/// Says by its row count whether there was none: a unique violation would be an error of PostgreSQL's own, in its log.
struct InsertOrganization : WriteOrganization {
  explicit InsertOrganization(Session& session) : WriteOrganization(session, "organization.insert") {
    prepare((session.prepare << "INSERT INTO sso_organizations (id, tenant_id, display_name, status, policy, version) "
                                "VALUES (:id, :tenant, :display, :status, :policy, 1) ON CONFLICT DO NOTHING",
             soci::use(id.bound(), "id"), soci::use(tenantId.bound(), "tenant"),
             soci::use(displayName.bound(), "display"), soci::use(status.bound(), "status"),
             soci::use(policy.bound(), "policy")));
  }
};

struct UpdateOrganization : WriteOrganization {
  long long version = 0;
  explicit UpdateOrganization(Session& session) : WriteOrganization(session, "organization.update") {
    prepare((session.prepare << "UPDATE sso_organizations SET tenant_id = :tenant, display_name = :display, "
                                "status = :status, policy = :policy, version = version + 1 "
                                "WHERE id = :id AND version = :version",
             soci::use(tenantId.bound(), "tenant"), soci::use(displayName.bound(), "display"),
             soci::use(status.bound(), "status"), soci::use(policy.bound(), "policy"), soci::use(id.bound(), "id"),
             soci::use(version, "version")));
  }
};

struct ForgetDomains : KeptStatement {
  Text organizationId;
  explicit ForgetDomains(Session& session) : KeptStatement(session, "organization.forget_domains") {
    prepare((session.prepare << "DELETE FROM sso_domains WHERE organization_id = :organization",
             soci::use(organizationId.bound(), "organization")));
  }
};

struct AddDomain : KeptStatement {
  Text domain, organizationId;
  int position = 0;
  explicit AddDomain(Session& session) : KeptStatement(session, "organization.add_domain") {
    prepare((session.prepare << "INSERT INTO sso_domains (domain, organization_id, position) VALUES (:domain, "
                                ":organization, :position)",
             soci::use(domain.bound(), "domain"), soci::use(organizationId.bound(), "organization"),
             soci::use(position, "position")));
  }
};

template <class Statement>
std::optional<Organization> findWith(Database& database, std::string_view key) {
  std::optional<Organization> found;
  database.withSession([&](Session& session) { found = session.kept<Statement>().find(key); });
  return found;
}

/// Over the version that was read, and no other.
void writeRow(Session& session, const Organization& organization) {
  std::int64_t written = 0;
  if (organization.version == 0) {
    auto& insert = session.kept<InsertOrganization>();
    insert.bind(organization);
    written = insert.run();
  } else {
    auto& update = session.kept<UpdateOrganization>();
    update.bind(organization);
    update.version = organization.version;
    written = update.run();
  }
  if (written != 1) {
    throw Error(ErrorCode::kConflict, reason::kStorage,
                "the organization is stored in another version, or its tenant "
                "belongs to another one");
  }
}

}  // namespace

std::optional<Organization> SociOrganizationStore::findOrganization(std::string_view organizationId) {
  return findWith<FindById>(database_, organizationId);
}

std::optional<Organization> SociOrganizationStore::findByDomain(std::string_view canonicalDomain) {
  return findWith<FindByDomain>(database_, canonicalDomain);
}

std::optional<Organization> SociOrganizationStore::findByTenant(std::string_view tenantId) {
  return findWith<FindByTenant>(database_, tenantId);
}

std::optional<PolicyVersion> SociOrganizationStore::policyAt(std::string_view organizationId, std::int64_t version) {
  std::optional<PolicyVersion> found;
  database_.withSession([&](Session& session) { found = findPolicyVersion(session, organizationId, version); });
  return found;
}

void SociOrganizationStore::saveOrganization(UnitOfWork& work, const Organization& organization, const WrittenBy& by) {
  if (const auto problems = problemsOf(organization); !problems.empty()) {
    throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, problems.front());
  }
  requireLength("organization id", organization.id, 1, 64);
  requireLength("tenant id", organization.tenantId, 1, 255);
  requireLength("display name", organization.displayName, 0, 1024);
  requireLength("account that wrote the organization", by.accountId, 0, 255);

  Session& session = sessionOf(work);
  writeRow(session, organization);
  addPolicyVersion(session, organization.id, organization.version + 1, by);
  if (organization.version > 0) {  // a new one has none
    auto& forget = session.kept<ForgetDomains>();
    forget.organizationId = organization.id;
    forget.run();
  }
  auto& add = session.kept<AddDomain>();
  add.organizationId = organization.id;
  add.position = 0;
  for (const auto& domain : organization.domains) {
    requireLength("domain", domain, 1, 253);
    add.domain = domain;
    add.run();
    ++add.position;
  }
}

}  // namespace sso::db
