// SPDX-License-Identifier: Apache-2.0
#include "authorize_request.h"

#include <algorithm>
#include <regex>
#include <sstream>

#include "encoding.h"
#include "redirect_rules.h"

namespace scalekit_simulator {
namespace {

constexpr std::size_t kMaxValueLength = 2048;

/// Thrown inside this file only: the first thing that is wrong ends the judgement.
struct Refusal {
  std::string code, description;
};

[[noreturn]] void refuse(const std::string& code, const std::string& description) { throw Refusal{code, description}; }
[[noreturn]] void refuse(const std::string& code) { throw Refusal{code, std::string(describeCallbackError(code))}; }

std::set<std::string> wordsOf(const std::string& text) {
  std::istringstream stream(text);
  std::set<std::string> words;
  for (std::string word; stream >> word;) words.insert(word);
  return words;
}

const Client& checkClient(Environment& environment, const Params& params) {
  const auto id = params.get("client_id");
  if (!id) refuse("invalid_client", "client_id is missing");
  const Client* client = environment.findClient(*id);
  if (client == nullptr) refuse("invalid_client", "client_id is not known in this environment");
  if (!client->active) refuse("application_not_active");
  return *client;
}

std::string checkRedirectUri(Environment& environment, const Client& client, const Params& params) {
  const auto requested = params.get("redirect_uri");
  if (!requested) refuse("invalid_redirect_uri", "redirect_uri is missing");
  const Organization* organization = environment.findOrganization(params.getOr("organization_id", ""));
  const bool registered = std::any_of(client.redirectUris.begin(), client.redirectUris.end(), [&](const auto& uri) {
    return redirectUriMatches(uri, *requested, organization);
  });
  if (!registered) refuse("invalid_redirect_uri", "redirect_uri is not registered for this application");
  return *requested;
}

void checkResponseType(const Params& params) {
  const auto type = params.get("response_type");
  if (!type) refuse("invalid_request", "response_type is missing");
  if (*type != "code") refuse("unsupported_response_type", "only response_type=code is supported");
  if (params.getOr("response_mode", "query") != "query")
    refuse("invalid_request", "only response_mode=query is supported");
  // OpenID Connect Core 6: a request object that is not understood must not be ignored.
  if (params.get("request") || params.get("request_uri"))
    refuse("invalid_request", "request objects are not supported");
}

std::string checkScope(const Params& params) {
  const auto scope = params.get("scope");
  if (!scope) refuse("invalid_request", "scope is missing");
  static const std::set<std::string> kKnown = {"openid", "profile", "email", "offline_access", "address", "phone"};
  const auto words = wordsOf(*scope);
  if (!words.contains("openid")) refuse("invalid_scope", "scope must contain openid");
  for (const auto& word : words) {
    if (!kKnown.contains(word)) refuse("invalid_scope", "scope holds an unknown value");
  }
  return *scope;
}

/// RFC 7636 section 4.3; `plain` is refused (RFC 9700 section 2.1.1).
std::optional<std::string> checkPkce(const Client& client, const Params& params) {
  auto challenge = params.get("code_challenge");
  const auto method = params.get("code_challenge_method");
  if (!challenge) {
    if (method) refuse("invalid_request", "code_challenge_method without code_challenge");
    if (client.enforcePkce || client.isPublic())
      refuse("invalid_request", "this application must send a code_challenge");
    return std::nullopt;
  }
  if (!method || *method != "S256") refuse("invalid_request", "code_challenge_method must be S256");
  static const std::regex kS256("[A-Za-z0-9_-]{43}");
  if (!std::regex_match(*challenge, kS256)) refuse("invalid_request", "code_challenge must be 43 base64url characters");
  return challenge;
}

std::set<std::string> checkPrompt(const Params& params) {
  auto prompts = wordsOf(params.getOr("prompt", ""));
  static const std::set<std::string> kKnown = {"none", "login", "create", "select_account", "consent"};
  for (const auto& prompt : prompts) {
    if (!kKnown.contains(prompt)) refuse("invalid_request", "prompt holds an unknown value");
  }
  if (prompts.contains("none") && prompts.size() > 1) refuse("invalid_request", "prompt=none stands alone");
  return prompts;
}

/// OpenID Connect Core 3.1.2.1: whole seconds.
std::optional<Seconds> checkMaxAge(const Params& params) {
  const auto text = params.get("max_age");
  if (!text) return std::nullopt;
  static const std::regex kDigits("[0-9]{1,9}");
  if (!std::regex_match(*text, kDigits)) refuse("invalid_request", "max_age must be a number of seconds");
  return Seconds(std::stol(*text));
}

const Connection& firstActiveOf(const Organization& organization) {
  if (organization.connections.empty()) refuse("no_configured_connections");
  const Connection* connection = organization.firstActiveConnection();
  if (connection == nullptr) refuse("no_active_connections");
  return *connection;
}

struct Selected {
  const Organization* organization;
  const Connection* connection;
};

Selected byDomain(Environment& environment, const std::string& domain) {
  const Organization* organization = environment.findOrganizationByDomain(domain);
  if (organization == nullptr) refuse("domain_not_found");
  return {organization, &firstActiveOf(*organization)};
}

std::optional<std::string> requestedDomain(const Params& params) {
  const auto domain = params.get("domain");
  const auto hint = params.get("domain_hint");
  if (domain && hint && toLower(*domain) != toLower(*hint)) {
    refuse("invalid_request", "domain and domain_hint differ");
  }
  return domain ? domain : hint;
}

/// provider > connection_id > organization_id > domain > login_hint. A selector that is there and wrong fails; it never
/// falls through to the next one (CONTRACT.md 2.4).
Selected select(Environment& environment, const Params& params) {
  const auto domain = requestedDomain(params);
  if (const auto provider = params.get("provider")) {
    static const std::set<std::string> kProviders = {"google", "microsoft", "github",
                                                     "gitlab", "linkedin",  "salesforce"};
    if (!kProviders.contains(*provider)) refuse("invalid_request", "provider is not known");
    refuse("no_configured_connections", "this environment has no social connection for the provider");
  }
  if (const auto id = params.get("connection_id")) {
    const auto located = environment.findConnection(*id);
    if (located.connection == nullptr) refuse("invalid_connection_id");
    if (!located.connection->active() || !located.organization->ssoEnabled) refuse("connection_not_active");
    return {located.organization, located.connection};
  }
  if (const auto id = params.get("organization_id")) {
    const Organization* organization = environment.findOrganization(*id);
    if (organization == nullptr) refuse("invalid_organization_id");
    return {organization, &firstActiveOf(*organization)};
  }
  if (domain) return byDomain(environment, *domain);
  const std::string hinted = domainOfEmail(params.getOr("login_hint", ""));
  if (hinted.empty()) refuse("invalid_connection_selector");
  return byDomain(environment, hinted);
}

AuthRequest judgeRest(Environment& environment, const Client& client, const std::string& redirectUri,
                      const Params& params) {
  if (!params.problem().empty()) refuse("invalid_request", params.problem());
  for (const auto& [name, value] : params.items()) {
    static_cast<void>(name);
    if (value.size() > kMaxValueLength) refuse("invalid_request", "a parameter is too long");
  }
  checkResponseType(params);
  AuthRequest request;
  request.clientId = client.id;
  request.redirectUri = redirectUri;
  request.scope = checkScope(params);
  request.codeChallenge = checkPkce(client, params);
  request.state = params.get("state");
  request.nonce = params.get("nonce");
  request.loginHint = params.getOr("login_hint", "");
  request.maxAge = checkMaxAge(params);
  const Selected selected = select(environment, params);
  request.connectionId = selected.connection->id;
  request.organizationId = selected.organization->id;
  return request;
}

}  // namespace

AuthorizeDecision judgeAuthorize(Environment& environment, const Params& params) {
  const Client* client = nullptr;
  std::string redirectUri;
  try {
    client = &checkClient(environment, params);
    redirectUri = checkRedirectUri(environment, *client, params);
  } catch (const Refusal& refusal) {
    return AuthorizePageError{refusal.code, refusal.description};
  }
  try {
    AuthRequest request = judgeRest(environment, *client, redirectUri, params);
    return AcceptedAuthorize{std::move(request), checkPrompt(params)};
  } catch (const Refusal& refusal) {
    // A state that came twice is nobody's state.
    const bool trusted = params.problem().empty();
    return AuthorizeRedirectError{redirectUri, trusted ? params.get("state") : std::nullopt, refusal.code,
                                  refusal.description};
  }
}

const std::vector<CallbackError>& callbackErrors() {
  static const std::vector<CallbackError> errors = {
      {"access_denied", "The user or an interceptor refused the login"},
      {"unauthorized", "The credentials are missing or were refused"},
      {"user_not_active", "The user account is not active"},
      {"server_error", "Something went wrong on the server"},
      {"authentication_not_completed", "The user did not finish the login"},
      {"user_login_required", "The user must log in"},
      {"no_active_connections", "The organization has no active connection"},
      {"no_configured_connections", "The organization has no configured connection"},
      {"connection_not_active", "The connection is disabled"},
      {"invalid_connection_selector", "No connection selector was sent"},
      {"invalid_organization_id", "The organization does not exist"},
      {"invalid_connection_id", "The connection does not exist"},
      {"domain_not_found", "The domain is not registered"},
      {"invalid_user_domain", "The user's e-mail domain is not allowed on the connection"},
      {"invalid_client", "The client is not known"},
      {"application_not_active", "The application is disabled"},
      {"invalid_request", "A parameter is missing or not valid"},
      {"invalid_redirect_uri", "The redirect URI is not registered"},
      {"mandatory_attribute_missing", "The identity provider did not send a required attribute"},
      {"invalid_id_token", "The identity provider's ID token is not valid"},
      {"failed_to_exchange_token", "The identity provider refused the code exchange"},
      {"user_info_retrieve_failed", "The identity provider did not answer the user info request"},
      {"invalid_saml_metadata", "The SAML metadata is not valid"},
      {"invalid_saml_response", "The SAML response is not valid"},
      {"invalid_saml_request", "The SAML request is not valid"},
      {"invalid_saml_form_params", "The SAML form parameters are not valid"},
      {"signature_validation_failed", "The signature of the SAML response is not valid"},
      {"invalid_acs_url", "The assertion consumer service URL is not valid"},
      {"invalid_assertion_url", "The assertion URL is not valid"},
      {"invalid_status", "The SAML status is not success"},
      {"malformed_saml_response", "The SAML response cannot be read"},
      {"assertion_expired", "The SAML assertion has expired"},
      {"response_expired", "The SAML response has expired"},
      {"invalid_state", "The login handshake expired or does not match"},
      {"invalid_scope", "The scope is not valid"},
      {"unsupported_response_type", "The response type is not supported"},
      {"invalid_client_metadata_url", "The client metadata could not be fetched"},
      {"login_required", "The user must log in, and prompt=none forbids to ask"},
      {"interaction_required", "The user must do something, and prompt=none forbids to ask"},
      {"consent_required", "The user must consent, and prompt=none forbids to ask"},
  };
  return errors;
}

std::string_view describeCallbackError(std::string_view code) {
  for (const auto& error : callbackErrors()) {
    if (error.code == code) return error.description;
  }
  return {};
}

}  // namespace scalekit_simulator
