// SPDX-License-Identifier: Apache-2.0
#include "simulator/src/http_message.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "simulator_fixture.h"

namespace simulator_test {
namespace {

TEST(ParamsParse, ReadsNamesAndValues) {
  const Params params = Params::parse("a=1&b=x%20y+z&empty=&flag&a%5Bk%5D=v");
  EXPECT_EQ("", params.problem());
  EXPECT_EQ("1", params.get("a"));
  EXPECT_EQ("x y z", params.get("b"));
  EXPECT_FALSE(params.get("empty"));  // RFC 6749 section 3.1
  EXPECT_FALSE(params.get("flag"));
  EXPECT_EQ("v", params.get("a[k]"));
}

TEST(ParamsParse, ReportsWhatIsAmbiguousOrBroken) {
  for (const std::string bad : {"a=1&a=2", "a=1&%61=2", "a=&a=1", "a=%zz", "a=%FF", "a=%C0%80"}) {
    EXPECT_NE("", Params::parse(bad).problem()) << bad;
  }
  EXPECT_EQ("", Params::parse("a=1&A=2").problem());  // Names are case-sensitive.
  std::string many;
  for (int i = 0; i < 101; ++i) many += "p" + std::to_string(i) + "=1&";
  EXPECT_NE("", Params::parse(many).problem());
}

TEST(HttpRequestCookie, ReadsExactNamesAndTrustsNoDuplicate) {
  HttpRequest request;
  request.cookieHeader = "a=1; SID=x; sid=good; b=\"; sid2=3";
  EXPECT_EQ("good", request.cookie("sid"));
  EXPECT_FALSE(request.cookie("missing"));
  request.cookieHeader = "sid=evil; sid=good";
  EXPECT_FALSE(request.cookie("sid"));
}

TEST(HttpResponseWith, RefusesControlCharacters) {
  HttpResponse response;
  EXPECT_THROW(response.with("Location", "http://a/\r\nSet-Cookie: x=y"), std::invalid_argument);
  EXPECT_THROW(response.with("Location", std::string("a\0b", 3)), std::invalid_argument);
}

class Routing : public SimulatorTest {};

TEST_F(Routing, AnswersUnknownPathsAndMethods) {
  EXPECT_EQ(404, get("/nowhere").status);
  EXPECT_EQ(404, get("/oauth/token/").status);
  const auto wrong = get("/oauth/token");
  EXPECT_EQ(405, wrong.status);
  EXPECT_EQ("POST", wrong.header("Allow"));
  EXPECT_EQ(405, post("/oauth/authorize", "").status);
  EXPECT_EQ("GET, POST", [&] {
    HttpRequest request;
    request.method = "DELETE";
    request.path = "/login";
    return application_->handle(request).header("Allow");
  }());
}

TEST_F(Routing, MarksEveryAnswerAsTheSimulators) {
  for (const char* path : {"/", "/keys", "/nowhere", "/api/v1/organizations", "/assets/simulator.css"}) {
    const auto response = get(path);
    EXPECT_EQ("local", response.header("X-Scalekit-Simulator")) << path;
    EXPECT_EQ("nosniff", response.header("X-Content-Type-Options")) << path;
  }
  EXPECT_TRUE(Json::parse(get("/.well-known/openid-configuration").body)["scalekit_simulator"].get<bool>());
}

TEST_F(Routing, SurvivesNoiseInThePath) {
  for (const char* path :
       {"/%00", "/api/v1/%zz", "/api/v1/..%2f", "//", "/assets/../seed.default.json", "/seed.default.json"}) {
    EXPECT_GE(get(path).status, 400) << path;
  }
}

TEST(ParamsParse, LetsOneNamedParameterRepeat) {
  const auto params = Params::parse("f=a&f=b&f=&g=1", "f");
  EXPECT_EQ("", params.problem());
  EXPECT_EQ((std::vector<std::string>{"a", "b"}), params.all("f"));
  EXPECT_EQ("a", params.get("f"));
  EXPECT_NE("", Params::parse("f=a&g=1&g=2", "f").problem());
  std::string many;
  for (int i = 0; i < 101; ++i) many += "f=a&";
  EXPECT_NE("", Params::parse(many, "f").problem());
}

}  // namespace
}  // namespace simulator_test
