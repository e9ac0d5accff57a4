// SPDX-License-Identifier: Apache-2.0
#include "soci_access_request_store.h"
#include "soci_audit_log.h"
#include "soci_dormancy_store.h"
#include "soci_identity_store.h"
#include "soci_invitation_store.h"
#include "soci_organization_store.h"
#include "soci_replay_store.h"
#include "soci_setup_link_store.h"
#include "sso/db/database.h"

namespace sso::db {

const std::vector<Migration>& moduleMigrations();  // embedded from db/migrations

namespace {

constexpr std::string_view kLedger = "sso";

class SociStorage : public Storage {
 public:
  explicit SociStorage(std::shared_ptr<Database> database)
      : database_(std::move(database)),
        replays_(*database_),
        identities_(*database_),
        audit_(*database_),
        organizations_(*database_),
        accessRequests_(*database_),
        setupLinks_(*database_),
        invitations_(*database_),
        dormancy_(*database_) {}
  std::unique_ptr<UnitOfWork> begin() override { return database_->begin(); }
  ReplayStore& replays() override { return replays_; }
  IdentityStore& identities() override { return identities_; }
  AuditLog& audit() override { return audit_; }
  OrganizationStore& organizations() override { return organizations_; }
  AccessRequestStore& accessRequests() override { return accessRequests_; }
  SetupLinkStore& setupLinks() override { return setupLinks_; }
  InvitationStore& invitations() override { return invitations_; }
  DormancyStore& dormancy() override { return dormancy_; }
  void checkReady() override { database_->checkSchema(kLedger, moduleMigrations()); }

 private:
  std::shared_ptr<Database> database_;
  SociReplayStore replays_;
  SociIdentityStore identities_;
  SociAuditLog audit_;
  SociOrganizationStore organizations_;
  SociAccessRequestStore accessRequests_;
  SociSetupLinkStore setupLinks_;
  SociInvitationStore invitations_;
  SociDormancyStore dormancy_;
};

}  // namespace

std::shared_ptr<Storage> openStorage(std::shared_ptr<Database> database) {
  database->migrate(kLedger, moduleMigrations());
  return std::make_shared<SociStorage>(std::move(database));
}

std::shared_ptr<Storage> openStorage(const std::string& url) {
  DatabaseOptions options;
  options.url = url;
  options.requireTls = true;  // the safe one for whoever sets nothing else; loopback and sockets are exempt (SEC-CF-09)
  return openStorage(Database::open(options));
}

}  // namespace sso::db
