// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sso/scalekit/domains.h"
#include "sso/scalekit/organizations.h"

namespace sso::scalekit {

/// Words of Scalekit, as text: a newer release may send others, which stay what they are.
namespace connection_status {
inline constexpr std::string_view kDraft = "DRAFT";
inline constexpr std::string_view kInProgress = "IN_PROGRESS";
inline constexpr std::string_view kCompleted = "COMPLETED";
}  // namespace connection_status

/// A connection as the list names it (CONTRACT.md 4.5).
struct ConnectionSummary {
  std::string id;              ///< "conn_..."
  std::string provider, type;  ///< "OKTA", "SAML"
  std::string status;          ///< see connection_status
  bool enabled = false;
  std::string organizationId, organizationName, buttonTitle;
  std::vector<std::string> domains;
  Time createTime;

  /// People can sign in through it: completely configured and switched on. A status that we do not know is not.
  bool active() const { return enabled && status == connection_status::kCompleted; }
};

struct SamlCertificate {
  std::string id, issuer;
  Time createTime, expiryTime;
};

/// What of a SAML connection the application may show. Certificates without their bytes.
struct SamlConfig {
  std::string spEntityId, spAssertionUrl, spMetadataUrl, idpEntityId, idpSsoUrl, idpMetadataUrl;
  std::string nameIdFormat, signingOption;
  bool allowIdpInitiatedLogin = false, forceAuthn = false, assertionEncrypted = false, wantRequestSigned = false;
  std::vector<SamlCertificate> idpCertificates;
};

/// What of an OIDC connection the application may show. The identity provider's client secret is never read.
struct OidcConfig {
  std::string issuer, discoveryEndpoint, clientId, redirectUri, tokenAuthType;
  std::vector<std::string> scopes;
  bool pkceEnabled = false;
};

struct Connection {
  std::string id, provider, type, status;
  bool enabled = false;
  std::string organizationId, buttonTitle, configurationType, testConnectionUri;
  Metadata attributeMapping;  ///< attribute here -> attribute of the identity provider
  std::vector<Domain> domains;
  std::optional<SamlConfig> saml;
  std::optional<OidcConfig> oidc;
  Time createTime, updateTime;

  bool active() const { return enabled && status == connection_status::kCompleted; }
};

/// Which connections; at least an organization or a domain, so that a forgotten one does not list every customer's.
struct ConnectionFilter {
  std::string organizationId = {};
  /// Exact, canonical. Scalekit may refuse one of more than 32 characters; then list by organization (CONTRACT.md 4.5).
  std::string domain = {};
  bool includeInactive = false;  ///< drafts and those that are switched off, too
};

/// What a switch led to. Switching is never repeated by itself: another administrator may have switched back meanwhile.
/// Scalekit answers 200 even when nothing was switched, so look at enabled.
struct ToggleResult {
  bool enabled = false;
  std::string errorMessage;  ///< Scalekit's words; empty when it worked
};

/// Calls on connections. Threads, errors and ids as with Organizations.
class Connections {
 public:
  explicit Connections(std::shared_ptr<const detail::RestApi> api) : api_(std::move(api)) {}

  /// GET /api/v1/connections: the whole list, there are no pages. Throws Error(kInvalidRequest) without organization
  /// and domain.
  std::vector<ConnectionSummary> list(const ConnectionFilter& filter) const;
  /// GET /api/v1/organizations/{organization_id}/connections/{id}
  Connection get(std::string_view organizationId, std::string_view id) const;
  /// PATCH …/connections/{id}:enable
  ToggleResult enable(std::string_view organizationId, std::string_view id) const;
  /// PATCH …/connections/{id}:disable
  ToggleResult disable(std::string_view organizationId, std::string_view id) const;
  /// DELETE …/connections/{id}
  void remove(std::string_view organizationId, std::string_view id) const;

 private:
  std::shared_ptr<const detail::RestApi> api_;
};

}  // namespace sso::scalekit
