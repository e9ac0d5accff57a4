// SPDX-License-Identifier: Apache-2.0
// What holds for every call of the management API, whatever it is about.
#include "unit/scalekit/client_fixture.h"

namespace sso::test {
namespace {

using scalekit::ApiError;
using scalekit::Refusal;

const std::string kOrganization = R"({"organization":{"id":"org_1","display_name":"Acme"}})";

class ManagementCalls : public ClientTest {
 protected:
  HttpResponse failure(int status, const std::string& body, const std::string& header = {},
                       const std::string& value = {}) {
    HttpResponse response = json(body, status);
    if (!header.empty()) response.headers.emplace_back(header, value);
    return response;
  }
  void refuses(int status, const std::string& body) { answers(body, status); }
};

TEST_F(ManagementCalls, CarryTokenVersionAndType) {
  answers(kOrganization);
  client.organizations().create({.displayName = "Acme"});
  const auto request = calls().at(0);
  const HttpResponse headers{0, request.headers, ""};
  EXPECT_EQ(headers.header("Authorization"), "Bearer token-1");
  EXPECT_EQ(headers.header("Content-Type"), "application/json");
  EXPECT_TRUE(headers.header("x-sdk-version").starts_with("Scalekit-Cpp/"));
}

TEST_F(ManagementCalls, SayNoContentTypeWithoutABody) {
  answers(kOrganization);
  client.organizations().get("org_1");
  EXPECT_EQ((HttpResponse{0, calls().at(0).headers, ""}).header("Content-Type"), "");
}

TEST_F(ManagementCalls, AnIdentifierIsOneEncodedSegment) {
  answers(kOrganization);
  client.users().roles("org 1&x=ä", "usr_1");
  EXPECT_EQ(call(), "GET /api/v1/organizations/org%201%26x%3D%C3%A4/users/usr_1/roles");
}

// SEC-MG-08
TEST_F(ManagementCalls, RefuseWhatIsNoIdentifierBeforeAnythingIsSent) {
  const std::string tooLong(256, 'a');
  for (const std::string& id :
       {std::string(), std::string("."), std::string(".."), std::string("a\nb"), std::string("a\0b", 3),
        std::string("a\x7f"), std::string("org_1/portal_links"), std::string("dir_1:sync"), std::string("a\\b"),
        std::string("a?b"), std::string("a#b"), std::string("a%2Fb"), std::string("a/../b"), tooLong}) {
    EXPECT_EQ(thrownBy<Error>([&] { client.organizations().get(id); }).code(), ErrorCode::kInvalidRequest) << id;
  }
  EXPECT_TRUE(calls().empty());
  answers(kOrganization);
  EXPECT_NO_THROW(client.organizations().remove(std::string(255, 'a')));
}

TEST_F(ManagementCalls, RefuseTextThatIsNoUtf8) {
  EXPECT_EQ(thrownBy<Error>([&] { client.organizations().create({.displayName = "\xff"}); }).code(),
            ErrorCode::kInvalidRequest);
  EXPECT_TRUE(calls().empty());
}

TEST_F(ManagementCalls, ReadTheGatewaysError) {
  refuses(400, R"({"code":3,"message":"invalid display name","details":[
    {"@type":"type.googleapis.com/scalekit.v1.errdetails.ErrorInfo","error_code":"INVALID_ARGUMENT",
     "request_info":{"request_id":"req_7"},
     "validation_error_info":{"field_violations":[
       {"field":"organization.display_name","description":"too short","constraint":"string.min_len"}]}}]})");
  const auto error = thrownBy([&] { client.organizations().create({.displayName = "x"}); });
  EXPECT_EQ(error.refusal(), Refusal::kInvalid);
  EXPECT_EQ(error.status(), 400);
  EXPECT_EQ(error.grpcCode(), 3);
  EXPECT_EQ(error.errorCode(), "INVALID_ARGUMENT");
  EXPECT_EQ(error.message(), "invalid display name");
  EXPECT_EQ(error.requestId(), "req_7");
  ASSERT_EQ(error.violations().size(), 1u);
  EXPECT_EQ(error.violations()[0].field, "organization.display_name");
  EXPECT_EQ(error.violations()[0].description, "too short");
  EXPECT_EQ(error.violations()[0].constraint, "string.min_len");
  EXPECT_EQ(error.code(), ErrorCode::kUpstreamRejected);
}

TEST_F(ManagementCalls, ReadTheBareErrorAndTheOAuthError) {
  refuses(403, R"({"error_code":"PERMISSION_DENIED","request_info":{"request_id":"req_8"}})");
  EXPECT_EQ(thrownBy([&] { client.organizations().get("org_1"); }).errorCode(), "PERMISSION_DENIED");
  refuses(403, R"({"error":"access_denied","error_description":"not yours"})");
  const auto error = thrownBy([&] { client.organizations().get("org_1"); });
  EXPECT_EQ(error.errorCode(), "access_denied");
  EXPECT_EQ(error.message(), "not yours");
}

// SEC-MG-04
TEST_F(ManagementCalls, FollowNoRedirectWithTheToken) {
  transport->on("/api/v1/",
                [this](const HttpRequest&) { return failure(302, "", "location", "https://evil.example/"); });
  EXPECT_EQ(thrownBy([&] { client.organizations().get("org_1"); }).status(), 302);
  EXPECT_EQ(calls().size(), 1u);
  EXPECT_TRUE(transport->requests("evil.example").empty());
}

// SEC-MG-06
TEST_F(ManagementCalls, AnAnswerAboutAnotherObjectIsRejected) {
  answers(
      R"({"organization":{"id":"org_2","external_id":"theirs"},"connection":{"id":"conn_1","organization_id":"org_2"},
    "domain":{"id":"dom_1","organization_id":"org_2"},"directory":{"id":"dir_1","organization_id":"org_2"},
    "client":{"client_id":"m2morg_1","organization_id":"org_2"},"user":{"id":"usr_2","external_id":"theirs"},
    "session":{"session_id":"ses_2"}})");
  const std::function<void()> asked[] = {[&] { client.organizations().get("org_1"); },
                                         [&] { client.organizations().byExternalId("ours"); },
                                         [&] { client.organizations().update("org_1", {.displayName = "A"}); },
                                         [&] { client.organizations().setFeatures("org_1", {}); },
                                         [&] { client.connections().get("org_1", "conn_1"); },
                                         [&] { client.connections().get("org_2", "conn_2"); },
                                         [&] { client.domains().get("org_1", "dom_1"); },
                                         [&] { client.domains().get("org_2", "dom_2"); },
                                         [&] { client.directories().get("org_1", "dir_1"); },
                                         [&] { client.directories().get("org_2", "dir_2"); },
                                         [&] { client.organizationClients().get("org_1", "m2morg_1"); },
                                         [&] { client.organizationClients().get("org_2", "m2morg_2"); },
                                         [&] { client.users().get("usr_1"); },
                                         [&] { client.users().byExternalId("ours"); },
                                         [&] { client.sessions().get("ses_1"); }};
  for (const auto& action : asked) {
    EXPECT_EQ(thrownBy<Error>(action).code(), ErrorCode::kUpstreamRejected) << calls().back().url;
  }
}

TEST_F(ManagementCalls, KeepTheDetailsBesideAnOAuthError) {
  refuses(400, R"({"error":"invalid","message":"said","code":3,"details":[{"error_code":"INVALID_ARGUMENT",
    "request_info":{"request_id":"req_9"}}]})");
  const auto error = thrownBy([&] { client.users().get("usr_1"); });
  EXPECT_EQ(error.message() + error.errorCode() + error.requestId(), "saidINVALID_ARGUMENTreq_9");
}

TEST_F(ManagementCalls, SortEveryStatus) {
  const std::pair<int, Refusal> table[] = {{400, Refusal::kInvalid},     {401, Refusal::kUnauthenticated},
                                           {403, Refusal::kForbidden},   {404, Refusal::kNotFound},
                                           {409, Refusal::kConflict},    {429, Refusal::kRateLimited},
                                           {500, Refusal::kUnavailable}, {503, Refusal::kUnavailable},
                                           {418, Refusal::kOther},       {302, Refusal::kOther}};
  for (const auto& [status, refusal] : table) {
    refuses(status, "{}");
    const auto error = thrownBy([&] { client.organizations().get("org_1"); });
    EXPECT_EQ(error.refusal(), refusal) << status;
    const bool mayPass = status == 429 || status >= 500;
    EXPECT_EQ(error.code(), mayPass ? ErrorCode::kUpstreamUnavailable : ErrorCode::kUpstreamRejected) << status;
  }
}

// SEC-LG-02
TEST_F(ManagementCalls, PutNothingOfWhatWasSaidIntoTheErrorsText) {
  refuses(400, R"({"code":3,"message":"mia@acme.com is taken","details":[{"error_code":"BAD\nforged=1",
    "request_info":{"request_id":"mia@acme.com"}}]})");
  const auto error = thrownBy([&] { client.users().get("usr_1"); });
  EXPECT_STREQ(error.what(), "provider_unavailable (upstream): users.get answered 400");
  EXPECT_EQ(error.message(), "mia@acme.com is taken");
}

TEST_F(ManagementCalls, CutAndCleanTheMessage) {
  refuses(400, R"({"message":")" + std::string(499, 'x') + R"(äöü\u0000\r\n"})");
  EXPECT_EQ(thrownBy([&] { client.users().get("usr_1"); }).message(), std::string(499, 'x'));
  refuses(400, R"({"message":"a\u0000b\r\nc"})");
  EXPECT_EQ(thrownBy([&] { client.users().get("usr_1"); }).message(), "abc");
}

TEST_F(ManagementCalls, SurviveErrorBodiesOfAnyKind) {
  for (const std::string& body :
       {std::string(), std::string("<html>"), std::string("[]"), std::string("null"), std::string("{\"code\":\"x\"}"),
        std::string("{\"details\":{}}"), std::string("{\"details\":[1,null,{}]}"), std::string(40, '['),
        std::string(
            "{\"error_code\":\"A\",\"validation_error_info\":{\"field_violations\":[1,\"x\",{\"field\":2}]}}")}) {
    refuses(400, body);
    EXPECT_EQ(thrownBy([&] { client.users().get("usr_1"); }).status(), 400) << body;
  }
}

// SEC-LG-02
TEST_F(ManagementCalls, TakeOnlyPlainWordsFromHeadersIntoTheErrorsText) {
  const std::string longWord(129, 'x');
  for (const std::string& trace : {std::string("a b"), std::string("x=1"), std::string("\x1b[31m"), longWord}) {
    transport->on("/api/v1/", [&](const HttpRequest&) { return failure(400, "{}", "x-trace-id", trace); });
    const auto error = thrownBy([&] { client.users().get("usr_1"); });
    EXPECT_EQ(error.traceId(), "");
    EXPECT_EQ(std::string(error.what()).find(trace), std::string::npos);
  }
}

TEST_F(ManagementCalls, KeepAtMostFiftyViolations) {
  std::string list;
  for (int i = 0; i < 60; ++i) list += (i == 0 ? "" : ",") + std::string(R"({"field":"f"})");
  refuses(400, R"({"error_code":"A","validation_error_info":{"field_violations":[)" + list + "]}}");
  EXPECT_EQ(thrownBy([&] { client.users().get("usr_1"); }).violations().size(), 50u);
}

TEST_F(ManagementCalls, TellTraceAndRetryAfter) {
  transport->on("/api/v1/", [this](const HttpRequest&) {
    auto response = failure(429, "{}", "x-trace-id", "trace-1");
    response.headers.emplace_back("retry-after", "3600");
    return response;
  });
  const auto error = thrownBy([&] { client.users().get("usr_1"); });
  EXPECT_EQ(error.traceId(), "trace-1");
  EXPECT_EQ(error.retryAfter(), std::chrono::seconds(3600));
  EXPECT_EQ(calls().size(), 1u) << "a pause that does not fit ends the tries";
}

// SEC-MG-02
TEST_F(ManagementCalls, WhatReadsIsRepeatedAfterAFailure) {
  int tries = 0;
  transport->on("/api/v1/", [&](const HttpRequest&) { return ++tries < 3 ? json("{}", 503) : json(kOrganization); });
  EXPECT_EQ(client.organizations().get("org_1").id, "org_1");
  EXPECT_EQ(tries, 3);
}

TEST_F(ManagementCalls, WhatSetsAValueIsRepeatedAfterAFailure) {
  int tries = 0;
  transport->on("/api/v1/", [&](const HttpRequest&) { return ++tries < 2 ? json("{}", 503) : json(kOrganization); });
  client.organizations().update("org_1", {.displayName = "Acme"});
  EXPECT_EQ(tries, 2);
}

// SEC-MG-02
TEST_F(ManagementCalls, WhatCreatesOrDeletesIsSentOnce) {
  refuses(503, "{}");
  const std::function<void()> once[] = {
      [&] { client.organizations().create({.displayName = "Acme"}); },
      [&] { client.organizations().remove("org_1"); },
      [&] { client.portalLinks().create("org_1"); },
      [&] { client.domains().create("org_1", "acme.com", scalekit::domain_type::kOrganization); },
      [&] { client.users().create("org_1", {.email = "mia@acme.com"}); },
      [&] { client.memberships().resendInvitation("org_1", "usr_1"); },
      [&] { client.memberships().add("org_1", "usr_1"); },
      [&] { client.memberships().remove("org_1", "usr_1"); },
      [&] { client.connections().enable("org_1", "conn_1"); },
      [&] { client.connections().disable("org_1", "conn_1"); },
      [&] { client.connections().remove("org_1", "conn_1"); },
      [&] { client.directories().enable("org_1", "dir_1"); },
      [&] { client.directories().disable("org_1", "dir_1"); },
      [&] { client.domains().remove("org_1", "dom_1"); },
      [&] { client.portalLinks().revoke("org_1", "lnk_1"); },
      [&] { client.users().remove("usr_1"); },
      [&] { client.roles().create({.name = "a", .displayName = "A"}); },
      [&] { client.roles().remove("a"); },
      [&] { client.roles().addPermissions("a", {"b"}); },
      [&] { client.roles().removePermission("a", "b"); },
      [&] { client.permissions().create("a", "b"); },
      [&] { client.permissions().remove("a"); },
      [&] { client.organizationClients().create("org_1", {.name = "a"}); },
      [&] { client.organizationClients().remove("org_1", "m2morg_1"); },
      [&] { client.organizationClients().removeSecret("org_1", "m2morg_1", "sks_1"); },
      [&] { client.sessions().revoke("ses_1"); },
      [&] { client.organizationClients().createSecret("org_1", "m2morg_1"); },
      [&] { client.sessions().revokeAllOf("usr_1"); }};
  std::size_t expected = 0;
  for (const auto& action : once) {
    EXPECT_EQ(thrownBy(action).refusal(), Refusal::kUnavailable);
    EXPECT_EQ(calls().size(), ++expected);
    EXPECT_FALSE(calls().back().safeToRepeat);
  }
}

// SEC-MG-01
TEST_F(ManagementCalls, ATokenThatIsRefusedIsRenewedOnceAlsoForWhatCreates) {
  int tries = 0;
  transport->on("/api/v1/", [&](const HttpRequest&) { return ++tries == 1 ? json("{}", 401) : json(kOrganization); });
  client.organizations().create({.displayName = "Acme"});
  EXPECT_EQ(tries, 2);
  EXPECT_EQ(tokenRequests(), 2);
  refuses(401, "{}");
  EXPECT_EQ(thrownBy([&] { client.organizations().get("org_1"); }).refusal(), Refusal::kUnauthenticated);
}

TEST_F(ManagementCalls, RejectAnswersThatAreNoObject) {
  for (const std::string body : {"[]", "1", "\"x\"", "{", "{\"a\":1,\"a\":2}"}) {
    answers(body);
    EXPECT_EQ(thrownBy<Error>([&] { client.organizations().get("org_1"); }).code(), ErrorCode::kUpstreamRejected);
    EXPECT_EQ(thrownBy<Error>([&] { client.connections().list({.organizationId = "org_1"}); }).code(),
              ErrorCode::kUpstreamRejected)
        << "an empty list is an object, too";
  }
  transport->on("/api/v1/", [](const HttpRequest&) {
    return HttpResponse{200, {{"content-type", "text/html"}}, kOrganization};  // right but for its type
  });
  EXPECT_EQ(thrownBy<Error>([&] { client.organizations().get("org_1"); }).code(), ErrorCode::kUpstreamRejected);
}

TEST_F(ManagementCalls, TakeAnEmptyAnswerForAnEmptyObjectOnlyWhereThereIsNothingToSay) {
  transport->on("/api/v1/", [](const HttpRequest&) { return HttpResponse{204, {}, ""}; });
  EXPECT_NO_THROW(client.roles().setDefaults("owner", "member"));
  transport->on("/api/v1/", [](const HttpRequest&) { return HttpResponse{200, {}, ""}; });
  EXPECT_NO_THROW(client.organizations().remove("org_1"));
  EXPECT_EQ(thrownBy<Error>([&] { client.directories().users("org_1", "dir_1").page(); }).code(),
            ErrorCode::kUpstreamRejected)
      << "everybody would be gone";
  EXPECT_EQ(thrownBy<Error>([&] { client.connections().list({.organizationId = "org_1"}); }).code(),
            ErrorCode::kUpstreamRejected);
}

}  // namespace
}  // namespace sso::test
