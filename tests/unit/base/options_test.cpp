// SPDX-License-Identifier: Apache-2.0
#include "sso/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

#include "base/base64url.h"
#include "sso/error.h"

namespace sso {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

using Variables = std::map<std::string, std::string, std::less<>>;

std::string randomLookingKey(char seed) {
  std::string key;
  for (int i = 0; i < 32; ++i) key += static_cast<char>(seed + i);
  return key;
}

Variables sound() {
  return {{"SCALEKIT_ENVIRONMENT_URL", "https://acme.scalekit.dev"},
          {"SCALEKIT_CLIENT_ID", "skc_12345"},
          {"SCALEKIT_CLIENT_SECRET", "test_marker-secret-1"},
          {"APP_BASE_URL", "https://app.example.com"},
          {"APP_SECRET_KEYS", detail::encodeBase64(randomLookingKey('a'))},
          {"APP_ENV", "production"}};
}

SsoOptions read(const Variables& variables) {
  return SsoOptions::from([&](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional<std::string>(found->second);
  });
}

constexpr const char* kLocal = "http://localhost:8080";

SsoOptions soundOptions() { return read(sound()); }

std::vector<std::string> problemsWith(std::string_view name, std::string value) {
  Variables variables = sound();
  variables[std::string(name)] = std::move(value);
  return read(variables).problems();
}

std::string refusalOf(const Variables& variables) {
  try {
    read(variables);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kConfig);
    return error.what();
  }
  return "accepted";
}

TEST(SsoOptionsFrom, ReadsEverySetting) {
  Variables variables = sound();
  variables["APP_SECRET_KEYS"] =
      detail::encodeBase64(randomLookingKey('a')) + "  \t" + detail::encodeBase64(randomLookingKey('b')) + " ";
  variables["APP_SCALEKIT_LOGOUT"] = "true";
  const SsoOptions options = read(variables);
  EXPECT_EQ(options.environmentUrl, "https://acme.scalekit.dev");
  EXPECT_EQ(options.clientId, "skc_12345");
  EXPECT_EQ(options.clientSecret.reveal(), "test_marker-secret-1");
  EXPECT_EQ(options.baseUrl, "https://app.example.com");
  EXPECT_EQ(options.environment, AppEnvironment::kProduction);
  ASSERT_EQ(options.secretKeys.size(), 2u);
  EXPECT_EQ(options.secretKeys[0].reveal(), randomLookingKey('a'));
  EXPECT_EQ(options.secretKeys[1].reveal(), randomLookingKey('b'));
  EXPECT_TRUE(options.keepIdTokenForLogout);
  EXPECT_THAT(options.problems(), IsEmpty());
  EXPECT_NO_THROW(options.validate());
}

TEST(SsoOptionsFrom, FallsBackToTheShortName) {
  Variables variables = sound();
  variables.erase("SCALEKIT_ENVIRONMENT_URL");
  variables["SCALEKIT_ENV_URL"] = "https://short.scalekit.dev";
  EXPECT_EQ(read(variables).environmentUrl, "https://short.scalekit.dev");
  variables["SCALEKIT_ENVIRONMENT_URL"] = " ";
  EXPECT_EQ(read(variables).environmentUrl, "https://short.scalekit.dev");
  variables["SCALEKIT_ENVIRONMENT_URL"] = "https://long.scalekit.dev";
  EXPECT_EQ(read(variables).environmentUrl, "https://long.scalekit.dev");
}

TEST(SsoOptionsFrom, HasDefaultsInDevelopmentOnly) {
  EXPECT_EQ(read({}).baseUrl, "http://localhost:8080");
  EXPECT_EQ(read({}).environment, AppEnvironment::kDevelopment);
  EXPECT_EQ(read({{"APP_ENV", "production"}}).baseUrl, "");
}

// SEC-CF-03
TEST(SsoOptionsFrom, BringsUrlsIntoTheirOneForm) {
  for (const char* url : {"https://acme.scalekit.dev", "https://acme.scalekit.dev/", "HTTPS://Acme.Scalekit.DEV",
                          "https://acme.scalekit.dev:443/", " https://acme.scalekit.dev "}) {
    Variables variables = sound();
    variables["SCALEKIT_ENVIRONMENT_URL"] = url;
    variables["APP_BASE_URL"] = url;
    EXPECT_EQ(read(variables).environmentUrl, "https://acme.scalekit.dev") << url;
    EXPECT_EQ(read(variables).baseUrl, "https://acme.scalekit.dev") << url;
  }
}

TEST(SsoOptionsFrom, ListsEveryValueThatCannotBeParsed) {
  const std::string refusal = refusalOf(
      {{"APP_ENV", "prod-marker"}, {"APP_SECRET_KEYS", "not-base64-marker!"}, {"APP_SCALEKIT_LOGOUT", "maybe-marker"}});
  for (const char* name : {"APP_ENV", "APP_SECRET_KEYS", "APP_SCALEKIT_LOGOUT"}) EXPECT_THAT(refusal, HasSubstr(name));
  EXPECT_EQ(refusal.find("marker"), std::string::npos) << refusal;  // SEC-CF-05
  EXPECT_THAT(refusalOf({{"APP_ENV", "Production"}}), HasSubstr("APP_ENV"));
}

// SEC-CF-01
TEST(SsoOptionsProblems, NamesWhatIsMissing) {
  const auto problems = SsoOptions{}.problems();
  for (const char* name : {"SCALEKIT_ENVIRONMENT_URL: missing", "SCALEKIT_CLIENT_ID: missing",
                           "SCALEKIT_CLIENT_SECRET: missing", "APP_BASE_URL: missing", "APP_SECRET_KEYS: missing"}) {
    EXPECT_THAT(problems, Contains(StartsWith(name)));
  }
  for (const auto& [name, value] : sound()) {
    if (name == "APP_ENV") continue;
    EXPECT_THAT(problemsWith(name, ""), ElementsAre(StartsWith(name + ": missing")));
  }
}

// SEC-CF-01
TEST(SsoOptionsProblems, RefusesPlaceholders) {
  for (const char* value :
       {"changeme", "ChangeMe", "change-me-please", "your-client-id", "YOUR_CLIENT_ID", "<client id>", "skc_<digits>",
        "${CLIENT_ID}", "xxxxxxxx", "REPLACE-ME", "placeholder", "TODO", "secret", "password"}) {
    EXPECT_THAT(problemsWith("SCALEKIT_CLIENT_ID", value), ElementsAre("SCALEKIT_CLIENT_ID: still holds a placeholder"))
        << value;
    EXPECT_THAT(problemsWith("SCALEKIT_CLIENT_SECRET", value),
                ElementsAre("SCALEKIT_CLIENT_SECRET: still holds a placeholder"));
  }
  for (const char* url :
       {"https://your-env.scalekit.dev", "https://<env>.scalekit.dev", "https://changeme.scalekit.dev"}) {
    EXPECT_THAT(problemsWith("SCALEKIT_ENVIRONMENT_URL", url),
                ElementsAre("SCALEKIT_ENVIRONMENT_URL: still holds a placeholder"));
    EXPECT_THAT(problemsWith("APP_BASE_URL", url), ElementsAre("APP_BASE_URL: still holds a placeholder"));
  }
}

// SEC-CF-02
TEST(SsoOptionsProblems, AllowsHttpOnLoopbackInDevelopmentOnly) {
  for (const char* name : {"SCALEKIT_ENVIRONMENT_URL", "APP_BASE_URL"}) {
    for (const char* url : {"http://localhost:8090", "http://127.0.0.1:8090", "http://[::1]:8090"}) {
      Variables variables = sound();
      variables[name] = url;
      EXPECT_THAT(read(variables).problems(), ElementsAre(std::string(name) + ": must be https in production")) << url;
      variables["APP_ENV"] = "development";
      variables.insert_or_assign("APP_BASE_URL", name == std::string_view("APP_BASE_URL") ? url : kLocal);
      EXPECT_THAT(read(variables).problems(), IsEmpty()) << url;
    }
    for (const char* url :
         {"http://acme.scalekit.dev", "http://localhost.evil.example", "http://10.0.0.1", "http://127.evil.example"}) {
      Variables variables = sound();
      variables["APP_ENV"] = "development";
      variables["APP_BASE_URL"] = kLocal;
      variables[name] = url;
      EXPECT_THAT(read(variables).problems(),
                  ElementsAre(StartsWith(std::string(name) + ": may be http on a loopback")))
          << url;
    }
  }
}

// SEC-CF-02: what is not on this machine is production, whatever somebody forgot to say.
TEST(SsoOptionsProblems, RefusesDevelopmentThatOthersCanReach) {
  const std::string problem = "APP_ENV: development is for a loopback APP_BASE_URL only; set APP_ENV=production";
  for (const char* url : {"https://app.example.com", "https://10.0.0.1", "https://localhost.evil.example",
                          "https://127.evil.example", "https://app.example.com:8443"}) {
    for (const char* environment : {"development", ""}) {
      Variables variables = sound();
      variables["APP_BASE_URL"] = url;
      variables["APP_ENV"] = environment;
      EXPECT_THAT(read(variables).problems(), ElementsAre(problem)) << url;
    }
    EXPECT_THAT(problemsWith("APP_BASE_URL", url), IsEmpty()) << url;
  }
  for (const char* url : {"https://localhost:8443", "https://127.0.0.1", "https://[::1]", "http://localhost:8080"}) {
    Variables variables = sound();
    variables["APP_BASE_URL"] = url;
    variables["APP_ENV"] = "development";
    EXPECT_THAT(read(variables).problems(), IsEmpty()) << url;
  }
}

// SEC-CF-03
TEST(SsoOptionsProblems, RefusesUrlsThatAreMoreThanAnOrigin) {
  for (const char* url : {"https://a.example/path", "https://a.example//", "https://a.example?x=1",
                          "https://a.example/?", "https://a.example?", "https://user@a.example", "https://a.example#f",
                          "acme.scalekit.dev", "ftp://a.example", "https://a.example.", "https://"}) {
    EXPECT_EQ(problemsWith("SCALEKIT_ENVIRONMENT_URL", url).size(), 1u) << url;
    EXPECT_EQ(problemsWith("APP_BASE_URL", url).size(), 1u) << url;
  }
  // Set by code, there is no second form either.
  for (const char* url : {"https://A.example", "https://a.example/", "https://a.example:443"}) {
    SsoOptions options = soundOptions();
    options.environmentUrl = url;
    EXPECT_THAT(options.problems(), ElementsAre(HasSubstr("must be an origin"))) << url;
  }
}

TEST(SsoOptionsProblems, ChecksCredentials) {
  for (const std::string& value : {std::string("a b"), std::string("a\nb"), std::string("a\0b", 3),
                                   std::string("\xC3\xA9"), std::string(2000, 'a')}) {
    EXPECT_THAT(problemsWith("SCALEKIT_CLIENT_ID", value), ElementsAre(StartsWith("SCALEKIT_CLIENT_ID:")));
    EXPECT_THAT(problemsWith("SCALEKIT_CLIENT_SECRET", value), ElementsAre(StartsWith("SCALEKIT_CLIENT_SECRET:")));
  }
}

TEST(SsoOptionsProblems, ChecksKeys) {
  SsoOptions options = soundOptions();
  options.secretKeys = {Secret(randomLookingKey('a')), Secret("short"), Secret(randomLookingKey('a'))};
  EXPECT_THAT(options.problems(),
              ElementsAre("APP_SECRET_KEYS: key 2 must have 32 bytes", "APP_SECRET_KEYS: key 3 is listed twice"));
  options.secretKeys = {Secret(std::string(32, '\0'))};
  EXPECT_THAT(options.problems(), ElementsAre(HasSubstr("key 1 repeats one byte")));
  options.environment = AppEnvironment::kDevelopment;
  options.baseUrl = kLocal;
  EXPECT_THAT(options.problems(), IsEmpty());
  options.secretKeys.clear();
  for (char c = 'a'; c < 'j'; ++c) options.secretKeys.emplace_back(randomLookingKey(c));
  EXPECT_THAT(options.problems(), ElementsAre("APP_SECRET_KEYS: more than 8 keys"));
}

TEST(SsoOptionsProblems, ChecksPaths) {
  const auto problemOf = [](std::string SsoOptions::*member, std::string value) {
    SsoOptions options = soundOptions();
    options.*member = std::move(value);
    return options.problems();
  };
  for (const char* path : {"", "/", "sso/login", "//evil.example", "/\\evil", "/a b", "/a\n", "/a?b", "/a#b", "/a%2fb",
                           "https://evil.example"}) {
    EXPECT_THAT(problemOf(&SsoOptions::callbackPath, path), Contains(StartsWith("callbackPath:"))) << path;
  }
  for (const char* path : {"", "home", "//evil.example", "/\\evil", "https://evil.example", "/a\r\nb"}) {
    EXPECT_THAT(problemOf(&SsoOptions::afterLoginPath, path), ElementsAre(StartsWith("afterLoginPath:"))) << path;
    EXPECT_THAT(problemOf(&SsoOptions::afterLogoutPath, path), ElementsAre(StartsWith("afterLogoutPath:"))) << path;
    EXPECT_THAT(problemOf(&SsoOptions::proofPath, path), ElementsAre(StartsWith("proofPath:"))) << path;
    EXPECT_THAT(problemOf(&SsoOptions::signInPath, path), ElementsAre(StartsWith("signInPath:"))) << path;
  }
  EXPECT_THAT(problemOf(&SsoOptions::callbackPath, "/sso/login"),
              ElementsAre("callbackPath: is the path of another route"));
  EXPECT_THAT(problemOf(&SsoOptions::afterLoginPath, "/sso/callback?x=1"), ElementsAre(HasSubstr("would loop")));
  EXPECT_THAT(problemOf(&SsoOptions::afterLoginPath, "/home?tab=1#top"), IsEmpty());
}

TEST(SsoOptionsProblems, ChecksLimitsAtBothEnds) {
  const auto count = [](auto member, auto value) {
    SsoOptions options = soundOptions();
    options.*member = value;
    return options.problems().size();
  };
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  const auto checkRange = [&](auto member, auto least, auto most, auto step) {
    EXPECT_EQ(count(member, least), 0u);
    EXPECT_EQ(count(member, most), 0u);
    EXPECT_EQ(count(member, least - step), 1u);
    EXPECT_EQ(count(member, most + step), 1u);
  };
  checkRange(&SsoOptions::transactionLifetime, seconds(60), seconds(900), seconds(1));
  checkRange(&SsoOptions::clockSkew, seconds(0), seconds(120), seconds(1));
  checkRange(&SsoOptions::maxTokenAge, seconds(60), seconds(3600), seconds(1));
  checkRange(&SsoOptions::connectTimeout, milliseconds(100), milliseconds(10000), milliseconds(1));
  checkRange(&SsoOptions::requestTimeout, milliseconds(100), milliseconds(30000), milliseconds(1));
  checkRange(&SsoOptions::maxWaiting, std::size_t{1}, std::size_t{4096}, std::size_t{1});
  checkRange(&SsoOptions::strayRefusalsPerMinute, 1U, 60'000U, 1U);
  checkRange(&SsoOptions::totalTimeout, milliseconds(100), milliseconds(12000), milliseconds(1));
  checkRange(&SsoOptions::maxResponseBytes, std::size_t{1} << 10, std::size_t{16} << 20, std::size_t{1});
}

TEST(SsoOptionsProblems, ChecksListsAndFiles) {
  SsoOptions options = soundOptions();
  options.additionalIssuers = {"https://b2b.example.com", "https://b2b.example.com/"};
  options.allowedEndpointOrigins = {"http://b2b.example.com"};
  options.caFile = "/nonexistent/ca.pem";
  EXPECT_THAT(options.problems(),
              UnorderedElementsAre(StartsWith("additionalIssuers:"), StartsWith("allowedEndpointOrigins:"),
                                   "SCALEKIT_CA_FILE: the file cannot be read"));
}

// SEC-CF-05
TEST(SsoOptionsValidate, ListsAllProblemsAndNoValue) {
  SsoOptions options;
  options.environmentUrl = "http://marker.example/marker";
  options.clientId = "marker id";
  options.clientSecret = Secret("marker secret");
  options.baseUrl = "marker";
  options.secretKeys = {Secret("marker")};
  options.loginPath = "marker";
  options.caFile = "/marker";
  try {
    options.validate();
    FAIL();
  } catch (const Error& error) {
    const std::string text = error.what();
    EXPECT_EQ(error.code(), ErrorCode::kConfig);
    EXPECT_EQ(text.find("marker"), std::string::npos) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos);
    for (const char* name : {"SCALEKIT_ENVIRONMENT_URL", "SCALEKIT_CLIENT_ID", "SCALEKIT_CLIENT_SECRET", "APP_BASE_URL",
                             "APP_SECRET_KEYS", "loginPath", "SCALEKIT_CA_FILE"}) {
      EXPECT_THAT(text, HasSubstr(name));
    }
  }
}

// SEC-CF-07
TEST(SsoOptionsUnknownSettings, FindsSlipsOfThePen) {
  EXPECT_THAT(SsoOptions::unknownSettings({"SCALEKIT_CLIENT_SECERT", "APP_SECRET_KEY", "APP_BASEURL", "SCALEKIT_DEBUG",
                                           "SCALKIT_CLIENT_ID", "APP_ENVV", "app_env"}),
              ElementsAre("APP_BASEURL: unknown setting; did you mean APP_BASE_URL?",
                          "APP_ENVV: unknown setting; did you mean APP_ENV?",
                          "APP_SECRET_KEY: unknown setting; did you mean APP_SECRET_KEYS?",
                          "SCALEKIT_CLIENT_SECERT: unknown setting; did you mean SCALEKIT_CLIENT_SECRET?",
                          "SCALEKIT_DEBUG: unknown setting",
                          "SCALKIT_CLIENT_ID: unknown setting; did you mean SCALEKIT_CLIENT_ID?"));
}

// SEC-CF-13
TEST(SsoOptionsProblems, RefusesTheSimulatorsSecretInProductionOnly) {
  Variables variables = sound();
  variables["SCALEKIT_CLIENT_SECRET"] = "test_local_simulator_secret";
  EXPECT_THAT(read(variables).problems(), ElementsAre(StartsWith("SCALEKIT_CLIENT_SECRET: ")));
  variables["APP_ENV"] = "development";
  variables["APP_BASE_URL"] = kLocal;
  EXPECT_THAT(read(variables).problems(), IsEmpty());
}

TEST(SsoOptionsUnknownSettings, LeavesEverybodyElsesNamesAlone) {
  EXPECT_THAT(SsoOptions::unknownSettings({"SCALEKIT_ENVIRONMENT_URL",
                                           "SCALEKIT_ENV_URL",
                                           "SCALEKIT_CLIENT_ID",
                                           "SCALEKIT_CA_FILE",
                                           "SCALEKIT_CLIENT_SECRET",
                                           "SCALEKIT_WEBHOOK_SECRET",
                                           "SCALEKIT_REDIRECT_URI",
                                           "APP_BASE_URL",
                                           "APP_SECRET_KEYS",
                                           "APP_ENV",
                                           "APP_SCALEKIT_LOGOUT",
                                           "APP_LISTEN",
                                           "APP_TRUSTED_PROXIES",
                                           "DATABASE_URL",
                                           "APP_URL",
                                           "APP_NAME",
                                           "APP_KEY",
                                           "PATH",
                                           "HOME",
                                           "CLIENT_ID",
                                           ""}),
              IsEmpty());
}

TEST(SsoOptionsFromEnvironment, ReadsTheProcess) {
  for (const auto& [name, value] : sound()) ASSERT_EQ(setenv(name.c_str(), value.c_str(), 1), 0);
  EXPECT_THAT(SsoOptions::fromEnvironment().problems(), IsEmpty());
  ASSERT_EQ(setenv("SCALEKIT_CLEINT_ID", "x", 1), 0);
  EXPECT_THROW(SsoOptions::fromEnvironment(), Error);
  unsetenv("SCALEKIT_CLEINT_ID");
  for (const auto& [name, value] : sound()) unsetenv(name.c_str());
}

}  // namespace
}  // namespace sso
