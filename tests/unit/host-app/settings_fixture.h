// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "application_fixture.h"
#include "sso/digest.h"
#include "stores/member_store.h"
#include "support/fake_setup.h"

namespace hostapp {

/// The application over the real module, in front of a scripted Scalekit. Team "fresh" has an owner, an admin, a member
/// and an emergency owner, and no organization at Scalekit yet.
struct SettingsTest : ApplicationTest {
  static constexpr const char* kFresh =
      R"({"organizations": [{"tenant_id": "fresh", "name": "Fresh Fields", "members": [
    {"email": "olive@fresh.example", "name": "Olive", "role": "owner", "password": "copper lantern ridge"},
    {"email": "otto@fresh.example", "name": "Otto", "role": "owner", "password": "copper lantern ridge", "break_glass": true},
    {"email": "anna@fresh.example", "name": "Anna", "role": "admin", "password": "copper lantern ridge"},
    {"email": "mia@fresh.example", "name": "Mia", "password": "copper lantern ridge"}]}]})";
  std::shared_ptr<sso::test::FakeTransport> transport = std::make_shared<sso::test::FakeTransport>();
  sso::test::FakeSetup scalekit{*transport};

  void prepare(AppConfig& config, Application::Overrides& overrides) override {
    config.sso.environmentUrl = sso::test::FakeSetup::kUrl;
    config.sso.clientId = "skc_123456789";
    config.sso.clientSecret = sso::Secret("MARKER-client-secret-0123456789");
    overrides.transport = transport;
    overrides.makeModule = nullptr;
  }
  void SetUp() override {
    ApplicationTest::SetUp();
    app->seed(kFresh);
  }

  std::string session(const std::string& name) { return sessionOf(name + "@fresh.example", "copper lantern ridge"); }
  std::string token(const std::string& sid) { return tokenIn(get("/account", {{"sid", sid}})); }
  sso::WebResponse askJson(const std::string& method, const std::string& path, const std::string& sid,
                           const std::string& csrfToken = "", const std::string& more = "") {
    sso::RequestInfo request;
    request.method = method;
    request.path = path;
    request.remoteAddress = "192.0.2.1";
    request.accept = "application/json";
    request.cookies["sid"] = sid;
    if (method == "POST") {
      request.contentType = "application/x-www-form-urlencoded";
      request.body = "csrf_token=" + csrfToken + more;
    }
    return app->respond(request);
  }
  sso::WebResponse link(const std::string& sid, const std::string& more = "") {
    return askJson("POST", "/settings/sso/portal-link", sid, token(sid), more);
  }
  /// As if this browser had come in through the organization's connection, a moment ago.
  void makeSingleSignOn(const std::string& sid, const std::string& organization, const std::string& connection,
                        bool asked = false) {
    const auto hash = sso::sha256Hex(sid);
    const int reauthenticated = asked ? 1 : 0;
    app->parts().database->withSession([&](sso::db::Session& session) {
      session.translated("test", [&] {
        session << "UPDATE app_sessions SET method = 'sso', identity_connection = :c, organization_id = :o, "
                   "reauthenticated = :r WHERE id_hash = :h",
            soci::use(connection), soci::use(organization), soci::use(reauthenticated), soci::use(hash);
      });
    });
  }
  /// What the preview of "required" that this session is shown sends along with its switch.
  std::string previewOf(const std::string& sid) {
    const std::string page = get("/settings/sso/required", {{"sid", sid}}).body, field = "name=\"preview\" value=\"";
    const auto at = page.find(field);
    return at == std::string::npos ? "" : page.substr(at + field.size(), 64);
  }
  static std::string header(const sso::WebResponse& answer, const std::string& name) {
    for (const auto& [key, value] : answer.headers) {
      if (key == name) return value;
    }
    return "";
  }
  std::vector<sso::AuditEvent> trail(const std::string& name, const std::string& organization = "org_of_fresh") {
    auto events = app->parts().storage->audit().recent(organization, 500);
    std::erase_if(events, [&](const auto& event) { return event.name != name; });
    return events;
  }
  void connect() {
    scalekit.addConnection("org_of_fresh");
    scalekit.addDomain("org_of_fresh", "fresh.example");
  }
};

}  // namespace hostapp
