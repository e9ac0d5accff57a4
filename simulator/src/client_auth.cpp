// SPDX-License-Identifier: Apache-2.0
#include "client_auth.h"

#include "encoding.h"

namespace scalekit_simulator {
namespace {

struct Credentials {
  std::string id, secret;
};

/// RFC 6749 section 2.3.1: both halves are form-encoded inside the Basic value.
std::optional<Credentials> readBasic(std::string_view authorization) {
  constexpr std::string_view kScheme = "basic ";
  if (toLower(authorization.substr(0, kScheme.size())) != kScheme) return std::nullopt;
  const auto decoded = base64Decode(authorization.substr(kScheme.size()));
  if (!decoded) return std::nullopt;
  const auto colon = decoded->find(':');
  if (colon == std::string::npos) return std::nullopt;
  const auto id = percentDecode(std::string_view(*decoded).substr(0, colon), true);
  const auto secret = percentDecode(std::string_view(*decoded).substr(colon + 1), true);
  if (!id || !secret) return std::nullopt;
  return Credentials{*id, *secret};
}

HttpResponse invalidClient(const std::string& description, bool basic) {
  auto response = HttpResponse::oauthError(401, "invalid_client", description);
  if (basic) response.with("WWW-Authenticate", "Basic realm=\"local Scalekit\"");
  return response;
}

bool secretFits(const Client& client, const std::string& secret) {
  bool fits = false;
  for (const auto& candidate : client.secrets) fits |= equalInConstantTime(sha256(candidate), sha256(secret));
  return fits;
}

}  // namespace

std::variant<AuthenticatedClient, HttpResponse> authenticateClient(Context& context, const HttpRequest& http,
                                                                   const Params& params) {
  const bool basic = !http.authorization.empty();
  const auto postedId = params.get("client_id");
  const auto postedSecret = params.get("client_secret");
  if (basic && postedSecret) {
    return HttpResponse::oauthError(400, "invalid_request", "client credentials are sent in two ways at once");
  }
  std::optional<Credentials> credentials;
  if (basic) {
    credentials = readBasic(http.authorization);
    if (!credentials) return invalidClient("the Authorization header cannot be read", true);
    if (postedId && *postedId != credentials->id) {
      return HttpResponse::oauthError(400, "invalid_request", "client_id differs from the Authorization header");
    }
  } else if (postedId) {
    credentials = Credentials{*postedId, postedSecret.value_or("")};
  }
  if (!credentials) return invalidClient("client authentication is missing", false);
  const auto client = context.state.with([&](StateData& data) -> std::optional<Client> {
    const Client* found = data.environment.findClient(credentials->id);
    return found == nullptr ? std::nullopt : std::optional(*found);
  });
  if (!client || !client->active) return invalidClient("the client is not known", basic);
  if (client->isPublic()) {
    if (!credentials->secret.empty()) return invalidClient("a public client has no secret", basic);
    return AuthenticatedClient{*client, false};
  }
  if (!secretFits(*client, credentials->secret)) return invalidClient("the client secret is wrong or missing", basic);
  return AuthenticatedClient{*client, true};
}

}  // namespace scalekit_simulator
