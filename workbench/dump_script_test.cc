#include "workbench/dump_script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/status_matchers.h"

namespace ferry::workbench {
namespace {

using test::StatusIsCode;
using test::StatusText;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::vector<std::string> TextsOf(const std::string& dump) {
  const auto statements = ReadDump(dump, "pg_dump of x");
  EXPECT_OK(statements);
  std::vector<std::string> texts;
  if (statements.ok()) {
    for (const sql::Statement& s : *statements) texts.push_back(s.text);
  }
  return texts;
}

TEST(DumpScriptTest, ThePreambleCommentsAndRestrictLinesAreLeftOutAndNothingElse) {
  EXPECT_THAT(
      TextsOf("--\n-- PostgreSQL database dump\n--\n\n\\restrict 8abcDEF123\n\nSET statement_timeout = 0;\n"
              "SET client_encoding = 'UTF8';\n"
              "SELECT pg_catalog.set_config('search_path', '', false);\nSET row_security = off;\n"
              "SET default_tablespace = '';\nSET default_table_access_method = heap;\n"
              "CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;\n"
              "CREATE FUNCTION public.f() RETURNS text LANGUAGE sql AS $$\n\\restrict me\n-- mine\n$$;\n"
              "CREATE TABLE public.t (a int);\n\n\\unrestrict 8abcDEF123\n"),
      ElementsAre(StartsWith("CREATE EXTENSION"), HasSubstr("\n\\restrict me\n-- mine\n"),
                  "CREATE TABLE public.t (a int)"));
}

TEST(DumpScriptTest, AnotherTableAccessMethodStays) {
  EXPECT_THAT(TextsOf("SET default_table_access_method = heap;\nCREATE TABLE a (a int);\n"
                      "SET default_table_access_method = columnar;\nCREATE TABLE b (a int);\n"
                      "SET default_table_access_method = heap;\nCREATE TABLE c (a int);"),
              ElementsAre("CREATE TABLE a (a int)", "SET LOCAL default_table_access_method = columnar",
                          "CREATE TABLE b (a int)", "SET LOCAL default_table_access_method = heap",
                          "CREATE TABLE c (a int)"));
}

TEST(DumpScriptTest, WhatAMigrationMayNotContainIsNamedWithItsPlace) {
  const auto check = [](const std::string& line, const std::string& why) {
    const auto read = ReadDump("CREATE TABLE a (a int);\n" + line, "pg_dump of x");
    EXPECT_THAT(read, StatusIsCode(ErrorCode::kForbiddenStatement)) << line;
    EXPECT_THAT(read, StatusText(AllOf(HasSubstr("pg_dump of x:2:1"), HasSubstr(why)))) << line;
  };
  check("SET default_toast_compression = lz4;", "setting");
  check("SET row_security = on;", "setting");
  check("CREATE SUBSCRIPTION s CONNECTION 'host=a password=b' PUBLICATION p WITH (connect = false);",
        "password");
  check("CREATE USER MAPPING FOR a SERVER b OPTIONS (password 'secret');", "password");
  check("COMMIT;", "COMMIT");
  check("COPY public.a (a) FROM PROGRAM 'id';", "PROGRAM");
  check("CREATE TABLE ferry.mine (a int);", "ledger");
}

TEST(DumpScriptTest, SyntaxThatTheGrammarDoesNotKnowIsNamedWithItsPlace) {
  const auto read =
      ReadDump("CREATE TABLE a (a int);\n\nCREATE TABLE b (a int GENERATED FROM MOON);", "pg_dump of x");
  EXPECT_THAT(read, StatusIsCode(ErrorCode::kSqlSyntax));
  EXPECT_THAT(read, StatusText(HasSubstr("pg_dump of x:3:")));
}

TEST(DumpScriptTest, FunctionBodiesAreNotCheckedBeforeEverythingIsThere) {
  const auto statements = ReadDump("CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1';", "x");
  ASSERT_OK(statements);
  EXPECT_THAT(ScriptText(*statements),
              HasSubstr("SET LOCAL check_function_bodies = false;\n\nCREATE FUNCTION"));
}

}  // namespace
}  // namespace ferry::workbench
