// SPDX-License-Identifier: Apache-2.0
#include "domain_rules.h"
#include "seed_parts.h"

namespace scalekit_simulator {
namespace {

using Json = nlohmann::json;

/// Leaves out what says nothing.
void add(Json& object, const char* key, const std::string& value) {
  if (!value.empty()) object[key] = value;
}

}  // namespace

void readProvider(ObjectReader& connection, Problems& problems, Connection& into) {
  into.attributeMapping = connection.textMap("attribute_mapping");
  if (const Json* value = connection.find("identity_provider")) {
    ObjectReader object(*value, connection.at("identity_provider"), problems);
    ProviderSettings& settings = into.settings;
    settings.metadataUrl = object.text("metadata_url");
    settings.entityId = object.text("entity_id");
    settings.ssoUrl = object.text("sso_url");
    settings.certificate = object.text("certificate");
    settings.issuer = object.text("issuer");
    settings.clientId = object.text("client_id");
    settings.secretDigest = object.text("client_secret_sha256");
    object.finish();
  }
  if (const Json* value = connection.find("last_test")) {
    ObjectReader object(*value, connection.at("last_test"), problems);
    into.test.status = object.oneOf("status", {"SUCCESS", "FAILURE"}, "SUCCESS");
    into.test.error = object.text("error");
    into.test.description = object.text("error_description");
    into.test.at = object.time("time");
    object.finish();
  }
}

void writeProvider(const Connection& connection, Json& into) {
  if (!connection.attributeMapping.empty()) into["attribute_mapping"] = connection.attributeMapping;
  const ProviderSettings& settings = connection.settings;
  Json provider = Json::object();
  add(provider, "metadata_url", settings.metadataUrl);
  add(provider, "entity_id", settings.entityId);
  add(provider, "sso_url", settings.ssoUrl);
  add(provider, "certificate", settings.certificate);
  add(provider, "issuer", settings.issuer);
  add(provider, "client_id", settings.clientId);
  add(provider, "client_secret_sha256", settings.secretDigest);
  if (!provider.empty()) into["identity_provider"] = std::move(provider);
  const ConnectionTest& test = connection.test;
  if (test.status.empty()) return;
  into["last_test"] = {{"status", test.status}, {"time", rfc3339(test.at)}};
  add(into["last_test"], "error", test.error);
  add(into["last_test"], "error_description", test.description);
}

void readTxtRecords(const Json& value, const std::string& path, TxtRecords& records, Problems& problems) {
  ObjectReader object(value, path, problems);
  const std::string name = toLower(object.requiredText("name"));
  if (!name.empty() && !isDomainName(name)) object.problem("name", "must be a domain name");
  for (const auto& text : object.texts("txt")) records[name].insert(text);
  object.finish();
}

Json writeTxtRecords(const TxtRecords& records) {
  Json list = Json::array();
  for (const auto& [name, texts] : records) list.push_back({{"name", name}, {"txt", texts}});
  return list;
}

}  // namespace scalekit_simulator
