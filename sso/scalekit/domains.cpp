// SPDX-License-Identifier: Apache-2.0
#include "sso/scalekit/domains.h"

#include <charconv>

#include "scalekit/domain_fields.h"
#include "scalekit/rest_api.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace sso::scalekit {
namespace {

using namespace sso::detail;
using nlohmann::json;

Domain domainIn(const json& answer) { return domainFrom(requiredObject(answer, "domain")); }

constexpr std::uint32_t kMostPerPage = 100;  // CONTRACT.md 4.3

[[noreturn]] void refusePage() {
  throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, "a page of domains has a size of 1 to 100 and a number");
}

/// Pages of domains have numbers, not tokens; ours are the number as text.
std::uint32_t pageNumber(const std::string& pageToken) {
  std::uint32_t number = 0;
  if (pageToken.empty()) return number;
  const char* end = pageToken.data() + pageToken.size();
  const auto [read, error] = std::from_chars(pageToken.data(), end, number);
  if (error != std::errc{} || read != end) refusePage();
  return number;
}

}  // namespace

bool Domain::routesLogins() const {
  const bool shown =
      verificationStatus == verification_status::kVerified || verificationStatus == verification_status::kAutoVerified;
  return type == domain_type::kOrganization && shown;
}

Domain Domains::create(std::string_view organizationId, std::string_view domain, std::string_view type) const {
  return domainIn(api_->once("domains.create", "POST", ApiPath("organizations").id(organizationId).word("domains"),
                             json{{"domain", domain}, {"domain_type", type}}));
}

Listing<Domain> Domains::list(std::string_view organizationId, const DomainFilter& filter) const {
  const ApiPath path = ApiPath("organizations").id(organizationId).word("domains");
  // A size that Scalekit would cut makes every page look like the last.
  if (filter.pageSize < 1 || filter.pageSize > kMostPerPage) refusePage();
  return Listing<Domain>([api = api_, path, filter](const std::string& pageToken) {
    const std::uint32_t number = pageNumber(pageToken);
    ManagementRequest::Query query = {{"page_size", std::to_string(filter.pageSize)},
                                      {"page_number", std::to_string(number)}};
    if (!filter.type.empty()) query.emplace_back("domain_type", filter.type);
    Page<Domain> page;
    page.items = listField<Domain>(api->get("domains.list", path, query), "domains", domainFrom);
    // There is no total: a page that is not full is the last (CONTRACT.md 4.3).
    if (page.items.size() >= filter.pageSize) page.nextPageToken = std::to_string(number + 1);
    return page;
  });
}

Domain Domains::get(std::string_view organizationId, std::string_view id) const {
  Domain domain =
      domainIn(api_->get("domains.get", ApiPath("organizations").id(organizationId).word("domains").id(id)));
  requireAsked(domain.id, id);
  requireAsked(domain.organizationId, organizationId);
  return domain;
}

void Domains::remove(std::string_view organizationId, std::string_view id) const {
  api_->once("domains.remove", "DELETE", ApiPath("organizations").id(organizationId).word("domains").id(id));
}

}  // namespace sso::scalekit
