// SPDX-License-Identifier: Apache-2.0
// Embedders write the public aggregates with designated initialisers and name what they mean. Whoever compiles with
// -Wextra -Werror must be able to leave the rest out, so every member has an initialiser of its own.
#pragma GCC diagnostic error "-Wmissing-field-initializers"
#include <gtest/gtest.h>

#include "sso/db/database.h"
#include "sso/request_handler_base.h"
#include "sso/sso_module.h"

namespace sso {
namespace {

TEST(PublicAggregates, CanBeWrittenByTheirFirstMemberAlone) {
  EXPECT_EQ((AccountFacts{.id = "a"}.state), AccountState::kActive);
  EXPECT_FALSE((NewAccount{.tenantId = "t"}.emailVerified));
  EXPECT_FALSE((AccountChange{.email = "e"}.state));
  EXPECT_TRUE((SessionStart{.accountId = "a"}.idTokenHint.empty()));
  EXPECT_TRUE((EndedSession{.cookies = {}}.accountId.empty()));
  EXPECT_FALSE((RequestInfo{.method = "GET"}.prefetch));
  EXPECT_TRUE((Cookie{.name = "n"}.secure));
  EXPECT_TRUE((WebResponse{.status = 204}.cookies.empty()));
  EXPECT_TRUE((ErrorView{.status = 500}.reference.empty()));
  EXPECT_FALSE((HttpRequest{.method = "POST"}.safeToRepeat));
  EXPECT_TRUE((HttpResponse{.status = 200}.headers.empty()));
  EXPECT_TRUE((IdentityKey{.issuer = "i"}.subject.empty()));
  EXPECT_FALSE((VerifiedIdentity{.key = {}}.emailVerified));
  EXPECT_EQ((OrganizationPolicy{.mode = SsoMode::kOff}.linkExisting), LinkRule::kAfterProof);
  EXPECT_TRUE((GroupRole{.group = "g"}.role.empty()));
  EXPECT_FALSE((ConnectionPolicy{.jitProvisioning = true}.trusted));
  EXPECT_FALSE((ConnectionMigration{.retired = "conn_1"}.automatic));
  EXPECT_FALSE((SsoRoles{.roles = {}}.lastOwner));
  EXPECT_EQ((Organization{.id = "org_1"}.status), OrganizationStatus::kActive);
  EXPECT_TRUE((SsoOptions{.environmentUrl = "e"}.requireNonce));
  EXPECT_TRUE((Identity{.key = {}}.accountId.empty()));
  EXPECT_TRUE((AuditEvent{.name = "n"}.details.empty()));
  EXPECT_EQ((SsoDependencies{.host = nullptr}.storage), nullptr);
  EXPECT_TRUE((SignInRoute{.sso = false}.passwordAllowed));
  EXPECT_TRUE((PendingLink{.accountId = "a"}.email.empty()));
  EXPECT_TRUE((PendingSwitch{.email = "e"}.organizationName.empty()));
  EXPECT_FALSE((Readiness{.ready = false}.keys));
  EXPECT_TRUE((LoginRequest{.connectionId = "c"}.returnTo.empty()));
  EXPECT_TRUE((LogEvent{.level = LogLevel::kInfo}.fields.empty()));
  EXPECT_FALSE((LogEvent{.name = "n"}.byAnybody));
  EXPECT_FALSE((HandlerLimits{.maxBodyBytes = 1}.hsts));
  EXPECT_FALSE((db::DatabaseOptions{.url = "u"}.requireTls));
  EXPECT_TRUE((db::Migration{.name = "n"}.postgres.empty()));
}

}  // namespace
}  // namespace sso
