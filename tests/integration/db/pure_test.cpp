// SPDX-License-Identifier: Apache-2.0
// What of db/ needs no database.
#include <gtest/gtest.h>

#include "database_url.h"
#include "db_error.h"
#include "sso/db/text.h"

namespace sso::db {
namespace {

using namespace std::string_literals;

ErrorCode codeOfUrl(const std::string& url, bool requireTls = false) {
  try {
    parseDatabaseUrl(url, requireTls);
  } catch (const Error& error) {
    EXPECT_EQ((std::string(error.what()) + error.hint()).find("hunter2"), std::string::npos) << "the URL is secret";
    return error.code();
  }
  return ErrorCode::kInternal;
}

TEST(DatabaseUrlParse, KnowsBothEngines) {
  EXPECT_EQ(parseDatabaseUrl("sqlite:///var/lib/app/app.db", false).sqlitePath, "/var/lib/app/app.db");
  EXPECT_EQ(parseDatabaseUrl("sqlite:///a%20b.db", false).sqlitePath, "/a b.db");
  for (const auto* url : {"postgresql://app:p%27w%5C@db.example/app", "postgres://app:p%27w%5C@db.example/app"}) {
    const auto parsed = parseDatabaseUrl(url, false);
    EXPECT_EQ(parsed.dialect, Dialect::kPostgres);
    EXPECT_NE(parsed.postgres.find("host='db.example' "), std::string::npos);
    EXPECT_NE(parsed.postgres.find("password='p\\'w\\\\' "), std::string::npos) << "quoted for libpq";
  }
}

TEST(DatabaseUrlParse, LimitsHowLongAServerMayKeepSilent) {
  const auto parsed = parseDatabaseUrl("postgresql:///app", false);
  EXPECT_NE(parsed.postgres.find("connect_timeout='2' "), std::string::npos);
  EXPECT_NE(parsed.postgres.find("tcp_user_timeout='5000' "), std::string::npos);
  EXPECT_NE(parseDatabaseUrl("postgresql:///app?connect_timeout=9", false).postgres.find("connect_timeout='9' "),
            std::string::npos);
}

TEST(DatabaseUrlParse, RefusesWhatItDoesNotUnderstandWithoutRepeatingIt) {
  for (const auto& url :
       {""s, "hunter2"s, "mysql://app:hunter2@host/app"s, "sqlite:hunter2.db"s, "sqlite://hunter2.db"s, "sqlite://"s,
        "sqlite:///"s, "sqlite:///folder/"s, "sqlite::memory:"s, "sqlite:///a.db?mode=ro"s, "sqlite:///a%2.db"s,
        "sqlite:///a%00.db"s, "sqlite:///a%22.db"s, "sqlite:///a\0b.db"s, "postgresql://app:hunter2@host:port/app"s,
        "postgresql://app:hunter2@host/app?no_such_option=1"s, "postgresql://app:hunter2%zz@host/app"s,
        "Postgresql://app:hunter2@host/app"s}) {
    EXPECT_EQ(codeOfUrl(url), ErrorCode::kConfig) << testing::PrintToString(url);
  }
}

// SEC-CF-09
TEST(DatabaseUrlParse, DemandsVerifiedTlsToOtherHosts) {
  for (const auto* url :
       {"postgresql://db.example/app", "postgresql://10.0.0.1/app", "postgresql:///app?host=db.example",
        "postgresql:///app?hostaddr=10.0.0.1", "postgresql://localhost,db.example/app",
        "postgresql://db.example/app?sslmode=require", "postgresql://db.example/app?sslmode=verify-ca",
        "postgresql:///app?service=prod", "postgresql://localhost.evil.example/app"}) {
    EXPECT_EQ(codeOfUrl(url, true), ErrorCode::kConfig) << url;
    EXPECT_EQ(codeOfUrl(url, false), ErrorCode::kInternal) << url << " is fine in development";
  }
  for (const auto* url :
       {"postgresql://db.example/app?sslmode=verify-full", "postgresql://localhost/app", "postgresql://127.0.0.1/app",
        "postgresql://[::1]/app", "postgresql:///app?host=/run/postgresql", "postgresql:///app", "sqlite:///a.db"}) {
    EXPECT_EQ(codeOfUrl(url, true), ErrorCode::kInternal) << url;
  }
}

TEST(FaultOfSqlState, SaysWhetherToRunAgainAndWhetherTheConnectionIsGone) {
  const auto check = [](std::string_view state, ErrorCode code, bool lost) {
    const Fault fault = faultOfSqlState(state);
    EXPECT_EQ(fault.code, code) << state;
    EXPECT_EQ(fault.lost, lost) << state;
    EXPECT_EQ(fault.readOnlyServer, state == "25006") << state;
  };
  for (const auto* state : {"23505", "40001", "40P01"}) check(state, ErrorCode::kConflict, false);
  for (const auto* state : {"55P03", "57014"}) check(state, ErrorCode::kStorage, false);
  for (const auto* state : {"08000", "08006", "57P01", "57P02", "57P03", "25006", "53100", "53200", "53300", "58030",
                            "XX000", "25P03", "26000", "0A000", "     "}) {
    check(state, ErrorCode::kStorage, true);
  }
  for (const auto* state : {"23514", "23502", "23503", "42601", "42501", "25P02", "22001"}) {
    check(state, ErrorCode::kInternal, false);
  }
}

TEST(FaultOfSqlite, TellsATakenKeyFromAFailedCheck) {
  const auto check = [](int code, ErrorCode expected, bool lost) {
    const Fault fault = faultOfSqlite(code);
    EXPECT_EQ(fault.code, expected) << code;
    EXPECT_EQ(fault.lost, lost) << code;
  };
  check(2067, ErrorCode::kConflict, false);  // CONSTRAINT_UNIQUE
  check(1555, ErrorCode::kConflict, false);  // CONSTRAINT_PRIMARYKEY
  check(517, ErrorCode::kConflict, false);   // BUSY_SNAPSHOT
  check(275, ErrorCode::kInternal, false);   // CONSTRAINT_CHECK
  check(787, ErrorCode::kInternal, false);   // CONSTRAINT_FOREIGNKEY
  check(1811, ErrorCode::kInternal, false);  // CONSTRAINT_TRIGGER
  check(5, ErrorCode::kStorage, false);      // BUSY
  check(6, ErrorCode::kStorage, false);      // LOCKED
  check(13, ErrorCode::kStorage, false);     // FULL
  check(1032, ErrorCode::kStorage, true);    // READONLY_DBMOVED
  check(266, ErrorCode::kStorage, true);     // IOERR_READ
  check(14, ErrorCode::kStorage, true);      // CANTOPEN
  check(11, ErrorCode::kStorage, true);      // CORRUPT
}

// SEC-DB-10
TEST(RequireText, TakesUtf8AndNothingElse) {
  for (const auto& text : {""s, "plain"s, "\x01\x7F"s, "\xC2\x80"s, "\xDF\xBF"s, "\xE0\xA0\x80"s, "\xED\x9F\xBF"s,
                           "\xEE\x80\x80"s, "\xEF\xBF\xBF"s, "\xF0\x90\x80\x80"s, "\xF4\x8F\xBF\xBF"s}) {
    EXPECT_EQ(requireText(text), text);
  }
  for (const auto& text : {"\0"s, "a\0"s, "\x80"s, "\xBF"s, "\xC0\x80"s, "\xC1\xBF"s, "\xC2"s, "\xC2\x41"s,
                           "\xE0\x9F\xBF"s, "\xE2\x82"s, "\xE2\x82\xC0"s, "\xED\xA0\x80"s, "\xED\xBF\xBF"s,
                           "\xF0\x8F\xBF\xBF"s, "\xF0\x90\x80"s, "\xF4\x90\x80\x80"s, "\xF5\x80\x80\x80"s, "\xFF"s}) {
    EXPECT_THROW(requireText(text), Error) << testing::PrintToString(text);
  }
  EXPECT_NO_THROW(requireText("12345", 5));
  EXPECT_THROW(requireText("123456", 5), Error);
}

TEST(Text, KeepsItsLastGoodValueWhenItRefuses) {
  Text text(5);
  text = "good";
  EXPECT_THROW(text = "b\0d"s, Error);
  EXPECT_THROW(text = "too long", Error);
  EXPECT_EQ(text.bound(), "good");
}

}  // namespace
}  // namespace sso::db
