// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <vector>

#include "sso/host_adapter.h"
#include "sso/storage.h"
#include "sso/tenants.h"
#include "tenants/change_organization.h"
#include "tenants/mode_preview.h"
#include "tenants/setup_reader.h"

namespace sso::detail {

/// Off, optional, required: judges what stands in the way, and writes. Thread-safe.
class ModeSwitch {
 public:
  ModeSwitch(std::shared_ptr<Storage> storage, std::shared_ptr<AccountStore> accounts, std::shared_ptr<Clock> clock,
             std::shared_ptr<const OrganizationChanges> changes, std::shared_ptr<const SetupReader> setups,
             std::shared_ptr<const ModePreviewer> previews, RoutingCaches caches)
      : storage_(std::move(storage)),
        accounts_(std::move(accounts)),
        clock_(std::move(clock)),
        changes_(std::move(changes)),
        setups_(std::move(setups)),
        previews_(std::move(previews)),
        caches_(std::move(caches)) {}

  std::vector<ModeObstacle> obstacles(const SsoSetup& setup, const ModeRequest& request) const;
  /// stored: the tenant's organization. See Tenants::switchMode.
  ModeOutcome switchMode(const Organization& stored, const ModeRequest& request, const Actor& actor) const;

 private:
  bool breakGlassKept(UnitOfWork& work, const Organization& organization) const;
  bool previewSeen(UnitOfWork& work, const Organization& organization, const ModeRequest& request) const;
  Organization write(const Organization& stored, const SsoSetup* setup, const ModeRequest& request, const Actor& actor,
                     std::vector<ModeObstacle>& obstacles) const;

  std::shared_ptr<Storage> storage_;
  std::shared_ptr<AccountStore> accounts_;
  std::shared_ptr<Clock> clock_;
  std::shared_ptr<const OrganizationChanges> changes_;
  std::shared_ptr<const SetupReader> setups_;
  std::shared_ptr<const ModePreviewer> previews_;
  RoutingCaches caches_;
};

/// Everything that can be judged without the host: a pure function.
std::vector<ModeObstacle> obstaclesWithoutHost(const SsoSetup& setup, const ModeRequest& request, TimePoint now);

}  // namespace sso::detail
