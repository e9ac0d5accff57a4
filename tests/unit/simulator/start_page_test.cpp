// SPDX-License-Identifier: Apache-2.0
// The start page and the control API.
#include "simulator_fixture.h"

namespace simulator_test {
namespace {

class Control : public SimulatorTest {
 protected:
  HttpResponse send(const std::string& path, const std::string& json) { return post(path, json, "application/json"); }
  HttpRequest faultRequest() {
    HttpRequest request;
    request.method = "POST";
    request.path = "/simulator/faults";
    request.body = R"({"fault":"status_500"})";
    request.contentType = "application/json";
    request.host = "127.0.0.1:8090";
    return request;
  }
};

TEST_F(Control, ExplainsItselfOnTheStartPage) {
  const auto page = get("/");
  for (const char* text : {"local Scalekit", kClient, kSecret, "Acme Corporation", "Globex", "hank@globex.example",
                           "SCALEKIT_ENVIRONMENT_URL", "Recent requests", "duplicate_member"}) {
    EXPECT_NE(std::string::npos, page.body.find(text)) << text;
  }
  HttpRequest remote;
  remote.path = "/";
  remote.fromLoopback = false;
  EXPECT_EQ(std::string::npos, application_->handle(remote).body.find(kSecret));
}

TEST_F(Control, LogsRequestsWithoutCodesOrTokens) {
  const std::string code = codeFor("ada.lovelace@example.com");
  const Json tokens = Json::parse(exchange(code).body);
  const std::string page = get("/").body;
  EXPECT_NE(std::string::npos, page.find("tokens for ada.lovelace@example.com"));
  EXPECT_EQ(std::string::npos, page.find(code));
  EXPECT_EQ(std::string::npos, page.find(tokens["access_token"].get<std::string>()));
}

TEST_F(Control, SwitchesFaultsByJsonAndByForm) {
  EXPECT_EQ(200, send("/simulator/faults", R"({"fault":"status_500","endpoint":"keys","count":1})").status);
  const Json listed = Json::parse(get("/simulator/faults").body);
  EXPECT_EQ("status_500", listed["active"][0]["fault"]);
  EXPECT_EQ(allFaults().size(), listed["known"].size());
  EXPECT_EQ(500, get("/keys").status);
  const auto form = post("/simulator/faults", "fault=status_500&endpoint=any&count=0&value=");
  EXPECT_EQ(303, form.status);
  EXPECT_NE(std::string::npos, get("/").body.find("Faults are switched on"));
  EXPECT_EQ(303, post("/simulator/faults/clear", "").status);
  EXPECT_EQ(200, get("/keys").status);
  for (const char* bad : {R"({"fault":"nope"})", R"({"fault":"slow","endpoint":"moon"})",
                          R"({"fault":"slow","count":"x"})", "[]", "{", R"({"fault":"slow","fault":"hang"})"}) {
    EXPECT_EQ(400, send("/simulator/faults", bad).status) << bad;
  }
}

TEST_F(Control, QueuesOutcomesMovesTheClockAndRegistersUris) {
  EXPECT_EQ(200, send("/simulator/next", R"({"email":"arjun.patel@example.com"})").status);
  EXPECT_NE("", parameter(get(authorizeUrl("domain=example.com")).header("Location"), "code"));
  EXPECT_EQ(200, send("/simulator/next", R"({"person":{"email":"x@y.example","subject":"s"}})").status);
  EXPECT_EQ(200, send("/simulator/next", R"({"error":"access_denied"})").status);
  EXPECT_EQ(200, send("/simulator/next/clear", "").status);
  EXPECT_EQ(400, send("/simulator/next", R"({"error":"nonsense"})").status);
  EXPECT_EQ(400, send("/simulator/next", R"({"email":"nobody@example.com"})").status);
  EXPECT_EQ(200, send("/simulator/clock", R"({"offset_seconds":-3600})").status);
  EXPECT_EQ(1'790'000'000 - 3600, claimsOf(machineToken())["iat"]);
  EXPECT_EQ(200, send("/simulator/uris", R"({"redirect_uri":"http://127.0.0.1:9999/cb"})").status);
  EXPECT_EQ(400, send("/simulator/uris", R"({"redirect_uri":"nope"})").status);
  EXPECT_EQ(200, send("/simulator/connections",
                      std::string(R"({"enabled":false,"connection_id":")") + kTestConnection + "\"}")
                     .status);
  EXPECT_EQ("no_active_connections", parameter(get(authorizeUrl("domain=example.com")).header("Location"), "error"));
  EXPECT_EQ(200, send("/simulator/keys/rotate", R"({"mode":"hard"})").status);
  EXPECT_EQ(400, send("/simulator/keys/rotate", R"({"mode":"softly"})").status);
  EXPECT_EQ(1, Json::parse(get("/simulator/counters").body)["token"]);
}

// Another site's page, a rebound host name or another machine must not reach the controls.
TEST_F(Control, AnswersToThisMachineAndItsOwnPageOnly) {
  EXPECT_EQ(200, application_->handle(faultRequest()).status);
  auto foreignPage = faultRequest();
  foreignPage.origin = "https://evil.example";
  EXPECT_EQ(403, application_->handle(foreignPage).status);
  auto rebound = faultRequest();
  rebound.host = "evil.example:8090";
  EXPECT_EQ(403, application_->handle(rebound).status);
  auto remote = faultRequest();
  remote.fromLoopback = false;
  EXPECT_EQ(403, application_->handle(remote).status);
  auto ownPage = faultRequest();
  ownPage.origin = "http://127.0.0.1:8090";
  EXPECT_EQ(200, application_->handle(ownPage).status);
}

}  // namespace
}  // namespace simulator_test
