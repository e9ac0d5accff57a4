// SPDX-License-Identifier: Apache-2.0
#include "sso/tenants.h"

#include <algorithm>
#include <utility>

#include "sso/error.h"
#include "sso/reason.h"
#include "tenants/mode_preview.h"
#include "tenants/mode_switch.h"
#include "tenants/policy_change.h"
#include "tenants/setup_reader.h"
#include "tenants/tenant_tie.h"

namespace sso {

bool SsoSetup::hasActiveConnection() const {
  return std::any_of(connections.begin(), connections.end(), [](const auto& one) { return one.active(); });
}

std::string_view nameOf(ModeObstacle obstacle) {
  switch (obstacle) {
    case ModeObstacle::kUnknownMode:
      return "unknown_mode";
    case ModeObstacle::kSuspended:
      return "suspended";
    case ModeObstacle::kNoActiveConnection:
      return "no_active_connection";
    case ModeObstacle::kNoDomain:
      return "no_domain";
    case ModeObstacle::kNoDefaultRole:
      return "no_default_role";
    case ModeObstacle::kNotSignedInThrough:
      return "not_signed_in_through";
    case ModeObstacle::kNoBreakGlass:
      return "no_break_glass";
    case ModeObstacle::kPreviewNotSeen:
      return "preview_not_seen";
  }
  return "unknown";
}

std::string_view nameOf(MemberOutlook outlook) {
  switch (outlook) {
    case MemberOutlook::kConnected:
      return "connected";
    case MemberOutlook::kConnectsByItself:
      return "connects_by_itself";
    case MemberOutlook::kMustConfirm:
      return "must_confirm";
    case MemberOutlook::kKeepsPassword:
      return "keeps_password";
    case MemberOutlook::kCollides:
      return "collides";
    case MemberOutlook::kShutOut:
      return "shut_out";
  }
  return "shut_out";
}

Tenants::Tenants(std::shared_ptr<const detail::TenantTie> tie, std::shared_ptr<const detail::SetupReader> setups,
                 std::shared_ptr<const detail::ModeSwitch> modes, std::shared_ptr<const detail::ModePreviewer> previews,
                 std::shared_ptr<const detail::PolicyChanger> policies)
    : tie_(std::move(tie)),
      setups_(std::move(setups)),
      modes_(std::move(modes)),
      previews_(std::move(previews)),
      policies_(std::move(policies)) {}

std::optional<Organization> Tenants::find(std::string_view tenantId) const { return tie_->find(tenantId); }

Organization Tenants::organizationOf(const Tenant& tenant, const Actor& actor) const {
  return tie_->organizationOf(tenant, actor);
}

SsoSetup Tenants::refresh(const Tenant& tenant, const Actor& actor) const {
  return setups_->read(tie_->organizationOf(tenant, actor), actor);
}

std::vector<ModeObstacle> Tenants::obstacles(const SsoSetup& setup, const ModeRequest& request) const {
  return modes_->obstacles(setup, request);
}

ModeOutcome Tenants::switchMode(const Tenant& tenant, const ModeRequest& request, const Actor& actor) const {
  return modes_->switchMode(tie_->organizationOf(tenant, actor), request, actor);
}

ModePreview Tenants::preview(const Organization& organization, const std::string& connectionId) const {
  return previews_->preview(organization, connectionId);
}

std::vector<std::string> Tenants::policyProblems(const Organization& stored, const OrganizationPolicy& policy) const {
  return policies_->problems(stored, policy);
}

std::optional<PolicyVersion> Tenants::policyAt(std::string_view tenantId, std::int64_t version) const {
  const auto stored = tie_->find(tenantId);
  if (!stored) return std::nullopt;
  return policies_->at(*stored, version);
}

Organization Tenants::changePolicy(const Tenant& tenant, std::int64_t expectedVersion, const OrganizationPolicy& policy,
                                   const Actor& actor) const {
  const auto stored = tie_->find(tenant.id);
  if (!stored) throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, "this tenant has no organization yet");
  return policies_->change(*stored, expectedVersion, policy, actor);
}

}  // namespace sso
