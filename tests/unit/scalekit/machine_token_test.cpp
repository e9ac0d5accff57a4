// SPDX-License-Identifier: Apache-2.0
#include "scalekit/machine_token.h"

#include <gtest/gtest.h>

#include "sso/error.h"

namespace sso::detail {
namespace {

HttpResponse answer(const std::string& body, const std::string& type = "application/json") {
  return {200, {{"content-type", type}}, body};
}

std::chrono::seconds lifetimeOf(const std::string& expiresIn) {
  return readMachineToken(answer(R"({"access_token":"t","token_type":"bEARER","expires_in":)" + expiresIn + "}"))
      .lifetime;
}

TEST(MachineToken, ReadsTokenAndLifetime) {
  const auto token = readMachineToken(
      answer(R"({"access_token":"abc","token_type":"Bearer","expires_in":86399})", "application/json; charset=utf-8"));
  EXPECT_EQ(token.accessToken.reveal(), "abc");
  EXPECT_EQ(token.lifetime, std::chrono::seconds(86399));
}

// SEC-TR-06
TEST(MachineToken, ClampsTheLifetime) {
  EXPECT_EQ(lifetimeOf("1"), std::chrono::seconds(30));
  EXPECT_EQ(lifetimeOf("-5"), std::chrono::seconds(30));
  EXPECT_EQ(lifetimeOf("9223372036854775807"), std::chrono::seconds(86400));
  EXPECT_EQ(lifetimeOf("\"junk\""), std::chrono::seconds(300));
  EXPECT_EQ(lifetimeOf("1e300"), std::chrono::seconds(300));
}

// SEC-TR-04, SEC-TR-05, SEC-TR-06, SEC-TR-07, SEC-TR-08 for the machine token
TEST(MachineToken, RefusesWhatIsNoBearerToken) {
  for (const char* body :
       {"", "[]", "{}", "nonsense", R"({"token_type":"Bearer"})", R"({"access_token":"","token_type":"Bearer"})",
        R"({"access_token":["a"],"token_type":"Bearer"})", R"({"access_token":"a"})",
        R"({"access_token":"a","token_type":"mac"})", R"({"access_token":"a b","token_type":"Bearer"})",
        R"({"access_token":"a\r\nX: y","token_type":"Bearer"})",
        R"({"access_token":"a","access_token":"b","token_type":"Bearer"})"}) {
    try {
      readMachineToken(answer(body));
      ADD_FAILURE() << body;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kUpstreamRejected) << body;
    }
  }
  EXPECT_THROW(readMachineToken(answer(R"({"access_token":"a","token_type":"Bearer"})", "text/html")), Error);
}

TEST(MachineToken, TellsTroubleFromRefusal) {
  const auto codeOf = [](int status) {
    try {
      readMachineToken({status, {}, ""});
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::kInternal;
  };
  EXPECT_EQ(codeOf(401), ErrorCode::kUpstreamRejected);
  EXPECT_EQ(codeOf(302), ErrorCode::kUpstreamRejected);
  EXPECT_EQ(codeOf(429), ErrorCode::kUpstreamUnavailable);
  EXPECT_EQ(codeOf(503), ErrorCode::kUpstreamUnavailable);
}

}  // namespace
}  // namespace sso::detail
