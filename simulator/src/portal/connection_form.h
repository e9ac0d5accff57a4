// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <vector>

#include "http_message.h"
#include "model.h"

/// What an IT admin types about their identity provider: read, judged, and put into a connection. Pure.
namespace scalekit_simulator {

/// A provider that the portal offers (CONTRACT.md 5.3); `name` as people know it.
struct ProviderChoice {
  std::string_view key, provider, name, hint;
  std::string_view onlyType;  ///< SAML or OIDC where there is no choice.
};
const std::vector<ProviderChoice>& providerChoices();
/// "Okta" for OKTA; the seed's own providers get their plain name, too.
std::string providerName(const Connection& connection);

/// Fields as they came, and what is wrong with them by field name. A secret is never kept here.
struct FormState {
  std::map<std::string, std::string> values;
  std::map<std::string, std::string> problems;

  bool ok() const { return problems.empty(); }
};

/// The fields of a connection's settings, as the page shows them before anybody typed.
FormState settingsOf(const Connection& connection);

/// Reads the settings form of a connection. On success `into` has the new settings and counts as configured and not
/// tested; an empty secret keeps the one that is there. `now` judges the certificate.
FormState readSettings(const Params& form, const Connection& connection, EpochSeconds now, Connection& into);

/// The keys that can be mapped: the four standard ones, then those that the environment has registered.
std::vector<std::string> mappableKeys(const std::vector<std::string>& customAttributes);
FormState mappingOf(const Connection& connection, const std::vector<std::string>& customAttributes);
/// An empty field removes the mapping. At most 30 pairs, values of 1 to 256 characters (CONTRACT.md 4.5).
FormState readMapping(const Params& form, const std::vector<std::string>& customAttributes, Connection& into);

/// The mapping that a new connection of this type begins with.
Metadata usualMapping(std::string_view type);

}  // namespace scalekit_simulator
