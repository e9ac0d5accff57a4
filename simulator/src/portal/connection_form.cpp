// SPDX-License-Identifier: Apache-2.0
#include "portal/connection_form.h"

#include <algorithm>

#include "encoding.h"
#include "portal/certificate.h"
#include "redirect_rules.h"

namespace scalekit_simulator {
namespace {

constexpr std::size_t kMaxUrl = 1024;
constexpr std::size_t kMaxText = 256;
constexpr std::size_t kMaxMappings = 30;

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool isPrintable(const std::string& text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

/// https, or http to this machine; no credentials, no fragment.
std::string urlProblem(const std::string& url) {
  if (url.empty()) return "This is needed.";
  if (url.size() > kMaxUrl) return "This address is too long.";
  const auto scheme = url.find("://");
  const std::string authority =
      scheme == std::string::npos ? "" : url.substr(scheme + 3, url.find_first_of("/?#", scheme + 3) - scheme - 3);
  const bool spaces = std::any_of(url.begin(), url.end(), [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || c == '\\' || c == '"' || c == '<' || c == '>';
  });
  if (authority.empty() || spaces || authority.find('@') != std::string::npos || url.find('#') != std::string::npos) {
    return "This is not a complete address. It begins with https:// and holds no spaces.";
  }
  const auto bracket = authority.rfind(']');
  const auto colon = authority.rfind(':');
  const bool hasPort = colon != std::string::npos && (bracket == std::string::npos || colon > bracket);
  const std::string host = authority.substr(0, hasPort ? colon : std::string::npos);
  if (host.empty()) return "This address names no host.";
  const bool allowed = url.starts_with("https://") || (url.starts_with("http://") && isLoopbackHost(host));
  return allowed ? "" : "The address must begin with https://.";
}

std::string textProblem(const std::string& text, const char* missing) {
  if (text.empty()) return missing;
  if (text.size() > kMaxText) return "At most 256 characters.";
  return isPrintable(text) ? "" : "This holds characters that cannot be typed.";
}

class SettingsReader {
 public:
  SettingsReader(const Params& form, FormState& state) : form_(form), state_(state) {}

  std::string field(const char* name) {
    std::string value = trimmed(form_.getOr(name, ""));
    state_.values[name] = value;
    return value;
  }
  void judge(const char* name, std::string problem) {
    if (!problem.empty()) state_.problems[name] = std::move(problem);
  }

 private:
  const Params& form_;
  FormState& state_;
};

void readSaml(SettingsReader& reader, EpochSeconds now, ProviderSettings& settings) {
  const std::string source = reader.field("source");
  ProviderSettings fresh;
  const std::string metadataUrl = reader.field("metadata_url");
  const std::string ssoUrl = reader.field("sso_url");
  const std::string entityId = reader.field("entity_id");
  const std::string certificate = reader.field("certificate");
  if (source == "manual") {
    reader.judge("sso_url", urlProblem(ssoUrl));
    reader.judge("entity_id", textProblem(entityId, "This is needed. Your identity provider also calls it issuer."));
    reader.judge("certificate", certificate.empty() ? "This is needed: the certificate that your provider signs with."
                                                    : readCertificate(certificate, now).problem);
    fresh.ssoUrl = ssoUrl;
    fresh.entityId = entityId;
    fresh.certificate = certificate;
  } else if (source == "metadata") {
    reader.judge("metadata_url", urlProblem(metadataUrl));
    fresh.metadataUrl = metadataUrl;
  } else {
    reader.judge("source", "Choose how you want to hand the details over.");
  }
  settings = fresh;
}

void readOidc(SettingsReader& reader, const Params& form, ProviderSettings& settings) {
  const std::string issuer = reader.field("issuer");
  const std::string clientId = reader.field("client_id");
  std::string problem = urlProblem(issuer);
  // OpenID Connect Discovery 3: an issuer has neither query nor fragment.
  if (problem.empty() && issuer.find('?') != std::string::npos) problem = "An issuer has no question mark.";
  reader.judge("issuer", problem);
  reader.judge("client_id", textProblem(clientId, "This is needed."));
  const std::string secret = trimmed(form.getOr("client_secret", ""));
  if (secret.empty() && settings.secretDigest.empty()) reader.judge("client_secret", "This is needed.");
  if (!secret.empty()) reader.judge("client_secret", textProblem(secret, ""));
  settings.issuer = issuer;
  settings.clientId = clientId;
  if (!secret.empty()) settings.secretDigest = hex(sha256(secret));
}

}  // namespace

const std::vector<ProviderChoice>& providerChoices() {
  static const std::vector<ProviderChoice> choices = {
      {"okta", "OKTA", "Okta", "SAML or OpenID Connect", ""},
      {"entra", "MICROSOFT_AD", "Microsoft Entra ID", "formerly Azure AD", ""},
      {"google", "GOOGLE", "Google Workspace", "SAML or OpenID Connect", ""},
      {"jumpcloud", "JUMPCLOUD", "JumpCloud", "SAML or OpenID Connect", ""},
      {"custom_saml", "CUSTOM", "Custom SAML", "any SAML 2.0 provider", "SAML"},
      {"custom_oidc", "CUSTOM", "Custom OpenID Connect", "any OpenID provider", "OIDC"},
  };
  return choices;
}

std::string providerName(const Connection& connection) {
  for (const auto& choice : providerChoices()) {
    const bool fits = choice.onlyType.empty() || choice.onlyType == connection.type;
    if (fits && choice.provider == connection.provider) return std::string(choice.name);
  }
  static const std::map<std::string, std::string> kOthers = {{"IDP_SIMULATOR", "IdP Simulator"},
                                                             {"AUTH0", "Auth0"},
                                                             {"ONELOGIN", "OneLogin"},
                                                             {"PING_IDENTITY", "Ping Identity"},
                                                             {"ADFS", "AD FS"}};
  const auto found = kOthers.find(connection.provider);
  return found == kOthers.end() ? connection.provider : found->second;
}

FormState settingsOf(const Connection& connection) {
  const ProviderSettings& settings = connection.settings;
  FormState state;
  state.values = {{"source", settings.ssoUrl.empty() ? "metadata" : "manual"},
                  {"metadata_url", settings.metadataUrl},
                  {"sso_url", settings.ssoUrl},
                  {"entity_id", settings.entityId},
                  {"certificate", settings.certificate},
                  {"issuer", settings.issuer},
                  {"client_id", settings.clientId}};
  return state;
}

FormState readSettings(const Params& form, const Connection& connection, EpochSeconds now, Connection& into) {
  FormState state;
  SettingsReader reader(form, state);
  ProviderSettings settings = connection.settings;
  if (connection.type == "SAML") {
    readSaml(reader, now, settings);
  } else {
    readOidc(reader, form, settings);
  }
  if (!state.ok()) return state;
  into.settings = settings;
  into.status = "COMPLETED";
  into.test = {};
  into.updatedAt = now;
  return state;
}

std::vector<std::string> mappableKeys(const std::vector<std::string>& customAttributes) {
  std::vector<std::string> keys = {"email", "given_name", "family_name", "groups"};
  for (const auto& key : customAttributes) {
    if (keys.size() < kMaxMappings) keys.push_back(key);
  }
  return keys;
}

FormState mappingOf(const Connection& connection, const std::vector<std::string>& customAttributes) {
  FormState state;
  for (const auto& key : mappableKeys(customAttributes)) {
    const auto found = connection.attributeMapping.find(key);
    state.values[key] = found == connection.attributeMapping.end() ? "" : found->second;
  }
  return state;
}

FormState readMapping(const Params& form, const std::vector<std::string>& customAttributes, Connection& into) {
  FormState state;
  Metadata mapping;
  for (const auto& key : mappableKeys(customAttributes)) {
    const std::string name = trimmed(form.getOr("map_" + key, ""));
    state.values[key] = name;
    if (name.empty()) continue;
    const std::string problem = textProblem(name, "");
    if (!problem.empty()) state.problems[key] = problem;
    mapping[key] = name;
  }
  if (!mapping.contains("email")) state.problems["email"] = "Without an e-mail address nobody can be signed in.";
  if (state.ok()) into.attributeMapping = std::move(mapping);
  return state;
}

Metadata usualMapping(std::string_view type) {
  if (type == "SAML") {
    return {{"email", "email"}, {"given_name", "firstName"}, {"family_name", "lastName"}, {"groups", "groups"}};
  }
  return {{"email", "email"}, {"given_name", "given_name"}, {"family_name", "family_name"}, {"groups", "groups"}};
}

}  // namespace scalekit_simulator
