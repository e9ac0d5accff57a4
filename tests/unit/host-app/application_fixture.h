// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <regex>
#include <string>

#include "application.h"
#include "fake_module.h"
#include "sso/error.h"
#include "stores/account_store.h"
#include "support/captured_log.h"
#include "support/fake_clock.h"

namespace hostapp {

inline constexpr const char* kSeed = R"({"organizations": [
  {"tenant_id": "acme", "name": "Acme", "organization_id": "org_1234567", "domains": ["acme.example"], "members": [
    {"email": "ada@acme.example", "name": "Ada", "role": "owner", "password": "copper lantern ridge"},
    {"email": "eve@acme.example", "name": "Eve", "password": "quiet harbour maple"},
    {"email": "gone@acme.example", "name": "Gone", "password": "seven tidy marbles", "state": "suspended"},
    {"email": "root@acme.example", "name": "Root", "role": "owner", "password": "violet engine paper",
     "break_glass": true}],
   "work_orders": [{"title": "Secret of Acme", "site": "Plant", "reported_by": "Ada"}]},
  {"tenant_id": "other", "name": "Other", "members": [
    {"email": "olga@other.example", "name": "Olga", "password": "nine green bottles"}]}]})";

/// The application on a database file of its own, driven without a socket.
struct ApplicationTest : testing::Test {
  std::filesystem::path folder;
  std::shared_ptr<sso::test::FakeClock> clock = std::make_shared<sso::test::FakeClock>();
  std::shared_ptr<sso::test::CapturedLog> log = std::make_shared<sso::test::CapturedLog>();
  std::shared_ptr<FakeModule> module;
  std::unique_ptr<Application> app;

  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "host-app-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder = name;
    AppConfig config;
    config.databaseUrl = "sqlite://" + (folder / "app.db").string();
    config.sso.baseUrl = "http://localhost:8080";
    config.listenPort = 0;
    config.sso.secretKeys = {sso::Secret(std::string(32, 'k'))};
    Application::Overrides overrides;
    overrides.clock = clock;
    overrides.log = log;
    overrides.passwordCost = {1024, 1, 1};
    overrides.makeModule = [this](sso::SsoOptions options, sso::SsoDependencies dependencies) {
      module = std::make_shared<FakeModule>(std::move(options), std::move(dependencies));
      return module;
    };
    prepare(config, overrides);
    app = std::make_unique<Application>(config, overrides);
    app->seed(kSeed);
  }
  /// What a suite wants to be different.
  virtual void prepare(AppConfig&, Application::Overrides&) {}
  void TearDown() override {
    app.reset();
    std::filesystem::remove_all(folder);
  }

  sso::WebResponse get(const std::string& path, const std::map<std::string, std::string>& cookies = {}) {
    sso::RequestInfo request;
    request.method = "GET";
    request.path = path.substr(0, path.find('?'));
    if (path.find('?') != std::string::npos) request.query = path.substr(path.find('?') + 1);
    request.remoteAddress = "192.0.2.1";
    for (const auto& [key, value] : cookies) request.cookies[key] = value;
    return app->respond(request);
  }
  sso::WebResponse post(const std::string& path, const std::map<std::string, std::string>& fields,
                        const std::map<std::string, std::string>& cookies) {
    sso::RequestInfo request;
    request.method = "POST";
    request.path = path;
    request.remoteAddress = "192.0.2.1";
    request.contentType = "application/x-www-form-urlencoded";
    for (const auto& [key, value] : cookies) request.cookies[key] = value;
    for (const auto& [key, value] : fields) {
      request.body += (request.body.empty() ? "" : "&") + key + "=" + sso::percentEncode(value);
    }
    return app->respond(request);
  }
  static std::string tokenIn(const sso::WebResponse& page) {
    std::smatch found;
    return std::regex_search(page.body, found, std::regex("csrf_token\" value=\"([0-9a-f]+)")) ? found[1].str() : "";
  }
  /// A sign-in from a fresh browser (or one that carries a cookie already).
  sso::WebResponse signIn(const std::string& email, const std::string& password, const std::string& carried = "") {
    const auto page = get("/login");
    std::map<std::string, std::string> cookies = {{"visit", page.cookies.at(0).value}};
    if (!carried.empty()) cookies["sid"] = carried;
    return post("/login", {{"csrf_token", tokenIn(page)}, {"email", email}, {"password", password}}, cookies);
  }
  std::string sessionOf(const std::string& email, const std::string& password) {
    const auto answer = signIn(email, password);
    return answer.cookies.empty() ? "" : answer.cookies.at(0).value;
  }
  std::string adasSession() { return sessionOf("ada@acme.example", "copper lantern ridge"); }
  std::string idOf(const std::string& sid) {
    return std::regex_replace(get("/me", {{"sid", sid}}).body, std::regex(".*\"id\":\"(acc_[0-9a-f]+)\".*"), "$1");
  }
  /// Connects Acme's sign-in to the account of this session.
  void linkIdentity(const std::string& sid) {
    const auto work = app->parts().storage->begin();
    sso::Identity identity;
    identity.key = {"https://env.example", "conn_1", "subject-1"};
    identity.organizationId = "org_1234567";
    identity.accountId = idOf(sid);
    identity.email = "ada@acme.example";
    app->parts().storage->identities().linkIdentity(*work, identity);
    work->commit();
  }
  int me(const std::string& sid) { return get("/me", {{"sid", sid}}).status; }
  static sso::ErrorCode codeOf(const std::function<void()>& call) {
    try {
      call();
    } catch (const sso::Error& error) {
      return error.code();
    }
    ADD_FAILURE() << "no error";
    return sso::ErrorCode::kInternal;
  }
};

}  // namespace hostapp
