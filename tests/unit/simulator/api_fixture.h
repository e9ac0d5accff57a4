// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "simulator_fixture.h"

namespace simulator_test {

/// Calls of the management API with a machine token. Targets begin below /api/v1.
class ApiTest : public SimulatorTest {
 protected:
  using SimulatorTest::SimulatorTest;

  HttpResponse call(const std::string& method, const std::string& target, const std::string& body = {}) {
    if (token_.empty()) token_ = machineToken();
    HttpRequest request;
    request.method = method;
    const auto question = target.find('?');
    request.path = "/api/v1" + target.substr(0, question);
    if (question != std::string::npos) request.query = target.substr(question + 1);
    request.authorization = "Bearer " + token_;
    request.body = body;
    if (!body.empty()) request.contentType = "application/json";
    return application_->handle(request);
  }
  /// The answer of a call that must work.
  Json ok(const std::string& method, const std::string& target, const Json& body = {}, int status = 200) {
    const auto response = call(method, target, body.is_null() ? "" : body.dump());
    EXPECT_EQ(status, response.status) << method << " " << target << "\n" << response.body;
    return Json::parse(response.body, nullptr, false);
  }
  static void expectError(const HttpResponse& response, int status, int code, const char* name) {
    EXPECT_EQ(status, response.status) << response.body;
    const Json body = Json::parse(response.body, nullptr, false);
    ASSERT_TRUE(body.is_object() && body.contains("details")) << response.body;
    EXPECT_EQ(code, body["code"]);
    EXPECT_EQ(name, body["details"][0]["error_code"]);
    EXPECT_EQ("type.googleapis.com/scalekit.v1.errdetails.ErrorInfo", body["details"][0]["@type"]);
  }
  static void expectInvalid(const HttpResponse& response) { expectError(response, 400, 3, "INVALID_ARGUMENT"); }
  static void expectNotFound(const HttpResponse& response) { expectError(response, 404, 5, "NOT_FOUND"); }
  static void expectTaken(const HttpResponse& response) { expectError(response, 409, 6, "ALREADY_EXISTS"); }
  static void expectExhausted(const HttpResponse& response) { expectError(response, 429, 8, "RESOURCE_EXHAUSTED"); }
  /// The constraint that the answer reports for a field; empty when it reports none.
  static std::string violated(const HttpResponse& response, const std::string& field) {
    expectInvalid(response);
    const Json body = Json::parse(response.body, nullptr, false);
    if (!body.is_object() || !body["details"][0].contains("validation_error_info")) return {};
    for (const auto& one : body["details"][0]["validation_error_info"]["field_violations"]) {
      if (one["field"] == field) return one["constraint"];
    }
    return {};
  }
  Environment environment() {
    return context_->state.with([](StateData& data) { return data.environment; });
  }
  template <typename Change>
  void change(const Change& how) {
    context_->state.with([&](StateData& data) { how(data); });
  }
  static std::string under(const char* organization, const std::string& rest = {}) {
    return "/organizations/" + std::string(organization) + rest;
  }
  /// The ids of all items, read page by page.
  std::vector<std::string> idsOfPages(const std::string& target, const char* list, const char* id = "id") {
    std::vector<std::string> seen;
    std::string token;
    const std::string glue = target.find('?') == std::string::npos ? "?" : "&";
    for (int pages = 0; pages < 20; ++pages) {
      const Json page = ok("GET", target + glue + "page_size=2" + (token.empty() ? "" : "&page_token=" + token));
      for (const auto& item : page[list]) seen.push_back(item[id]);
      token = page["next_page_token"];
      if (token.empty()) break;
    }
    return seen;
  }

  std::string token_;
};

}  // namespace simulator_test
