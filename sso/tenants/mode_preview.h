// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>

#include "identity/decision.h"
#include "identity/facts_gatherer.h"
#include "sso/host_adapter.h"
#include "sso/storage.h"
#include "sso/tenants.h"

namespace sso::detail {

/// What each member's next sign-in would come to. The facts are gathered and judged as at a login, so the two cannot
/// come to differ; nothing is written. Thread-safe.
class ModePreviewer {
 public:
  /// issuer: the Scalekit environment. provesByMail: the host mails links (SsoOptions::emailProofPath).
  ModePreviewer(std::shared_ptr<Storage> storage, std::shared_ptr<AccountStore> accounts,
                std::shared_ptr<const FactsGatherer> facts, std::string issuer, bool provesByMail)
      : storage_(std::move(storage)),
        accounts_(std::move(accounts)),
        facts_(std::move(facts)),
        issuer_(std::move(issuer)),
        provesByMail_(provesByMail) {}

  ModePreview preview(const Organization& organization, const std::string& connectionId) const;
  /// The same as this unit sees it.
  ModePreview preview(UnitOfWork& work, Organization organization, const std::string& connectionId) const;

 private:
  std::shared_ptr<Storage> storage_;
  std::shared_ptr<AccountStore> accounts_;
  std::shared_ptr<const FactsGatherer> facts_;
  std::string issuer_;
  bool provesByMail_;
};

/// What a decision about somebody who is a member already means to them.
MemberOutlook outlookOf(const Decision& decision, bool provesByMail);

}  // namespace sso::detail
