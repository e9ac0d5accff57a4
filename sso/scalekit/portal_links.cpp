// SPDX-License-Identifier: Apache-2.0
#include "sso/scalekit/portal_links.h"

#include "base/url.h"
#include "oidc/upstream_answer.h"
#include "scalekit/json_fields.h"
#include "scalekit/rest_api.h"

namespace sso::scalekit {

using namespace sso::detail;

PortalLink PortalLinks::create(std::string_view organizationId, const std::vector<std::string>& features) const {
  ManagementRequest::Query query;
  for (const auto& one : features) query.emplace_back("features", one);
  const auto answer = api_->once("portalLinks.create", "PUT",
                                 ApiPath("organizations").id(organizationId).word("portal_links"), std::nullopt, query);
  const auto& object = requiredObject(answer, "link");
  PortalLink link{idField(object), Secret(textField(object, "location")), timeField(object, "expire_time")};
  const auto url = parseUrl(link.location.reveal());
  if (!url || url->origin() != environmentUrl_) rejectAnswer("a portal link leads away from the environment");
  return link;
}

void PortalLinks::revoke(std::string_view organizationId, std::string_view linkId) const {
  api_->once("portalLinks.revoke", "DELETE",
             ApiPath("organizations").id(organizationId).word("portal_links").id(linkId));
}

}  // namespace sso::scalekit
