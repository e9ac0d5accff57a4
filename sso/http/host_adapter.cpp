// SPDX-License-Identifier: Apache-2.0
#include "sso/host_adapter.h"

#include "sso/error_view.h"

namespace sso {

RoleKind AccountStore::kindOfRole(UnitOfWork&, std::string_view, std::string_view) { return RoleKind::kUnknown; }

std::optional<SsoRoles> AccountStore::rolesFromSso(UnitOfWork&, std::string_view, std::string_view) {
  return std::nullopt;
}

std::optional<std::size_t> AccountStore::countMembers(UnitOfWork&, std::string_view) { return std::nullopt; }

bool AccountStore::addMember(UnitOfWork&, std::string_view, std::string_view, const std::vector<std::string>&) {
  return false;
}

bool AccountStore::reclaimAccount(UnitOfWork&, std::string_view) { return false; }

bool AccountStore::holdAccount(UnitOfWork&, std::string_view, std::string_view) { return false; }

void HostAdapter::onNoticedLogin(const NoticedLogin&) {}

void HostAdapter::onDormancyNotice(const DormancyNotice&) {}

WebResponse HostAdapter::renderError(const ErrorView& error, const RequestInfo&) { return errorAsPage(error); }

std::optional<std::vector<AccountFacts>> AccountStore::membersOf(UnitOfWork&, std::string_view, std::size_t) {
  return std::nullopt;
}

}  // namespace sso
