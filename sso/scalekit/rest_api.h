// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "scalekit/api_path.h"
#include "scalekit/management_client.h"

namespace sso::detail {

/// One typed call: what it is named in errors, where it goes, what it carries.
struct RestCall {
  std::string_view operation;  ///< a literal, "organizations.get"
  std::string_view method = "GET";
  std::string path = {};
  ManagementRequest::Query query = {};
  std::optional<nlohmann::json> body = std::nullopt;
  bool safeToRepeat = false;
};

/// The management API as JSON: an answer is the object in its body, everything else an error. Thread-safe.
class RestApi {
 public:
  explicit RestApi(std::shared_ptr<const ManagementClient> client) : client_(std::move(client)) {}

  /// GET, which may be repeated.
  nlohmann::json get(std::string_view operation, const ApiPath& path, ManagementRequest::Query query = {}) const;
  /// PATCH or PUT of absolute values, which may be repeated.
  nlohmann::json change(std::string_view operation, std::string_view method, const ApiPath& path,
                        std::optional<nlohmann::json> body = std::nullopt) const;
  /// What must not be done twice: sent once, whatever happens.
  nlohmann::json once(std::string_view operation, std::string_view method, const ApiPath& path,
                      std::optional<nlohmann::json> body = std::nullopt, ManagementRequest::Query query = {}) const;

 private:
  /// Throws scalekit::ApiError for any status but 2xx, Error(kUpstreamRejected) for a body that is no JSON object.
  nlohmann::json call(const RestCall& call) const;

  std::shared_ptr<const ManagementClient> client_;
};

/// The most that organizations, users and permissions allow, and the most that searches and all others do (CONTRACT.md
/// 4.3).
constexpr std::uint32_t kLargePage = 100, kSmallPage = 30;

/// {"page_size":"…", "page_token":"…"}, the token left out when empty.
ManagementRequest::Query pageQuery(std::uint32_t pageSize, const std::string& pageToken);

}  // namespace sso::detail
