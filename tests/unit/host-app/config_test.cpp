// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>

#include "app_config.h"
#include "settings.h"
#include "sso/error.h"

namespace hostapp {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string problemOf(const std::function<void()>& call) {
  try {
    call();
  } catch (const sso::Error& error) {
    EXPECT_EQ(error.code(), sso::ErrorCode::kConfig);
    return error.what();
  }
  return "";
}

TEST(ParseEnvFile, ReadsWhatPeopleWrite) {
  const auto values = parseEnvFile(
      "# comment\n\nA=1\nexport B = two words \nC=\"quoted # kept\" # gone\nD='single'\nE=\nF=a#b\r\nG=x # gone", "f");
  EXPECT_EQ(values.at("A"), "1");
  EXPECT_EQ(values.at("B"), "two words");
  EXPECT_EQ(values.at("C"), "quoted # kept");
  EXPECT_EQ(values.at("D"), "single");
  EXPECT_EQ(values.at("E"), "");
  EXPECT_EQ(values.at("F"), "a#b");
  EXPECT_EQ(values.at("G"), "x");
}

// SEC-CF-05: line and name, never the value.
TEST(ParseEnvFile, NamesTheLineAndNotTheValue) {
  for (const std::string text : {"OK=1\nsecret-marker", "OK=1\nNAME='secret-marker", "OK=1\nNAME=\"a\" secret-marker",
                                 "OK=1\n9x=secret-marker", "OK=1\nOK=secret-marker"}) {
    const auto problem = problemOf([&] { parseEnvFile(text, "app.env"); });
    EXPECT_THAT(problem, HasSubstr("app.env:2")) << text;
    EXPECT_THAT(problem, Not(HasSubstr("secret-marker")));
  }
}

Settings settingsOf(std::map<std::string, std::string> environment) {
  Settings::Sources sources;
  sources.environment = std::move(environment);
  sources.envFile = "/nonexistent/.env";
  return Settings::read(sources);
}

// SEC-CF-07
TEST(SettingsRead, RefusesMisspeltNames) {
  EXPECT_THAT(problemOf([] { settingsOf({{"APP_BASEURL", "x"}}); }), HasSubstr("APP_BASEURL"));
  EXPECT_THAT(problemOf([] { settingsOf({{"SCALEKIT_SECRET", "x"}}); }), HasSubstr("SCALEKIT_SECRET"));
  EXPECT_EQ(problemOf([] { settingsOf({{"HOME", "x"}, {"POSTGRES_PASSWORD", "x"}}); }), "");
}

TEST(SettingsRead, NamesAConfigFileThatIsMissing) {
  Settings::Sources sources;
  sources.configFile = "/nonexistent/app.env";
  EXPECT_THAT(problemOf([&] { Settings::read(sources); }), HasSubstr("/nonexistent/app.env"));
}

TEST(ParseListen, ReadsHostAndPort) {
  EXPECT_EQ(parseListen("127.0.0.1:8080")->port, 8080);
  EXPECT_EQ(parseListen("[::1]:80")->host, "::1");
  EXPECT_EQ(parseListen(":80")->host, "0.0.0.0");
  for (const char* bad : {"", "8080", "host:", "host:x", "host:70000", "::1:80", "host:-1", "host:80x", "ho st:80"}) {
    EXPECT_FALSE(parseListen(bad)) << bad;
  }
}

TEST(AppConfigOwnOrigin, IsWhatBrowsersSend) {
  AppConfig config;
  const std::map<std::string, std::string> origins = {{"https://App.Example.com", "https://app.example.com"},
                                                      {"https://app.example.com:443", "https://app.example.com"},
                                                      {"http://localhost:8080", "http://localhost:8080"},
                                                      {"http://localhost:80", "http://localhost"},
                                                      {"https://app.example.com:80", "https://app.example.com:80"}};
  for (const auto& [url, origin] : origins) {
    config.sso.baseUrl = url;
    EXPECT_EQ(config.ownOrigin(), origin);
  }
}

// SEC-CF-01, SEC-CF-02: production invents nothing.
TEST(AppConfigFrom, RefusesProductionWithoutDatabaseAndKeys) {
  const auto random = sso::systemRandom();
  const auto problem = problemOf([&] {
    AppConfig::from(settingsOf({{"APP_ENV", "production"},
                                {"APP_BASE_URL", "https://app.acme-corp.com"},
                                {"SCALEKIT_ENVIRONMENT_URL", "https://acme.scalekit.com"},
                                {"SCALEKIT_CLIENT_ID", "skc_70087756327420046"},
                                {"SCALEKIT_CLIENT_SECRET", "live_secret-marker_0123456789"}}),
                    *random);
  });
  EXPECT_THAT(problem, HasSubstr("DATABASE_URL"));
  EXPECT_THAT(problem, HasSubstr("APP_SECRET_KEYS"));
  EXPECT_THAT(problem, Not(HasSubstr("secret-marker")));
}

// SEC-CF-02
TEST(AppConfigFrom, RefusesDevelopmentInFrontOfOthers) {
  const auto random = sso::systemRandom();
  const auto folder = std::filesystem::temp_directory_path() / ("host-app-config-" + std::to_string(::getpid()));
  const auto problemAt = [&](const std::string& url) {
    return problemOf([&] {
      AppConfig::from(settingsOf({{"APP_BASE_URL", url},
                                  {"APP_DATA", folder.string()},
                                  {"SCALEKIT_ENVIRONMENT_URL", "https://acme.scalekit.com"},
                                  {"SCALEKIT_CLIENT_ID", "skc_70087756327420046"},
                                  {"SCALEKIT_CLIENT_SECRET", "live_0123456789"}}),
                      *random);
    });
  };
  EXPECT_THAT(problemAt("https://app.acme-corp.com"), HasSubstr("APP_ENV: development is for a loopback"));
  EXPECT_THAT(problemAt("http://app.acme-corp.com"), HasSubstr("APP_BASE_URL: may be http on a loopback host only"));
  EXPECT_EQ(problemAt("http://localhost:8080"), "");
  std::filesystem::remove_all(folder);
}

TEST(AppConfigFrom, SpeaksToPeopleAndNotToTheLog) {
  const auto random = sso::systemRandom();
  try {
    AppConfig::from(settingsOf({{"APP_ENV", "prod"}}), *random);
    ADD_FAILURE() << "no error";
  } catch (const sso::Error& error) {
    EXPECT_THAT(plainText(error), testing::StartsWith("APP_ENV: "));
  }
}

// SEC-HT-16, SEC-CF-07: a proxy that is misspelt must not silently be nobody.
TEST(AppConfigFrom, RefusesProxiesThatAreNoAddresses) {
  const auto random = sso::systemRandom();
  const auto problem = problemOf([&] {
    AppConfig::from(settingsOf({{"APP_ENV", "production"}, {"APP_TRUSTED_PROXIES", "127.0.0.1 proxy.internal"}}),
                    *random);
  });
  EXPECT_THAT(problem, HasSubstr("APP_TRUSTED_PROXIES"));
}

// SEC-CF-05
TEST(DescribeConfig, ShowsNoSecret) {
  AppConfig config;
  config.databaseUrl = "postgresql://app:secret-marker@db/app";
  const auto text = describeConfig(config, settingsOf({{"SCALEKIT_CLIENT_SECRET", "secret-marker"},
                                                       {"APP_SECRET_KEYS", "secret-marker"},
                                                       {"SCALEKIT_WEBHOOK_SECRET", "secret-marker"},
                                                       {"SCALEKIT_INTERCEPTOR_SECRET", "secret-marker"},
                                                       {"DATABASE_URL", "postgresql://app:secret-marker@db/app"}}));
  EXPECT_THAT(text, Not(HasSubstr("secret-marker")));
  EXPECT_THAT(text, HasSubstr("SCALEKIT_CLIENT_SECRET=(set"));
}

}  // namespace
}  // namespace hostapp
