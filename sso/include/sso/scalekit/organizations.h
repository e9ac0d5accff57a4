// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sso/scalekit/page.h"

namespace sso::detail {
class RestApi;
}

namespace sso::scalekit {

/// A moment of Scalekit's clock; nullopt where it was never set.
using Time = std::optional<std::chrono::system_clock::time_point>;
using Metadata = std::map<std::string, std::string>;

/// Names of what can be switched on for an organization.
namespace feature {
inline constexpr std::string_view kSso = "sso";
inline constexpr std::string_view kDirectorySync = "dir_sync";
inline constexpr std::string_view kDomainVerification = "domain_verification";
inline constexpr std::string_view kSessionPolicy = "session_policy";
}  // namespace feature

struct Feature {
  std::string name;
  bool enabled = false;
};

/// A customer of the application, as Scalekit knows it (CONTRACT.md 4.4).
struct Organization {
  std::string id;  ///< "org_..."
  std::string displayName;
  std::string externalId;  ///< the application's own id of this customer; unique in the environment; may be empty
  std::string slug, logoUrl, regionCode;
  Metadata metadata;
  std::vector<Feature> features;
  Time createTime, updateTime;

  bool has(std::string_view featureName) const;  ///< this feature is switched on
};

struct NewOrganization {
  std::string displayName = {};  ///< required; 1 to 200 characters
  std::string externalId = {};
  std::string slug = {};
  std::string logoUrl = {};  ///< https, at most 1024 characters
  Metadata metadata = {};    ///< at most 10 pairs; keys of 3 to 25 characters, values of 1 to 256
};

/// What is set is changed, the rest stays. metadata replaces all pairs; an empty slug clears it.
struct OrganizationChange {
  std::optional<std::string> displayName = std::nullopt, externalId = std::nullopt, slug = std::nullopt,
                             logoUrl = std::nullopt;
  std::optional<Metadata> metadata = std::nullopt;
};

struct OrganizationFilter {
  std::string externalId = {};
  std::uint32_t pageSize = 100;  ///< 10 to 100
};

/// How long sessions at Scalekit last (full-stack mode); the application's own sessions are its own affair.
struct SessionPolicy {
  bool custom = false;  ///< false: the application-wide policy; the rest is then empty
  std::optional<std::chrono::minutes> absoluteTimeout = std::nullopt, idleTimeout = std::nullopt;
};

/// Calls on organizations. Thread-safe. Each throws ApiError, and Error(kUpstreamUnavailable | kUpstreamRejected).
/// An id that is empty, longer than 255 bytes, "." or "..", or holds control characters is refused before anything is
/// sent: Error(kInvalidRequest). Threat: an id that comes from outside could otherwise name another call (SEC-MG-08).
class Organizations {
 public:
  explicit Organizations(std::shared_ptr<const detail::RestApi> api) : api_(std::move(api)) {}

  /// POST /api/v1/organizations. Never repeated by itself: after Error(kUpstreamUnavailable) look with byExternalId().
  Organization create(const NewOrganization& organization) const;
  /// GET /api/v1/organizations/{id}
  Organization get(std::string_view id) const;
  /// GET /api/v1/organizations:external/{external_id}, or the list with that filter for an id that no path can hold;
  /// nullopt when there is none.
  std::optional<Organization> byExternalId(std::string_view externalId) const;
  /// GET /api/v1/organizations
  Listing<Organization> list(const OrganizationFilter& filter = {}) const;
  /// GET /api/v1/organizations:search; words: 3 to 100 characters
  Listing<Organization> search(std::string_view words) const;
  /// PATCH /api/v1/organizations/{id}
  Organization update(std::string_view id, const OrganizationChange& change) const;
  /// DELETE /api/v1/organizations/{id}, with its connections, domains, directories and memberships.
  void remove(std::string_view id) const;
  /// PATCH /api/v1/organizations/{id}/settings; features that are not named stay as they are.
  Organization setFeatures(std::string_view id, const std::vector<Feature>& features) const;

  /// GET, PATCH /api/v1/organizations/{id}/session-policy
  SessionPolicy sessionPolicy(std::string_view id) const;
  SessionPolicy setSessionPolicy(std::string_view id, const SessionPolicy& policy) const;
  /// PATCH /api/v1/organizations/{id}/settings/usermanagement; 0 users: no limit. Returns what holds now.
  std::uint32_t setMaxAllowedUsers(std::string_view id, std::uint32_t users) const;

 private:
  std::shared_ptr<const detail::RestApi> api_;
};

}  // namespace sso::scalekit
